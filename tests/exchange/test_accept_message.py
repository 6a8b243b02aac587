"""What an application's websocket.accept may not carry."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import pytest

from asgi_ws_guard.exchange.accept_message import mended_accept
from asgi_ws_guard.testing import make_handshake

OFFERS = make_handshake({"Sec-WebSocket-Protocol": "chat, s3cret-token"})
KEPT = (b"x-request-id", b"7")


def mended(headers: Iterable[tuple[Any, Any]] | None, **more: Any) -> tuple[dict[str, Any], list[str]]:
    """The message after mending and the details of what was mended; the message before must be as it was."""
    message = {"type": "websocket.accept", **more, **({} if headers is None else {"headers": headers})}
    before = deepcopy(message)
    after, violation = mended_accept(message, OFFERS)
    assert message == before
    assert violation is None or violation.requirement.id == "app-fields"
    return dict(after), [violation.detail] if violation else []


@pytest.mark.parametrize(
    "headers", [None, [], (), [KEPT], [(b"set-cookie", b"a"), (b"set-cookie", b"b")], [[b"a", b"b"]]]
)
def test_a_message_that_needs_no_change_is_handed_on_as_it_is(headers: list[tuple[bytes, bytes]] | None) -> None:
    message = {"type": "websocket.accept", "headers": headers}
    assert mended_accept(message, OFFERS) == (message, None)
    assert mended_accept(message, OFFERS)[0] is message


@pytest.mark.parametrize("casing", [bytes.lower, bytes.upper, bytes.title])
@pytest.mark.parametrize("name", [b"sec-websocket-accept", b"upgrade", b"connection", b"sec-websocket-extensions"])
def test_the_servers_own_fields_are_removed(name: bytes, casing: Any) -> None:
    message, [detail] = mended([KEPT, (casing(name), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), KEPT])
    assert message == {"type": "websocket.accept", "headers": [KEPT, KEPT]}
    assert name.decode() in detail.lower() and "was removed" in detail


def test_an_offered_subprotocol_is_moved_where_asgi_has_it() -> None:
    message, [detail] = mended([KEPT, (b"Sec-WebSocket-Protocol", b" chat ")])
    assert message == {"type": "websocket.accept", "headers": [KEPT], "subprotocol": "chat"}
    assert "was moved to subprotocol" in detail


@pytest.mark.parametrize(
    ("value", "more", "subprotocol"),
    [
        (b"other", {}, None),
        (b"chat, s3cret-token", {}, None),
        (b"CHAT", {}, None),
        (b"", {}, None),
        (b"chat", {"subprotocol": "s3cret-token"}, "s3cret-token"),
        (b"chat", {"subprotocol": None}, "chat"),
    ],
)
def test_any_other_subprotocol_there_is_removed(value: bytes, more: dict[str, Any], subprotocol: str | None) -> None:
    message, [detail] = mended([(b"sec-websocket-protocol", value)], **more)
    assert message["headers"] == []
    assert message.get("subprotocol") == subprotocol
    assert "s3cret" not in detail, "offered subprotocols are never shown"


def test_of_two_subprotocols_the_first_offered_one_is_moved() -> None:
    message, [detail] = mended([(b"sec-websocket-protocol", b"other"), (b"sec-websocket-protocol", b"chat")])
    assert message["subprotocol"] == "chat"
    assert "was removed" in detail and "was moved" in detail


def test_text_is_mended_as_well_as_bytes() -> None:
    """Not ASGI, but some servers take it, and a second accept value must not get through by it."""
    message, _ = mended([("Sec-WebSocket-Accept", "x"), ("x-kept", "y")])
    assert message["headers"] == [("x-kept", "y")]


def test_headers_that_can_be_read_once_are_not_lost() -> None:
    """ASGI asks for an iterable; a generator that was read here would reach the server empty."""
    message, _ = mended_accept({"type": "websocket.accept", "headers": iter([KEPT, KEPT])}, OFFERS)
    assert list(message["headers"]) == [KEPT, KEPT]


@pytest.mark.parametrize("name", [" %s", "%s ", "%s\t", "\r\n%s", "%s\x0b", "%s\xa0"])
@pytest.mark.parametrize(
    "own", ["sec-websocket-accept", "Upgrade", "connection", "sec-websocket-extensions", "sec-websocket-protocol"]
)
def test_the_servers_own_fields_are_removed_however_they_are_written(own: str, name: str) -> None:
    text = name % own
    for spelt in (text, text.encode("latin-1"), bytearray(text, "latin-1")):
        headers = [KEPT, (spelt, "s3cret")]
        message, [detail] = mended(headers)
        assert message["headers"] == [KEPT]
        assert "the server writes it" in detail and "s3cret" not in detail


def test_a_subprotocol_under_a_name_with_space_is_moved() -> None:
    message, [detail] = mended([("sec-websocket-protocol ", "chat")])
    assert (message["headers"], message["subprotocol"]) == ([], "chat") and "was moved" in detail


NO_LINES: tuple[tuple[Any, Any], ...] = (
    (b"x-a", b"1\r\nSec-WebSocket-Accept: s3cret"),
    (b"x-a", b"1\nSec-WebSocket-Accept: s3cret"),
    ("x-a", "1\rSec-WebSocket-Accept: s3cret"),
    (b"x-a", b"1\r\n"),
    (b"x-a", b"s3cret\0"),
    (b"x-a: s3cret\r\nSec-WebSocket-Accept", b"x"),
    (b"sec-websocket-accept: s3cret", b""),
    (b"x a", b"s3cret"),
    (b"", b"s3cret"),
    ("x-\u20ac", "s3cret"),
    ("x-\ud800", "s3cret"),
)


@pytest.mark.parametrize("header", NO_LINES)
def test_what_is_no_line_of_a_head_is_removed(header: tuple[Any, Any]) -> None:
    message, [detail] = mended([KEPT, header])
    assert message["headers"] == [KEPT]
    assert "no CR, LF or NUL" in detail and detail.isascii() and detail.isprintable() and "s3cret" not in detail


@pytest.mark.parametrize(
    "item",
    [None, 7, b"x-a: 1", "x-a: 1", (b"x-a",), (b"a", b"b", b"c"), (1, b"b"), (b"a", None), (b"a", 7), {}, object()],
)
def test_what_is_no_pair_is_removed(item: Any) -> None:
    """Unguarded, daphne and granian take no notice of it, and the others fail the handshake."""
    after, violation = mended_accept({"type": "websocket.accept", "headers": [KEPT, item]}, OFFERS)
    assert after["headers"] == [KEPT]
    assert violation is not None and "no pair of a name and a value" in violation.detail


@pytest.mark.parametrize("header", [("x-a", "1"), (bytearray(b"x-a"), bytearray(b"1")), ["x-a", b"caf\xe9\t;"]])
def test_what_some_servers_take_is_left_to_them(header: Any) -> None:
    message = {"type": "websocket.accept", "headers": [header]}
    assert mended_accept(message, OFFERS) == (message, None)
