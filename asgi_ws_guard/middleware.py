"""The guard as ASGI middleware: not a handshake, pass; refused, answer; allowed, let the app answer and look on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MethodType
from typing import TYPE_CHECKING

from .asgi import (
    HAS_LENGTH_OF_SUCH,
    MEANS_WEBSOCKET,
    ASGIApp,
    Receive,
    Scope,
    Send,
    handshake_from_scope,
    means_websocket,
    own_root_path,
)
from .events import Observer
from .exchange import admission
from .exchange.deadline import Deadlines
from .exchange.joining import Open, around
from .exchange.plain_http import without_101
from .exchange.record import Record
from .exchange.websocket import Exchange
from .guard import Decision, Guard
from .handshake import Violation
from .handshake.requirements import violated
from .policy.policy import Policy
from .policy.strictest import parts_of
from .rules.base import ConfigurationError
from .servers.live_checks import is_live
from .taps.root_path import client_chose_root_path

if TYPE_CHECKING:
    from .servers.self_check import SelfCheck


class WebSocketGuardMiddleware:
    """Guards the WebSocket opening handshakes of an ASGI 3 application.

    app           the ASGI application
    policy        what holds where no pattern of `paths` matches
    paths         pattern to Policy, or to None for unguarded; fnmatchcase on scope["path"] less root_path, and the
                  first match wins. A path that a router may read in several ways is under the policies of all of them
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
        self.root_path = own_root_path(app)

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
        elif self.self_check is not None and await self.self_check.takes(scope, receive, send):
            return
        elif is_live(scope):  # a guard further inside has asked
            await self.app(scope, receive, send)
        elif (outer := around(send)) is not None:
            await self._join(outer, scope, receive, send)
        elif (decision := admission.taken(self.guard, scope, send) or self._decision(scope, send)) is None:
            await self.app(scope, receive, send)
        else:
            exchange = Exchange(self.guard, decision, scope, receive, send, observe_wire=self.observe_wire)
            if decision.is_final or not await self._refuses(decision, exchange):
                del decision  # not kept while the connection is open
                await exchange.run(self.app, self.deadlines)

    async def _raw_upgrade(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (outer := around(send)) is not None:
            return await self._join(outer, scope, receive, send)
        from .exchange.raw_upgrade import RawUpgrade  # here: few servers hand a handshake on as http

        decision = self._decision(scope, send)
        if decision is None:
            return await self.app(scope, receive, send)
        raw_upgrade = RawUpgrade(self.guard, decision, scope, receive, send)
        if not await self._refuses(decision, raw_upgrade):
            await raw_upgrade.run(self.app)

    async def _join(self, outer: Open, scope: Scope, receive: Receive, send: Send) -> None:
        """Have this guard's say on a handshake that a guard further outside has in hand."""
        decision = self._decision(scope, send)
        if decision is not None:
            outer.join(self.guard, decision, self.deadlines)
            if refused := await self._refused(decision, outer):
                return await outer.answer_for(refused, "denied")
        await self.app(scope, receive, send)

    async def _refuses(self, decision: Decision, asked: Open) -> bool:
        """Whether the handshake is not for the app, and so was answered here."""
        refused = await self._refused(decision, asked)
        if refused:
            await asked.refuse(refused)
        return bool(refused)

    async def _refused(self, decision: Decision, record: Record) -> tuple[Violation, ...]:
        """What keeps the handshake from the app: the verdict, else the deployment's own word, of each policy."""
        if not decision.verdict.allowed:
            return decision.verdict.refused
        for policy in parts_of(decision.policy):
            if record.scope["type"] == "http" and policy.raw_upgrades == "reject":
                violation = violated("raw-upgrade", "the server handed this handshake on as plain HTTP")
                record.violations += (violation,)
                if policy.enforces(violation):
                    return (violation,)
            if policy.authorize is not None and (denied := await self._unauthorized(policy, record)) is not None:
                record.violations += (denied,)
                if policy.enforces(denied):
                    return (denied,)
        return ()

    async def _unauthorized(self, policy: Policy, record: Record) -> Violation | None:
        from .exchange.authorization import unauthorized  # here: most deployments have no say of their own

        try:
            return await unauthorized(policy, record.handshake, record.scope)
        except BaseException:  # the server stops, or the client is gone
            record.decide("abandoned", None)
            raise

    def _decision(self, scope: Scope, send: Send) -> Decision | None:
        """The decision on the handshake in `scope`, None where its path is unguarded."""
        path, root_path = scope.get("path") or "", self.root_path or scope.get("root_path") or ""
        client_chosen = bool(root_path) and client_chose_root_path(send)
        return self.guard.decision(handshake_from_scope(scope), path, root_path, client_chosen=client_chosen)


def _self_check() -> SelfCheck:
    from .servers.self_check import SelfCheck  # here: it brings sockets and secrets

    return SelfCheck()
