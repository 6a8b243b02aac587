"""At the door of uvicorn (tested with 0.54.0): the request head is read before any WebSocket library sees it.

    uvicorn app:app --ws asgi_ws_guard.servers.uvicorn:AutoWebSocketsProtocol

The libraries answer a malformed handshake with a bare 400, or never (a body, a line of 9000 bytes, 155 fields); here
it gets the guard's answer, is told as one event, and no protocol is built. A good one goes on, and the app is guarded
as by WebSocketGuardMiddleware: by the app's own, where it has one, else by one of ours round it.

uvicorn writes the head anew as HTTP/1.1, so that HTTP/1.0 cannot be told. The HTTP protocols here keep the version:

    uvicorn app:app --http asgi_ws_guard.servers.uvicorn:AutoHTTPProtocol --ws ...

Relied on: `ws_protocol_class(config=, server_state=, app_state=)` is given the head by its first `data_received`;
what is in `app_state` arrives in scope["state"]; HTTP protocols hand over in `handle_websocket_upgrade`.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from uvicorn.config import WS_PROTOCOLS, Config
from uvicorn.importer import import_from_string
from uvicorn.protocols.http.auto import AutoHTTPProtocol as _AutoHTTPProtocol
from uvicorn.protocols.http.h11_impl import H11Protocol as _H11Protocol

from ..admission import Admission
from ..answer import problem
from ..guard import Guard
from ..handshake import Handshake, parse_request
from ..handshake.wire import MAX_HEAD
from ..middleware import WebSocketGuardMiddleware

_HTTP_VERSION = "asgi_ws_guard.http_version"

_guarded_apps: WeakKeyDictionary[Config, tuple[Any, Guard]] = WeakKeyDictionary()


class Door(asyncio.Protocol):
    """What uvicorn takes for a WebSocket protocol: decides on the head, then makes room for the real one."""

    base: Any
    guard: Guard | None = None

    def __init__(self, config: Config, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        self._config = config
        self._server_state = server_state
        self._app_state = dict(app_state)
        self._http_version = self._app_state.pop(_HTTP_VERSION, "1.1")
        self._started = perf_counter()
        self._inner: Any = None
        self._head = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._inner is not None:
            self._inner.data_received(data)
        elif not self._transport.is_closing():
            self._head += data
            if b"\r\n\r\n" in self._head or len(self._head) > MAX_HEAD:
                self._decide()

    def connection_lost(self, error: Exception | None) -> None:
        if self._inner is not None:
            self._inner.connection_lost(error)

    def eof_received(self) -> bool | None:
        return None if self._inner is None else self._inner.eof_received()

    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()

    def _decide(self) -> None:
        app, guard = self._guarded_app()
        handshake = self._handshake()
        path = self._config.root_path + unquote(handshake.target.partition("?")[0])
        pattern, policy = guard.policy_for(path)
        if policy is None:
            self._admit(app)
            return
        admission = Admission(guard.decide(handshake, policy), pattern, policy, self._started)
        if admission.verdict.allowed:
            self._app_state[Admission.KEY] = admission
            self._admit(app)
        else:
            self._refuse(guard, admission, path)

    def _refuse(self, guard: Guard, admission: Admission, path: str) -> None:
        verdict = admission.verdict
        self._transport.write(problem(verdict.refused, verdict.violations, extended_connect=False).to_bytes())
        self._transport.close()
        client = self._transport.get_extra_info("peername")
        admission.record(guard, {"path": path, "client": client}).decide("denied", verdict.refused[0].status)

    def _admit(self, app: Any) -> None:
        self._inner = self.base(config=self._config, server_state=self._server_state, app_state=self._app_state)
        self._inner.app = app
        self._inner.connection_made(self._transport)
        self._inner.data_received(self._head)
        # uvicorn makes the door the transport's protocol when this returns; in the next turn it is the real one.
        asyncio.get_running_loop().call_soon(self._step_aside)

    def _step_aside(self) -> None:
        if not self._transport.is_closing():
            self._transport.set_protocol(self._inner)

    def _handshake(self) -> Handshake:
        try:
            handshake = parse_request(self._head)
        except ValueError:  # a head that h11 and httptools take and our cap does not: no key, so it is refused
            return Handshake()
        handshake.http_version = self._http_version
        return handshake

    def _guarded_app(self) -> tuple[Any, Guard]:
        found = _guarded_apps.get(self._config)
        if found is None:
            app = self._config.loaded_app
            guard = _guard_in(app) if self.guard is None else None
            if guard is None:
                outer = WebSocketGuardMiddleware(app)
                outer.guard = self.guard or outer.guard
                app, guard = outer, outer.guard
            found = _guarded_apps[self._config] = (app, guard)
        return found


def guarded(base: Any, guard: Guard | None = None) -> type[Door]:
    """A protocol class for `--ws` and `Config(ws=...)`: `base`, a class or a name of uvicorn's, with a door before it.

    `guard` is the deployment's own. Without one it is the app's, if a WebSocketGuardMiddleware is found in it, else
    one with the policy file that ASGI_WS_GUARD_POLICY names, else one with the default policy.
    """
    if isinstance(base, str):
        base = import_from_string(WS_PROTOCOLS.get(base) or base)
    return type(f"Guarded{base.__name__}", (Door,), {"base": base, "guard": guard})


def _guard_in(app: Any) -> Guard | None:
    """The guard of the WebSocketGuardMiddleware that `app` is, wraps, or was told to add (Starlette, FastAPI)."""
    for _ in range(32):
        if isinstance(app, WebSocketGuardMiddleware):
            return app.guard
        for middleware in getattr(app, "user_middleware", ()):
            if middleware.cls is WebSocketGuardMiddleware:
                return WebSocketGuardMiddleware(app, *middleware.args, **middleware.kwargs).guard
        app = getattr(app, "app", None)
        if app is None:
            return None
    return None


class _KeepsVersion:
    """Lets the door know the HTTP version of the request line."""

    app_state: dict[str, Any]

    def handle_websocket_upgrade(self, *event: Any) -> None:
        version = event[0].http_version.decode("ascii") if event else self.scope["http_version"]  # type: ignore[attr-defined]
        self.app_state = {**self.app_state, _HTTP_VERSION: version}
        super().handle_websocket_upgrade(*event)  # type: ignore[misc]


class H11Protocol(_KeepsVersion, _H11Protocol):
    """uvicorn's h11 protocol, which tells the door the HTTP version."""


class AutoHTTPProtocol(_KeepsVersion, _AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's choice between httptools and h11, which tells the door the HTTP version."""


_NAMES = {
    "WebSocketProtocol": "websockets",
    "WebSocketsSansIOProtocol": "websockets-sansio",
    "WSProtocol": "wsproto",
    "AutoWebSocketsProtocol": "auto",
}


def __getattr__(name: str) -> type[Door]:
    """The guarded protocols, each made when it is asked for: not every library is installed."""
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it offers {', '.join(_NAMES)}")
    cls = globals()[name] = guarded(_NAMES[name])
    return cls
