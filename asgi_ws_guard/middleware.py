"""The guard as ASGI middleware: not a handshake, pass; refused, answer; allowed, let the app answer and look on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter

from .asgi import ASGIApp, Receive, Scope, Send, handshake_from_scope, means_websocket
from .events import Observer
from .exchange import Exchange
from .guard import Guard
from .handshake.requirements import violated
from .observers.log import log_event
from .policy import Policy
from .raw_upgrade import RawUpgrade, without_101
from .record import Record


class WebSocketGuardMiddleware:
    """Guards the WebSocket opening handshakes of an ASGI 3 application.

    app           the ASGI application
    policy        what holds where no pattern of `paths` matches
    paths         pattern to Policy, or to None for unguarded; fnmatchcase on scope["path"], first match wins
    observers     callables that take a HandshakeEvent, in addition to the log
    observe_wire  look at the server's real answer, where the server lets us

    Raises ConfigurationError on what cannot work. Refusals are HTTP answers (RFC 6455 §4.2.1, RFC 9457).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: Policy | None = None,
        paths: Mapping[str, Policy | None] | None = None,
        observers: Iterable[Observer] = (),
        observe_wire: bool = True,
    ) -> None:
        self.app = app
        self.guard = Guard(policy, paths=paths, observers=(log_event, *observers))
        self.observe_wire = observe_wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "websocket":
            await self._websocket(scope, receive, send)
        elif kind != "http":
            await self.app(scope, receive, send)
        elif means_websocket(scope["headers"]):
            await self._raw_upgrade(scope, receive, send)
        else:
            await self.app(scope, receive, without_101(self.guard, scope, receive, send))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        pattern, policy = self.guard.policy_for(scope.get("path", ""))
        if policy is None:
            return await self.app(scope, receive, send)
        verdict = self.guard.decide(handshake_from_scope(scope), policy)
        exchange = Exchange(Record(self.guard, scope, pattern, verdict, started), policy, scope, receive, send)
        if verdict.allowed:
            await exchange.run(self.app)
        else:
            await exchange.refuse(verdict.refused)

    async def _raw_upgrade(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        pattern, policy = self.guard.policy_for(scope.get("path", ""))
        if policy is None:
            return await self.app(scope, receive, send)
        verdict = self.guard.decide(handshake_from_scope(scope), policy)
        record = Record(self.guard, scope, pattern, verdict, started)
        raw_upgrade = RawUpgrade(record, policy, scope, receive, send)
        if not verdict.allowed:
            await raw_upgrade.refuse(verdict.refused)
        elif policy.raw_upgrades == "reject" and not policy.report_only:
            violation = violated("raw-upgrade", "the server handed this handshake on as plain HTTP")
            record.violations += (violation,)
            await raw_upgrade.refuse((violation,))
        else:
            await raw_upgrade.run(self.app)
