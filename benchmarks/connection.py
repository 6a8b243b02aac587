"""One WebSocket connection in process: uvicorn's protocol as far as the guard sees one, with nothing behind it.

The guard finds its transport and taps it, as on a real server, and reads a real 101; no socket and no frame is made.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from asgi_ws_guard import accept_value
from asgi_ws_guard.asgi import Message

from .requests import handshake_scope

CONNECT: Message = {"type": "websocket.connect"}
ACCEPT: Message = {"type": "websocket.accept"}
TEXT: Message = {"type": "websocket.send", "text": "hello"}
RECEIVED: Message = {"type": "websocket.receive", "text": "hello"}

# As uvicorn 0.54.0 writes it, websockets-sansio, to a browser.
_HEAD = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %b\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12; client_max_window_bits=12\r\n"
    b"date: Sat, 21 Nov 2026 13:37:30 GMT\r\nserver: uvicorn\r\n\r\n"
)


class Transport(asyncio.Transport):
    """Takes what is written and forgets it."""

    def write(self, data: Any) -> None:
        pass

    def is_closing(self) -> bool:
        return False


class Connection(WebSocketsSansIOProtocol):
    """A connection whose client has sent a handshake, and says no more. `silent`: `receive` then waits for ever."""

    def __init__(self, *, silent: bool = True) -> None:  # uvicorn's own would make a protocol with buffers
        self.transport = self.own_transport = Transport()
        self.request_scope = handshake_scope()
        self._head = _HEAD % accept_value(self.request_scope["headers"][-1][1]).encode()
        self._silent = silent
        self._connected = False

    async def receive(self) -> Any:
        if not self._connected:
            self._connected = True
            return CONNECT
        if self._silent:
            await asyncio.get_running_loop().create_future()
        return RECEIVED

    async def send(self, message: Any) -> None:
        if message is ACCEPT:
            self.transport.write(self._head)
