"""At the door of uvicorn (tested with 0.54.0): the request head is read before any WebSocket library sees it.

    uvicorn app:app --ws asgi_ws_guard.servers.uvicorn:AutoWebSocketsProtocol

The libraries answer a malformed handshake with a bare 400, or never (a body, a line of 9000 bytes, 155 fields); here
it gets the guard's answer, is told as one event, and no protocol is built. A good one goes on, and the app is guarded
as by WebSocketGuardMiddleware: by the app's own, where it has one, else by one of ours round it.

uvicorn writes the head anew as HTTP/1.1, and answers by itself what its parser does not take. The HTTP protocols here
read the head as it came; they have the door with them:

    uvicorn app:app --http asgi_ws_guard.servers.uvicorn:AutoHTTPProtocol

Relied on: `ws_protocol_class(config=, server_state=, app_state=)` is given the head by its first `data_received`;
a protocol runs its `app`.
"""

from __future__ import annotations

import asyncio
import functools
from typing import Any

from uvicorn.config import WS_PROTOCOLS, Config
from uvicorn.importer import import_from_string
from uvicorn.protocols.http.auto import AutoHTTPProtocol as _AutoHTTPProtocol
from uvicorn.protocols.http.h11_impl import H11Protocol as _H11Protocol

from ..guard import Decision, Guard, and_also
from ..handshake import Handshake, parse_request
from ..handshake.requirements import violated
from ..handshake.wire import MAX_HEAD
from ..policy.file import policies_from_environment
from ..rules.base import ConfigurationError
from .uvicorn_deployment import deployment
from .uvicorn_head import FACTS, HeadFirst
from .uvicorn_libraries import head_for, longest_line, max_line

try:
    policies_from_environment()  # one that cannot work is said when uvicorn starts, and not at the first handshake
except ConfigurationError as error:  # in one line: what is wrong is the file, and no program
    raise SystemExit(f"asgi_ws_guard: {error}") from None


class Door(asyncio.Protocol):
    """What uvicorn takes for a WebSocket protocol: decides on the head, then makes room for the real one."""

    base: Any
    guard: Guard | None = None
    max_line: int | None = None  # bytes of a line that `base` has an answer to, None for any

    def __init__(self, config: Config, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        self._deployment = deployment(config)
        self._app_state = dict(app_state)
        self._http_version, self._decided = self._app_state.pop(FACTS, ("1.1", None))
        self._protocol = functools.partial(self.base, config=config, server_state=server_state)
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
        decision = self._decision()
        if decision is not None and not decision.verdict.allowed:
            self._deployment.refuse(decision, self._transport)
            return
        self._inner = self._protocol(app_state=self._app_state)
        self._inner.app = self._deployment.app
        if decision is not None:
            self._deployment.hand_on(decision, self._inner, self._transport)
        self._inner.connection_made(self._transport)
        self._inner.data_received(head_for(self.base, self._head))
        # uvicorn makes the door the transport's protocol when this returns; in the next turn it is the real one.
        asyncio.get_running_loop().call_soon(self._step_aside)

    def _step_aside(self) -> None:
        if not self._transport.is_closing():
            self._transport.set_protocol(self._inner)

    def _decision(self) -> Decision | None:
        """The decision. A line that the library never answers is refused here, where nothing else is wrong."""
        decision = self._of_head()
        if decision is None or decision.verdict.refused or self.max_line is None or len(self._head) <= self.max_line:
            return decision
        longest = longest_line(self._head)
        if longest <= self.max_line:
            return decision
        violation = violated("size", f"a line of {longest} bytes, wanted at most {self.max_line}")
        return decision._replace(verdict=and_also(decision.verdict, violation, decision.policy))

    def _of_head(self) -> Decision | None:
        try:
            handshake = parse_request(self._head).replace(http_version=self._http_version)
        except ValueError:  # httptools takes heads of any size
            return self._deployment.too_large(violated("size", f"a head of more than {MAX_HEAD} bytes"))
        if self._decided is not None and _is_same(self._decided.verdict.handshake, handshake):
            return self._decided  # type: ignore[no-any-return]
        return self._deployment.decision(handshake, self._transport)


def _is_same(one: Handshake, other: Handshake) -> bool:
    """Whether the parser read what we read. It need not: h11 takes a bare LF for the end of a line."""
    return (one.method, one.target, _lines(one)) == (other.method, other.target, _lines(other))


def _lines(handshake: Handshake) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value.strip(b" \t")) for name, value in handshake.fields.raw]


_WANTED = (
    "guarded() has {!r}, wanted a WebSocket protocol of uvicorn's that has no door: a class, or a name such as 'auto'. "
    "It goes to --ws or Config(ws=...); AutoHTTPProtocol and H11Protocol go to --http, read the head first, and "
    "keep the guard of that class"
)


@functools.cache
def guarded(base: Any, guard: Guard | None = None) -> type[Door]:
    """A protocol class for `--ws` and `Config(ws=...)`: `base`, a class or a name of uvicorn's, with a door before it.

    `guard` is the deployment's own. Without one it is the app's, if a WebSocketGuardMiddleware is found in it, else
    one with the policy file that ASGI_WS_GUARD_POLICY names, else one with the default policy.

    Raises ConfigurationError on a base that is no WebSocket protocol, or has a door before it already.
    """
    if isinstance(base, str):
        base = import_from_string(WS_PROTOCOLS.get(base) or base)
    if not isinstance(base, type) or issubclass(base, Door) or hasattr(base, "handle_websocket_upgrade"):
        raise ConfigurationError(_WANTED.format(base))
    return type(f"Guarded{base.__name__}", (Door,), {"base": base, "guard": guard, "max_line": max_line(base)})


class _WithDoor(HeadFirst):
    """Puts the door before whatever protocol uvicorn was told to take for WebSockets."""

    def __init__(self, config: Config, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)  # type: ignore[call-arg]
        base = self.ws_protocol_class
        if base is not None and not issubclass(base, Door):
            self.ws_protocol_class = guarded(base)


class H11Protocol(_WithDoor, _H11Protocol):
    """uvicorn's h11 protocol, with the head read first."""


class AutoHTTPProtocol(_WithDoor, _AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's choice between httptools and h11, with the head read first."""


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
