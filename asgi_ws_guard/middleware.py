"""The guard as ASGI middleware: not a handshake, pass; refused, answer; allowed, let the app answer and look on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from types import MethodType
from typing import TYPE_CHECKING

from .admission import Admission
from .asgi import (
    HAS_LENGTH_OF_SUCH,
    MEANS_WEBSOCKET,
    ASGIApp,
    Receive,
    Scope,
    Send,
    handshake_from_scope,
    means_websocket,
    route_path,
)
from .deadline import Deadlines
from .events import Observer
from .exchange import Exchange
from .guard import Guard
from .handshake import Violation
from .handshake.requirements import violated
from .plain_http import without_101
from .policy import Policy, Verdict
from .record import Record
from .rules.base import ConfigurationError

if TYPE_CHECKING:
    from .raw_upgrade import RawUpgrade
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
        if not callable(app):
            raise ConfigurationError(f"the application is {app!r}, wanted an ASGI 3 callable")
        self.app = app
        self.guard = Guard(policy, paths=paths, observers=observers)
        self.observe_wire = observe_wire
        self.deadlines = Deadlines()
        self.self_check = _self_check() if verify_server else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            suspect = False
            try:
                for name, _ in scope["headers"]:
                    if HAS_LENGTH_OF_SUCH[len(name)] and name.lower() in MEANS_WEBSOCKET:
                        suspect = True
                        break
            except LookupError:  # a name that is longer than the table, or no headers, which is no server's
                suspect = True
            if suspect and means_websocket(scope.get("headers") or ()):
                return await self._raw_upgrade(scope, receive, send)
            # A method of a list: of all callables that know four values, the cheapest to make and to call.
            await self.app(scope, receive, MethodType(without_101, [self.guard, scope, receive, send]))
        elif kind != "websocket":
            await self.app(scope, receive, send)
        elif self.self_check is None or not await self.self_check.takes(scope, receive, send):
            admission = (scope.get("state") and Admission.taken_from(scope)) or self._admission(scope)
            if admission is None:
                return await self.app(scope, receive, send)
            exchange = Exchange(self.guard, admission, scope, receive, send, observe_wire=self.observe_wire)
            if admission.is_final or not await self._refuses(admission.verdict, exchange):
                del admission  # not kept while the connection is open
                await exchange.run(self.app, self.deadlines)

    async def _raw_upgrade(self, scope: Scope, receive: Receive, send: Send) -> None:
        from .raw_upgrade import RawUpgrade  # here: few servers hand a handshake on as http

        admission = self._admission(scope)
        if admission is None:
            return await self.app(scope, receive, send)
        raw_upgrade = RawUpgrade(self.guard, admission, scope, receive, send)
        if not await self._refuses(admission.verdict, raw_upgrade):
            await raw_upgrade.run(self.app)

    async def _refuses(self, verdict: Verdict, asked: Exchange | RawUpgrade) -> bool:
        """Whether the handshake is not for the app, and so was answered here."""
        refused = await self._refused(verdict, asked)
        if refused:
            await asked.refuse(refused)
        return bool(refused)

    async def _refused(self, verdict: Verdict, record: Record) -> tuple[Violation, ...]:
        """What keeps the handshake from the app: the verdict, else the deployment's own word."""
        policy = record.policy
        if not verdict.allowed:
            return verdict.refused
        if record.scope["type"] == "http" and policy.raw_upgrades == "reject":
            violation: Violation | None = violated("raw-upgrade", "the server handed this handshake on as plain HTTP")
        else:
            violation = await self._unauthorized(record) if policy.authorize is not None else None
        if violation is None:
            return ()
        record.violations += (violation,)
        return (violation,) if policy.enforces(violation) else ()

    async def _unauthorized(self, record: Record) -> Violation | None:
        from .authorization import unauthorized  # here: most deployments have no say of their own

        try:
            return await unauthorized(record.policy, record.handshake, record.scope)
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


def _self_check() -> SelfCheck:
    from .servers.self_check import SelfCheck  # here: it brings sockets and secrets

    return SelfCheck()
