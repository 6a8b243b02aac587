"""A handshake in an http scope, and what an application may answer it with: for the tests of both kinds of request."""

from __future__ import annotations

from typing import Any

from asgi_ws_guard.asgi import Message
from asgi_ws_guard.testing import Changes, make_scope

KEY = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
ACCEPT = (b"Sec-WebSocket-Accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
UPGRADE = [(b"upgrade", b"websocket"), (b"connection", b"Upgrade")]
BODY: Message = {"type": "http.response.body", "body": b"hello", "more_body": False}
BAD: Changes = {"Sec-WebSocket-Key": "hello!"}
PLAIN: Changes = {"Upgrade": None, "Connection": None, "Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}


def start(status: Any = 200, *headers: Any) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def scope(changes: Changes | None = None, **keys: Any) -> dict[str, Any]:
    return make_scope({**KEY, **(changes or {})}, type="http", **keys)
