"""How a guard, a router, a mount and a middleware stand together, and which policies the paths are under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from asgi_ws_guard import Guard, HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send
from tests.security.routed_apps import MOUNT, ROUTERS, Reached, mounted

GOOD, EVIL = "https://good.example", "https://evil.example"
STRICT, LAX = Policy(allowed_origins=[GOOD]), Policy(allowed_origins="*")
STRIPPED = "/v1"

Between: TypeAlias = Literal["", "strips", "sets-host"]
Place: TypeAlias = Literal["nowhere", "outside", "inside"]
Rules: TypeAlias = Literal["exact", "prefix", "inverse"]
Observe: TypeAlias = Callable[[HandshakeEvent], object]


class Deployment(NamedTuple):
    """`guard` is outside of all, or next to the router: inside of the mount, and behind what stands between."""

    router: str
    mounted: bool = False
    between: Between = ""
    guard: Place = "nowhere"
    rules: Rules = "exact"

    def __str__(self) -> str:
        return "|".join((self.router, "mounted" * self.mounted, self.between, self.guard, self.rules))

    @classmethod
    def named(cls, name: str) -> Deployment:
        """The deployment that is written so."""
        router, is_mounted, *rest = name.split("|")
        return cls(router, bool(is_mounted), *rest)  # type: ignore[arg-type]

    @property
    def prefix(self) -> str:
        """What stands before the router's own paths, as the client asks for them."""
        return STRIPPED * (self.between == "strips") + MOUNT * self.mounted

    @property
    def unguarded(self) -> Deployment:
        return self._replace(guard="nowhere", rules="exact")

    @property
    def strict_pattern(self) -> str:
        """The pattern that has the strict policy of /admin/ws, as an event tells it."""
        before = self.prefix if self.guard == "outside" else ""
        return {"exact": f"{before}/admin/ws", "prefix": f"{before}/admin/*", "inverse": "*"}[self.rules]

    def rules_of(self) -> tuple[Policy, Mapping[str, Policy | None]]:
        """The default policy, and the policies of paths."""
        if self.rules != "inverse":
            return LAX, {self.strict_pattern: STRICT}
        return STRICT, {f"{self.prefix if self.guard == 'outside' else ''}/public/*": LAX}

    def app(self, reached: Reached, observers: Iterable[Observe] = ()) -> ASGIApp:
        app = ROUTERS[self.router](reached)
        if self.guard == "inside":
            app = self._guarded(app, observers)
        if self.mounted:
            app = mounted(app)
        if self.between:
            app = _BETWEEN[self.between](app)
        return self._guarded(app, observers) if self.guard == "outside" else app

    def door(self, observers: Iterable[Observe] = ()) -> Guard:
        """The guard as one for the door of a server."""
        policy, paths = self.rules_of()
        return Guard(policy, paths=paths, observers=observers)

    def _guarded(self, app: ASGIApp, observers: Iterable[Observe]) -> ASGIApp:
        policy, paths = self.rules_of()
        return WebSocketGuardMiddleware(app, policy=policy, paths=paths, observers=observers)


class Strips:
    """Takes STRIPPED off behind root_path, where a slash ends it. All else is turned away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, root_path = scope["path"], scope.get("root_path") or ""
        kept = root_path if path.startswith(f"{root_path}{STRIPPED}/") else ""
        if not path.startswith(f"{kept}{STRIPPED}/"):
            await receive()
            return await send({"type": "websocket.close", "code": 1000})
        await self.app({**scope, "path": kept + path[len(kept) + len(STRIPPED) :]}, receive, send)


class SetsHost:
    """Host is what X-Forwarded-Host says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = [value for name, value in scope["headers"] if name == b"x-forwarded-host"]
        headers = [(name, said[0] if said and name == b"host" else value) for name, value in scope["headers"]]
        await self.app({**scope, "headers": headers}, receive, send)


_BETWEEN: Mapping[str, Callable[[ASGIApp], ASGIApp]] = {"strips": Strips, "sets-host": SetsHost}
