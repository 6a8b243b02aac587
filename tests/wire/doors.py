"""What the tests of uvicorn's doors share: the two doors, an application behind them, and a client."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import pytest

from asgi_ws_guard.servers import uvicorn as door
from tests.wire.client import TEXT, Peer, frame, handshake, server_frame

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

BAD_KEY = handshake("/chat", key="hello")
DOORS: dict[str, dict[str, Any]] = {"ws": {"ws": door.AutoWebSocketsProtocol}, "http": {"http": door.AutoHTTPProtocol}}
EACH_DOOR = pytest.mark.parametrize("doors", DOORS.values(), ids=DOORS)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


def ask(port: int, request: bytes) -> tuple[int, Any]:
    """The status, and the problem where there is one; an opened WebSocket has to echo."""
    with Peer(port) as peer:
        peer.send(request)
        return read_answer(peer)


def read_answer(peer: Peer) -> tuple[int, Any]:
    head = peer.read_head()
    status = int(head.split()[1])
    if status == 101:
        peer.send(frame(TEXT, b"there and back"))
        assert peer.read(16) == server_frame(TEXT, b"there and back")
        return status, None
    return status, json.loads(peer.read_to_end()) if b"application/problem+json" in head else None
