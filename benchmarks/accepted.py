"""A whole accepted connection in process, without a server's own work: what is at stake in server-handshakes."""

from __future__ import annotations

import asyncio

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

from .connection import ACCEPT, Connection
from .figure import Figure, Row, figure, ns
from .measuring import Effort, medians, stopwatch, take_turns
from .middleware import Idle

CONNECTIONS = 50  # in a turn

_BESIDE = "a middleware that does nothing, what is added to it"
OBSERVED = Row("accepted", "a whole accepted connection in process, wire observed, INFO off", _BESIDE, unit="ns")
UNOBSERVED = Row("accepted/unobserved", "the same, observe_wire=False", _BESIDE, unit="ns")


def accepted(effort: Effort) -> list[Figure]:
    guarded = {OBSERVED.id: True, UNOBSERVED.id: False}
    contestants = {name: _Turn(WebSocketGuardMiddleware(app, observe_wire=wire)) for name, wire in guarded.items()}
    rounds = take_turns({"idle": _Turn(Idle(app)), **contestants}, effort(200, 3))
    context = f"a middleware that does nothing {ns(medians(rounds)['idle'])}"
    return [figure(row, [times[row.id] - times["idle"] for times in rounds], context) for row in (OBSERVED, UNOBSERVED)]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Accepts, and leaves at once."""
    await receive()
    await send(ACCEPT)


class _Turn:
    """Connections through one app, one after another."""

    def __init__(self, guarded: ASGIApp) -> None:
        self._app = guarded

    def __call__(self) -> float:
        return asyncio.run(self._timed([Connection() for _ in range(CONNECTIONS)]))

    async def _timed(self, connections: list[Connection]) -> float:
        with stopwatch() as ended:
            for connection in connections:
                await self._app(connection.request_scope, connection.receive, connection.send)
        return ended.ns / len(connections)
