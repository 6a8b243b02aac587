"""The requests that are measured: a browser's page load, and a browser's opening handshake, with fresh bytes each.

A server makes new bytes for each request. Bytes used twice have their hash computed already, and a lookup of the very
same object compares nothing: both would flatter whoever looks names up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from asgi_ws_guard import generate_key

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

USER_AGENT = b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

PAGE: Headers = (
    (b"host", b"example.com"),
    (b"connection", b"keep-alive"),
    (b"sec-ch-ua", b'"Chromium";v="142", "Not_A Brand";v="99"'),
    (b"user-agent", USER_AGENT),
    (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (b"sec-fetch-site", b"same-origin"),
    (b"sec-fetch-mode", b"navigate"),
    (b"sec-fetch-dest", b"document"),
    (b"referer", b"https://example.com/rooms"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"accept-language", b"en-GB,en;q=0.9"),
    (b"cookie", b"session=0b7c1f5a9d3e4c2f8a6b; theme=dark"),
)

HANDSHAKE: Headers = (
    (b"host", b"example.com"),
    (b"connection", b"Upgrade"),
    (b"pragma", b"no-cache"),
    (b"cache-control", b"no-cache"),
    (b"user-agent", USER_AGENT),
    (b"upgrade", b"websocket"),
    (b"origin", b"https://example.com"),
    (b"sec-websocket-version", b"13"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"accept-language", b"en-GB,en;q=0.9"),
    (b"cookie", b"session=0b7c1f5a9d3e4c2f8a6b; theme=dark"),
    (b"sec-websocket-extensions", b"permessage-deflate; client_max_window_bits"),
)

BAD_KEY = b"c2hvcnQga2V5IQ=="  # 10 bytes, where 16 are wanted


def page_scope() -> dict[str, Any]:
    """The http scope of a page load, as uvicorn makes it."""
    return {**_scope("http", fresh(PAGE)), "method": "GET"}


def handshake_scope(*, key: bytes | None = None, headers: Headers | None = None, path: str = "/chat") -> dict[str, Any]:
    """The websocket scope of a handshake, as uvicorn makes it. `headers` replaces the browser's."""
    fields = fresh(handshake_headers(key) if headers is None else headers)
    extensions: dict[str, dict[str, str]] = {"websocket.http.response": {}}
    return {**_scope("websocket", fields, path), "subprotocols": [], "extensions": extensions}


def handshake_head(key: bytes | None = None) -> bytes:
    """The bytes of the same handshake."""
    lines = [b"%b: %b" % (name.title(), value) for name, value in handshake_headers(key)]
    return b"\r\n".join([b"GET /chat HTTP/1.1", *lines, b"", b""])


def handshake_headers(key: bytes | None = None) -> Headers:
    return (*HANDSHAKE, (b"sec-websocket-key", key or generate_key().encode()))


def fresh(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The same headers in bytes of their own."""
    return [(bytes(bytearray(name)), bytes(bytearray(value))) for name, value in headers]


def _scope(kind: str, headers: list[tuple[bytes, bytes]], path: str = "/chat") -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "scheme": "http" if kind == "http" else "ws",
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "state": {},
    }
