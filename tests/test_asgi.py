"""Scopes to handshakes, and which http request means a WebSocket."""

from __future__ import annotations

from typing import Any

import pytest

from asgi_ws_guard.asgi import can_deny, client_of, denial, handshake_from_scope, means_websocket
from asgi_ws_guard.exchange.app_fields import switches_protocols
from asgi_ws_guard.problem import Answer
from asgi_ws_guard.testing import make_scope

pytestmark = pytest.mark.asgi_ws_guard_strict

UPGRADE = b"upgrade"
KEY = b"sec-websocket-key"
VERSION = b"sec-websocket-version"


@pytest.mark.parametrize("casing", [bytes.lower, bytes.upper, bytes.title])
@pytest.mark.parametrize(
    ("headers", "means"),
    [
        ([], False),
        ([(b"host", b"a"), (b"connection", b"Upgrade")], False),
        ([(UPGRADE, b"websocket")], True),
        ([(UPGRADE, b"WebSocket")], True),
        ([(UPGRADE, b"h2c, websocket")], True),
        ([(UPGRADE, b"h2c"), (UPGRADE, b" websocket\t")], True),
        ([(UPGRADE, b"h2c")], False),
        ([(UPGRADE, b"TLS/1.0, IRC/6.9")], False),
        ([(UPGRADE, b"websocket/13")], False),
        ([(UPGRADE, b"websockets")], False),
        ([(UPGRADE, b"")], False),
        ([(UPGRADE, b"\xff\x00")], False),
        ([(KEY, b"")], True),
        ([(KEY, b"x"), (UPGRADE, b"h2c")], True),
        ([(VERSION, b"13")], True),
        ([(VERSION, b"13"), (UPGRADE, b"h2c")], False),
        ([(VERSION, b"13"), (UPGRADE, b"")], True),
        ([(VERSION, b"13"), (UPGRADE, b"h2c, websocket")], True),
        ([(b"sec-websocket-protocol", b"chat")], False),
        ([(b"x-upgrade", b"websocket")], False),
    ],
)
def test_what_means_a_websocket(headers: list[tuple[bytes, bytes]], means: bool, casing: Any) -> None:
    """hypercorn with h11_pass_raw_headers hands on the client's casing: a lower-case filter would be a bypass."""
    assert means_websocket([(casing(name), value) for name, value in headers]) is means


def test_a_websocket_scope_has_no_method_and_its_server_vouches() -> None:
    handshake = handshake_from_scope(make_scope(path="/a b", raw_path=b"/a%20b", query_string=b"x=\xff"))
    assert handshake.method is None and handshake.upgraded
    assert handshake.target == "/a%20b?x=\xff"
    assert handshake.http_version == "1.1"


def test_an_http_scope_has_one_and_nobody_vouches() -> None:
    handshake = handshake_from_scope(make_scope(type="http", method="POST", http_version="1.0", raw_path=None))
    assert (handshake.method, handshake.upgraded) == ("POST", False)
    assert (handshake.target, handshake.http_version) == ("/", "1.0")


@pytest.mark.parametrize("version", [None, ""])
def test_a_missing_http_version_is_1_1(version: str | None) -> None:
    """daphne has none."""
    assert handshake_from_scope(make_scope(http_version=version)).http_version == "1.1"


def test_a_bare_scope_is_read() -> None:
    """Channels' WebsocketCommunicator has no headers at all."""
    handshake = handshake_from_scope({"type": "websocket", "path": "/x"})
    assert len(handshake.fields) == 0 and handshake.target == "/x" and handshake.subprotocols == ()


def test_the_servers_reading_of_the_offers_is_kept() -> None:
    assert handshake_from_scope(make_scope(subprotocols=["a", "b"])).subprotocols == ("a", "b")


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (("127.0.0.1", 5000), ("127.0.0.1", 5000)),
        (["127.0.0.1", 5000], ("127.0.0.1", 5000)),
        (("127.0.0.1", "5000"), ("127.0.0.1", 5000)),  # granian
        (("::1", 5000, 0, 0), ("::1", 5000)),
        (None, None),
        ((), None),
        (("/run/x.sock", None), None),
        (("a", "b"), None),
        ({}, None),
    ],
)
def test_the_client(client: Any, expected: tuple[str, int] | None) -> None:
    assert client_of({"type": "websocket", "client": client}) == expected
    assert client_of({"type": "websocket"}) is None


@pytest.mark.parametrize(
    ("extensions", "can"),
    [({"websocket.http.response": {}}, True), ({"websocket.http.response": None}, True), ({}, False), (None, False)],
)
def test_the_denial_response_extension(extensions: Any, can: bool) -> None:
    assert can_deny({"type": "websocket", "extensions": extensions}) is can
    assert not can_deny({"type": "websocket"})


@pytest.mark.parametrize(("kind", "prefix"), [("websocket", "websocket.http.response"), ("http", "http.response")])
def test_a_denial_has_every_key_that_some_server_wants(kind: str, prefix: str) -> None:
    start, body = denial(kind, Answer(400, [(b"a", b"b")], b"x"))
    assert start == {"type": f"{prefix}.start", "status": 400, "headers": [(b"a", b"b")]}
    assert body == {"type": f"{prefix}.body", "body": b"x", "more_body": False}


@pytest.mark.parametrize(
    ("status", "headers", "switches"),
    [
        (403, [(b"x-a", b"1"), ("x-b", "2"), None, (1, 2), (b"x-c",)], False),
        (403, None, False),
        (403, 7, False),
        (None, [], False),
        (101, [], True),
        ("101", [], True),
        (403, [(b"SEC-websocket-accept\t", b"x")], True),
        (403, [("sec-websocket-accept", "x")], True),
        (403, [(b"x-a: 1\r\nSec-WebSocket-Accept", b"x")], True),
        (403, [(b"sec-websocket-accept: x", b"")], True),
        (403, [("x-a", "1\r\nSec-WebSocket-Accept: x")], True),
        (403, [(b"x-a", b"1\0")], True),
    ],
)
def test_what_looks_like_the_servers_half_or_may(status: Any, headers: Any, switches: bool) -> None:
    """Nothing is raised, whatever an application puts there."""
    assert switches_protocols({"status": status, "headers": headers}) is switches
