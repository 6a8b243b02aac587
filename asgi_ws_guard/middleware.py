"""The guard as ASGI middleware: not a handshake, pass; refused, answer; allowed, let the app answer and look on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter

from .admission import Admission
from .asgi import ASGIApp, Receive, Scope, Send, handshake_from_scope, means_websocket, route_path
from .authorization import unauthorized
from .events import Observer
from .exchange import Exchange
from .guard import Guard
from .handshake import Violation
from .handshake.requirements import violated
from .policy import Policy
from .raw_upgrade import RawUpgrade, without_101
from .record import Record
from .servers.self_check import SelfCheck


class WebSocketGuardMiddleware:
    """Guards the WebSocket opening handshakes of an ASGI 3 application.

    app           the ASGI application
    policy        what holds where no pattern of `paths` matches
    paths         pattern to Policy, or to None for unguarded; fnmatchcase on scope["path"] less root_path, and the
                  first match wins
    observers     callables that take a HandshakeEvent, in addition to the log
    observe_wire  look at the server's real answer, where the server lets us
    verify_server dial the server once a process and read its real answer, for servers that do not (granian)

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
        verify_server: bool = False,
    ) -> None:
        self.app = app
        self.guard = Guard(policy, paths=paths, observers=observers)
        self.observe_wire = observe_wire
        self.self_check = SelfCheck() if verify_server else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "websocket":
            await self._websocket(scope, receive, send)
        elif kind != "http":
            await self.app(scope, receive, send)
        elif means_websocket(scope.get("headers") or ()):
            await self._raw_upgrade(scope, receive, send)
        else:
            await self.app(scope, receive, without_101(self.guard, scope, receive, send))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.self_check is not None:
            if self.self_check.is_own(scope):
                return await self.self_check.answer(scope, receive, send)
            self.self_check.start(scope)
        admission = Admission.taken_from(scope) or self._admission(scope)
        if admission is None:
            return await self.app(scope, receive, send)
        record = admission.record(self.guard, scope)
        exchange = Exchange(record, admission.policy, scope, receive, send, observe_wire=self.observe_wire)
        if refused := await self._refused(admission, record, scope):
            await exchange.refuse(refused)
        else:
            await exchange.run(self.app)

    async def _raw_upgrade(self, scope: Scope, receive: Receive, send: Send) -> None:
        admission = self._admission(scope)
        if admission is None:
            return await self.app(scope, receive, send)
        record = admission.record(self.guard, scope)
        raw_upgrade = RawUpgrade(record, admission.policy, scope, receive, send)
        if refused := await self._refused(admission, record, scope):
            await raw_upgrade.refuse(refused)
        else:
            await raw_upgrade.run(self.app)

    async def _refused(self, admission: Admission, record: Record, scope: Scope) -> tuple[Violation, ...]:
        """What keeps the handshake from the app: the verdict, else the deployment's own word."""
        policy, verdict = admission.policy, admission.verdict
        if not verdict.allowed:
            return verdict.refused
        if scope["type"] == "http" and policy.raw_upgrades == "reject":
            violation: Violation | None = violated("raw-upgrade", "the server handed this handshake on as plain HTTP")
        else:
            violation = await self._unauthorized(policy, record, scope)
        if violation is None:
            return ()
        record.violations += (violation,)
        return () if policy.report_only or not policy.refuses(violation) else (violation,)

    async def _unauthorized(self, policy: Policy, record: Record, scope: Scope) -> Violation | None:
        try:
            return await unauthorized(policy, record.handshake, scope)
        except BaseException:  # the server stops, or the client is gone
            record.decide("abandoned", None)
            raise

    def _admission(self, scope: Scope) -> Admission | None:
        """The decision on the handshake in `scope`, None where its path is unguarded."""
        started = perf_counter()
        pattern, policy = self.guard.policy_for(route_path(scope))
        if policy is None:
            return None
        return Admission(self.guard.decide(handshake_from_scope(scope), policy), pattern, policy, started)
