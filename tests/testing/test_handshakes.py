"""The handshakes of asgi_ws_guard.testing: valid as they are, and changed in nothing but what was asked."""

from __future__ import annotations

from typing import Any

import pytest

from asgi_ws_guard import validate
from asgi_ws_guard.asgi import handshake_from_scope
from asgi_ws_guard.testing import Changes, handshake_headers, make_fields, make_handshake, make_scope

NAMES = ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]


def test_a_handshake_without_changes_is_valid() -> None:
    assert validate(make_handshake()) == ()
    assert [name for name, _ in make_fields()] == NAMES


def test_each_call_has_a_fresh_key() -> None:
    assert len({make_handshake().key for _ in range(100)}) == 100
    assert len({handshake_headers()["sec-websocket-key"] for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"host": "a"}, [("Host", "a")]),
        ({"HOST": b"a"}, [("Host", b"a")]),
        ({"Host": None}, []),
        ({"Host": []}, []),
        ({"Host": ["a", b"b"]}, [("Host", "a"), ("Host", b"b")]),
    ],
)
def test_a_change_replaces_what_is_there_in_place(changes: Changes, lines: list[Any]) -> None:
    fields = make_fields(changes)
    assert fields[: len(lines)] == lines
    assert [name for name, _ in fields[len(lines) :]] == NAMES[1:]


def test_new_fields_come_last_in_their_order() -> None:
    fields = make_fields({"X-B": "1", "Host": "a", "X-A": ["2", "3"], "X-C": None})
    assert fields[0] == ("Host", "a")
    assert fields[5:] == [("X-B", "1"), ("X-A", "2"), ("X-A", "3")]


@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_a_scope_is_a_valid_handshake(kind: str) -> None:
    scope = make_scope({"Sec-WebSocket-Protocol": "a, b"}, type=kind, path="/x")
    assert validate(handshake_from_scope(scope)) == ()
    assert scope["type"] == kind and scope["path"] == "/x"
    assert all(name == name.lower() and isinstance(value, bytes) for name, value in scope["headers"])
    assert scope.get("subprotocols") == (["a", "b"] if kind == "websocket" else None)
    assert ("method" in scope) == (kind == "http")


def test_keys_of_a_scope_are_replaced_or_left_out() -> None:
    scope = make_scope(http_version=None, extensions=None, client=None, state={"a": 1})
    assert not {"http_version", "extensions", "client"} & scope.keys()
    assert scope["state"] == {"a": 1}


def test_headers_for_a_test_client_are_lower_case() -> None:
    headers = handshake_headers({"Origin": "https://a", "Sec-WebSocket-Version": "8"})
    assert headers.keys() == {"sec-websocket-key", "sec-websocket-version", "origin"}
    assert (headers["origin"], headers["sec-websocket-version"]) == ("https://a", "8")
