"""Real servers, broken: the code of each that writes a response head is patched to mangle it where the app asks.

The app asks by a field of its websocket.accept, `x-breakage: NAME KEY`, which is taken out again. daphne drops an
app's fields, so there the name is read from the path. Patched is what the servers call, below our taps.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.wire.breakages import BREAKAGES

_ASKED = re.compile(rb"(?i)\r\nx-breakage: ([a-z0-9-]+) ([^\r]+)")


def mangled(head: bytes) -> bytes:
    """`head` as the app asked for it, or as it is."""
    asked = _ASKED.search(head)
    if asked is None:
        always = BREAKAGES.get(os.environ.get("WIRE_BREAK_EVERY", ""))
        return head if always is None or not head.startswith(b"HTTP/1.1 101") else always.mangle(head, b"")
    head, key = head[: asked.start()] + head[asked.end() :], asked[2]
    breakage = BREAKAGES.get(asked[1].decode())
    return head if breakage is None else breakage.mangle(head, key)


class _Mangling:
    """A transport that mangles heads."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        self._transport.write(mangled(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _patch(owner: Any, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    setattr(owner, name, wrap(getattr(owner, name)))


def _returned_bytes(original: Callable[..., bytes | None]) -> Callable[..., bytes | None]:
    def wrapped(*args: Any) -> bytes | None:
        data = original(*args)
        return None if data is None else mangled(data)

    return wrapped


def _returned_list(original: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    return lambda *args: [mangled(data) for data in original(*args)]


class _OnBehalf:
    """A protocol with a mangling transport. The protocol itself is left alone: the guard's tap is to leave it."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.transport = _Mangling(protocol.transport)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._protocol, name)


def _written(original: Callable[..., Any]) -> Callable[..., Any]:
    """A method, or a coroutine method, that writes to `self.transport`."""
    return lambda self, *args: original(_OnBehalf(self), *args)


def _sent_by_autobahn(original: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(self: Any, data: bytes, *args: Any) -> Any:
        if data.startswith(b"HTTP/1.1 101"):
            name = (self.http_request_path + "//").split("/")[2]
            key = self.http_headers["sec-websocket-key"]
            data = mangled(data[:-4] + f"\r\nx-breakage: {name} {key}\r\n\r\n".encode())
        return original(self, data, *args)

    return wrapped


def _break_uvicorn() -> None:
    import websockets.legacy.server
    import websockets.server
    import wsproto

    _patch(websockets.server.ServerProtocol, "data_to_send", _returned_list)
    _patch(websockets.legacy.server.WebSocketServerProtocol, "write_http_response", _written)
    _patch(wsproto.WSConnection, "send", _returned_bytes)


def _break_hypercorn() -> None:
    import h11

    _patch(h11.Connection, "send", _returned_bytes)


def _break_daphne() -> None:
    from autobahn.websocket.protocol import WebSocketProtocol

    _patch(WebSocketProtocol, "sendData", _sent_by_autobahn)


def _break_gunicorn() -> None:
    from gunicorn.asgi.websocket import WebSocketProtocol  # type: ignore[import-untyped]

    _patch(WebSocketProtocol, "_send_accept", _written)


_BREAKING: Mapping[str, Callable[[], None]] = {
    "uvicorn": _break_uvicorn,
    "hypercorn": _break_hypercorn,
    "daphne": _break_daphne,
    "gunicorn": _break_gunicorn,
}


def break_server() -> None:
    """Patch the code of the server that runs this process."""
    for package, breaking in _BREAKING.items():
        if package in sys.modules:
            breaking()
