"""What an application's websocket.accept may not carry."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import pytest

from asgi_ws_guard.accepting import mended_accept
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
