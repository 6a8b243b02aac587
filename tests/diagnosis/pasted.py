"""A right handshake to paste, and the explanation of what is pasted, on one line."""

from __future__ import annotations

from asgi_ws_guard.diagnosis.explanation import explain
from asgi_ws_guard.handshake import accept_value

KEY = "5d3hQ6V7MPrFPQ4x/ycC+A=="
REQUEST = [
    "GET /chat HTTP/1.1",
    "Host: server.example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
]
RESPONSE = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Accept: {accept_value(KEY)}",
]


def said(*lines: str, end: str = "\r\n") -> str:
    """The explanation of these lines, on one line."""
    return " ".join(" ".join(explain(end.join([*lines, "", ""]).encode()).parts).split())


def with_line(lines: list[str], place: int, line: str) -> list[str]:
    return [*lines[: place - 1], line, *lines[place:]]
