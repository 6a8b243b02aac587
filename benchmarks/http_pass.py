"""An http request that is no WebSocket: what it costs to find that out, beside a middleware that does nothing."""

from __future__ import annotations

import asyncio

from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Scope

from .figure import Figure, Row, figure, ns
from .measuring import Effort, Round, medians, stopwatch, take_turns
from .middleware import Idle, answering, receive_nothing, send_nowhere, silent
from .requests import page_scope

REQUESTS = 20  # in a turn: few, so that the bytes are as near to the processor as a server's own would be

_IDLE = "a middleware that does nothing, whole call"
_TRUSTED = "Starlette's TrustedHostMiddleware, cost over the bare app"
_MEASURE = "http request that is no WebSocket, 12 headers as fresh bytes"
IDLE = Row("http-pass/idle", f"{_MEASURE}, an app that returns at once", _IDLE, 3.2)
IDLE_ANSWERING = Row("http-pass/idle-answering", f"{_MEASURE}, an app that answers", _IDLE, 3.2)
TRUSTED = Row("http-pass/trusted-host", f"{_MEASURE}, an app that returns at once", _TRUSTED, 1 / 3)
TRUSTED_ANSWERING = Row("http-pass/trusted-host-answering", f"{_MEASURE}, an app that answers", _TRUSTED, 1 / 3)


def http_pass(effort: Effort) -> list[Figure]:
    silent_rounds = take_turns(_contestants(silent), effort(300, 3))
    answering_rounds = take_turns(_contestants(answering), effort(300, 3))
    return [
        figure(IDLE, [times["guard"] / times["idle"] for times in silent_rounds], _context(silent_rounds)),
        figure(
            IDLE_ANSWERING, [times["guard"] / times["idle"] for times in answering_rounds], _context(answering_rounds)
        ),
        figure(TRUSTED, map(_beside_trusted_host, silent_rounds)),
        figure(TRUSTED_ANSWERING, map(_beside_trusted_host, answering_rounds)),
    ]


def _contestants(app: ASGIApp) -> dict[str, _Turn]:
    return {
        "bare": _Turn(app),
        "idle": _Turn(Idle(app)),
        "guard": _Turn(WebSocketGuardMiddleware(app)),
        "trusted": _Turn(TrustedHostMiddleware(app, allowed_hosts=["example.com"])),
        "cors": _Turn(CORSMiddleware(app, allow_origins=["https://example.com"])),
    }


class _Turn:
    """Requests through one app, one after another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self) -> float:
        return asyncio.run(self._timed([page_scope() for _ in range(REQUESTS)]))

    async def _timed(self, scopes: list[Scope]) -> float:
        app = self._app
        with stopwatch() as ended:
            for scope in scopes:
                await app(scope, receive_nothing, send_nowhere)
        return ended.ns / len(scopes)


def _beside_trusted_host(times: Round) -> float:
    return (times["guard"] - times["bare"]) / (times["trusted"] - times["bare"])


def _context(rounds: list[Round]) -> str:
    whole = medians(rounds)
    over = {name: ns(whole[name] - whole["bare"]) for name in ("idle", "guard", "trusted", "cors")}
    return (
        f"bare app {ns(whole['bare'])}; over it: idle {over['idle']}, guard {over['guard']}, "
        f"TrustedHost {over['trusted']}, CORS {over['cors']}"
    )
