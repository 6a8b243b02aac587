"""What the doors of uvicorn (tested with 0.54.0) decide by, and what they let uvicorn run: once for each Config.

Relied on: `Config.loaded_app`, which keeps what it wraps in `app`; ProxyHeadersMiddleware, outermost where
--proxy-headers is on, as it is by default, changes client and scheme in the scope before it awaits anything.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from ..asgi import Scope, own_root_path
from ..exchange.admission import Admission, hand_on
from ..exchange.record import Record
from ..guard import Decision, Guard
from ..handshake import Handshake, Violation
from ..handshake.fields import escaped
from ..middleware import WebSocketGuardMiddleware
from ..policy.file import policies_from_environment
from ..policy.policy import Verdict
from ..problem import problem
from .live_checks import is_live

logger = logging.getLogger("asgi_ws_guard")

_deployments: WeakKeyDictionary[Any, Deployment] = WeakKeyDictionary()


class Deployment:
    """The guard of one uvicorn. `app` is what runs behind the door: always under a guard.

    The guard is the door's own, else that of the app, else one of the policy file that ASGI_WS_GUARD_POLICY names, else
    the default one. Where the door and the app each have one, the door's stands round the app as well: so both are
    applied in full, and one event tells the observers of both.
    """

    def __init__(self, config: Any) -> None:
        explicit = getattr(config.ws_protocol_class, "guard", None)
        found = None if explicit else _guard_in(config.loaded_app)
        self.app = config.loaded_app
        self._root_path: str = config.root_path
        self._own_root_path = own_root_path(config.loaded_app)
        self._guard: Guard = explicit or found or _of_environment()
        if not explicit and not found:
            application = escaped(repr(config.loaded_app), letters=True)
            logger.info("no WebSocketGuardMiddleware was found in %s: it is guarded from outside", application)
        if found is None:
            self.app = _under(self._guard, config.loaded_app)

    def decision(self, handshake: Handshake, transport: Any) -> Decision | None:
        """The decision on a handshake, None where its path is unguarded, or this process' own self-check asks."""
        scope = self._scope(handshake, transport)
        if is_live(scope):
            return None
        known = handshake.replace(secure=scope["scheme"] == "wss")
        return self._guard.decision(known, scope["path"], self._own_root_path or scope["root_path"])

    def too_large(self, violation: Violation) -> Decision | None:
        """The decision on a head that was not read, None where there is nothing but reporting."""
        policy = self._guard.policy
        verdict = Verdict(Handshake(), (violation,), (violation,), policy.report_only)
        return None if policy.report_only else Decision(verdict, "*", policy, perf_counter())

    def refuse(self, decision: Decision, transport: Any) -> None:
        """Answer a handshake for good, and tell of it."""
        verdict = decision.verdict
        transport.write(problem(verdict.refused, verdict.violations, extended_connect=False).to_bytes())
        transport.close()
        scope = self._scope(verdict.handshake, transport)
        Record(self._guard, decision, scope).decide("denied", verdict.refused[0].status)

    def hand_on(self, decision: Decision, protocol: Any, transport: Any) -> None:
        """Let the guard behind the door take the decision as its own, where it would decide on the same."""
        scope = self._scope(decision.verdict.handshake, transport)
        scope["subprotocols"] = list(decision.verdict.handshake.offered_subprotocols)
        hand_on(Admission(self._guard, decision, scope), protocol)

    def _scope(self, handshake: Handshake, transport: Any) -> Scope:
        """As much of the websocket scope as a decision needs, as it will be behind uvicorn's proxy headers."""
        scope: Scope = {
            "type": "websocket",
            "path": self._root_path + unquote(handshake.target.partition("?")[0]),
            "root_path": self._root_path,
            "scheme": "wss" if transport.get_extra_info("sslcontext") else "ws",
            "client": transport.get_extra_info("peername") or None,
            "headers": [(name.lower(), value) for name, value in handshake.fields.raw],
        }
        if _reads_proxy_headers(self.app):
            reader = copy.copy(self.app)
            reader.app = _nothing
            _run(reader(scope, None, None))
        return scope


def deployment(config: Any) -> Deployment:
    """The deployment of a uvicorn.Config, made when its first handshake comes."""
    found = _deployments.get(config)
    if found is None:
        found = _deployments[config] = Deployment(config)
    return found


def _of_environment() -> Guard:
    policy, paths = policies_from_environment()
    return Guard(policy, paths=paths)


def _under(guard: Guard, app: Any) -> Any:
    """`app` under the guard, inside of uvicorn's proxy headers."""
    if _reads_proxy_headers(app):
        outer = copy.copy(app)
        outer.app = _under(guard, app.app)
        return outer
    middleware = WebSocketGuardMiddleware(app)
    middleware.guard = guard
    return middleware


def _guard_in(app: Any) -> Guard | None:
    """The guard of the WebSocketGuardMiddleware that `app` is, wraps, or was told to add (Starlette, FastAPI)."""
    for layer in _layers(app):
        if isinstance(layer, WebSocketGuardMiddleware):
            return layer.guard
        for middleware in getattr(layer, "user_middleware", ()):
            if middleware.cls is WebSocketGuardMiddleware:
                return WebSocketGuardMiddleware(layer, *middleware.args, **middleware.kwargs).guard
    return None


def _layers(app: Any) -> Iterator[Any]:
    """`app` and what it wraps, by the names that frameworks have for that; of Channels' router its websocket part."""
    for _ in range(32):
        yield app
        routed = getattr(app, "application_mapping", None)
        inner = [routed.get("websocket")] if isinstance(routed, dict) else []
        inner += [getattr(app, name, None) for name in ("app", "application", "inner")]
        app = next(filter(callable, inner), None)
        if app is None:
            return


def _reads_proxy_headers(app: Any) -> bool:
    return type(app).__name__ == "ProxyHeadersMiddleware" and type(app).__module__.startswith("uvicorn.")


async def _nothing(*_: Any) -> None:
    """The app behind a middleware that is run for what it does to the scope."""


def _run(coroutine: Any) -> None:
    """Run a coroutine that awaits nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
