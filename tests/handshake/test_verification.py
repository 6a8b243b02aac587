"""`verify`: a right answer with one thing changed breaks one requirement, and what the RFC allows breaks none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import pytest

from asgi_ws_guard import Handshake, HandshakeResponse, verify
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.testing import make_handshake

GOOD_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GOOD_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
ACCEPT = "Sec-WebSocket-Accept"
PROTOCOL = "Sec-WebSocket-Protocol"
EXTENSIONS = "Sec-WebSocket-Extensions"

Changes: TypeAlias = Mapping[str, str | Sequence[str] | None]


_NONE: Changes = {}


class Row(NamedTuple):
    """One change to a right answer, and what it breaks; None: nothing."""

    broken: str | None
    changes: Changes = _NONE
    status: int = 101

    def __str__(self) -> str:
        return f"{self.broken} {self.status} {self.changes!r}"[:80].encode("ascii", "backslashreplace").decode()


HANDSHAKE = make_handshake(
    {
        "Sec-WebSocket-Key": GOOD_KEY,
        PROTOCOL: "chat, superchat",
        EXTENSIONS: 'permessage-deflate; client_max_window_bits, x-quoted; a="b"',
    }
)


def answer(changes: Changes, status: int = 101) -> HandshakeResponse:
    """The right answer to HANDSHAKE after `changes`."""
    right = {"Upgrade": "websocket", "Connection": "Upgrade", ACCEPT: GOOD_ACCEPT, **changes}
    lines: list[tuple[str, str]] = []
    for name, value in right.items():
        values = [value] if isinstance(value, str) else value or ()
        lines += [(name, line) for line in values]
    return HandshakeResponse(status, lines)


_ACCEPTS = (
    *("", GOOD_KEY, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", f'"{GOOD_ACCEPT}"', GOOD_ACCEPT[:-1], GOOD_ACCEPT + "="),
    *(
        GOOD_ACCEPT.lower(),
        GOOD_ACCEPT.upper(),
        GOOD_ACCEPT + GOOD_ACCEPT,
        f"{GOOD_ACCEPT}, {GOOD_ACCEPT}",
        f"{GOOD_ACCEPT},",
    ),
    *(
        "s3pPLMBiTxaQ9kYGzzhZRbK-xOo=",
        "b37a4f2cc0624f1690f64606cf385945b2bec4ea",
        "HSmrc0sMlYUkAGmm5OPpG2HaGWk=",
        "\x85" + GOOD_ACCEPT,
    ),
    *(
        "s3pPLMBiTxaQ9kYG zzhZRbK+xOo=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "\x00",
        "caf\xe9",
        "x" * 5000,
        f"{GOOD_ACCEPT}\x0b",
    ),
)

BROKEN: tuple[Row, ...] = (
    *(
        Row("status-101", status=status)
        for status in (200, 204, 301, 400, 401, 403, 404, 426, 500, 502, 100, 102, 0, 1010)
    ),
    *(
        Row("response-upgrade", {"Upgrade": value})
        for value in (None, "", "h2c", "websockets", "websocket/13", "web socket")
    ),
    *(
        Row("response-upgrade", {"Upgrade": value})
        for value in ("websocket, h2c", ["websocket", "websocket"], ["h2c", "websocket"])
    ),
    *(
        Row("response-connection", {"Connection": value})
        for value in (None, "", "close", "keep-alive", "Upgrades", "x-upgrade")
    ),
    *(
        Row("response-connection", {"Connection": value})
        for value in (["close", "keep-alive"], "keep-alive Upgrade", '"Upgrade"')
    ),
    Row("accept-present", {ACCEPT: None}),
    *(
        Row("accept-once", {ACCEPT: lines})
        for lines in ([GOOD_ACCEPT, GOOD_ACCEPT], [GOOD_ACCEPT, "x"], ["x", GOOD_ACCEPT], ["", ""])
    ),
    *(Row("accept-value", {ACCEPT: value}) for value in _ACCEPTS),
    *(Row("accept-canonical", {ACCEPT: f"s3pPLMBiTxaQ9kYGzzhZRbK+xO{tail}="}) for tail in "pqr"),
    *(
        Row("subprotocol-single", {PROTOCOL: value})
        for value in ("", ",", "chat, superchat", "chat,", "a b", "caf\xe9", "chat/1")
    ),
    *(
        Row("subprotocol-single", {PROTOCOL: lines})
        for lines in (["chat", "superchat"], ["chat", "chat"], ["chat", ""], ["x", "y"])
    ),
    *(
        Row("subprotocol-offered", {PROTOCOL: value})
        for value in ("Chat", "CHAT", "other", "supercha", "superchat2", "x" * 3000)
    ),
    *(
        Row("extensions-once", {EXTENSIONS: lines})
        for lines in (["permessage-deflate", "x-quoted"], ["x-quoted"] * 2, ["", ""])
    ),
    *(
        Row("extension-offered", {EXTENSIONS: value})
        for value in ("", ",", "other", "Permessage-Deflate", "permessage-deflate, other")
    ),
    *(
        Row("extension-offered", {EXTENSIONS: value})
        for value in ("permessage-deflate;", "permessage-deflate; a=", "a b", "x-quoted=b")
    ),
    *(
        Row("extension-offered", {EXTENSIONS: value})
        for value in ('x-quoted; a="', "other; a=b, permessage-deflate", "\x85x-quoted")
    ),
)

VALID: tuple[Row, ...] = (
    Row(None),
    *(Row(None, {"Upgrade": value}) for value in ("WebSocket", "WEBSOCKET", " websocket\t")),
    *(
        Row(None, {"Connection": value})
        for value in ("upgrade", "UPGRADE", "keep-alive, Upgrade", ["keep-alive", "upgrade"], ",Upgrade,")
    ),
    *(Row(None, {ACCEPT: value}) for value in (f" {GOOD_ACCEPT}", f"{GOOD_ACCEPT}\t ", f"\t{GOOD_ACCEPT}")),
    *(Row(None, {PROTOCOL: value}) for value in ("chat", "superchat", " chat\t")),
    *(
        Row(None, {EXTENSIONS: value})
        for value in ("permessage-deflate", "x-quoted", "permessage-deflate, x-quoted; a=c", ",x-quoted")
    ),
    Row(None, {EXTENSIONS: 'permessage-deflate ; server_max_window_bits = "10"'}),
    *(
        Row(None, {name: value})
        for name, value in (("Server", "x"), ("Date", "x"), ("Set-Cookie", "a=b"), ("X-Any", "caf\xe9"))
    ),
)


@pytest.mark.parametrize("row", BROKEN, ids=str)
def test_one_change_breaks_one_requirement(row: Row) -> None:
    [violation] = verify(HANDSHAKE, answer(row.changes, row.status))
    assert violation.requirement.id == row.broken
    assert violation.status == 500
    assert violation.detail.isascii() and violation.detail.isprintable()
    assert len(violation.detail) < 400


@pytest.mark.parametrize("row", VALID, ids=str)
def test_a_right_answer_breaks_nothing(row: Row) -> None:
    assert verify(HANDSHAKE, answer(row.changes)) == ()


def ids(handshake: Handshake, response: HandshakeResponse) -> list[str]:
    return [violation.requirement.id for violation in verify(handshake, response)]


def test_all_violations_are_collected_in_reading_order() -> None:
    everything = answer({"Upgrade": None, "Connection": None, ACCEPT: "x", PROTOCOL: "y", EXTENSIONS: "z"})
    found = ids(HANDSHAKE, everything)
    assert found == [
        "response-upgrade",
        "response-connection",
        "accept-value",
        "subprotocol-offered",
        "extension-offered",
    ]
    assert sorted(found, key=list(REQUIREMENTS).index) == found


def test_the_fields_of_an_answer_that_opens_nothing_are_not_judged() -> None:
    assert ids(HANDSHAKE, HandshakeResponse(403, [(ACCEPT, "x"), (PROTOCOL, "y")])) == ["status-101"]


@pytest.mark.parametrize("key", [None, ["a", "b"], [GOOD_KEY, GOOD_KEY]])
def test_without_a_single_key_no_accept_is_right(key: list[str] | None) -> None:
    assert ids(make_handshake({"Sec-WebSocket-Key": key}), answer({})) == ["accept-value"]


def test_a_bad_key_has_its_accept_all_the_same() -> None:
    """What a lenient server hashed can still be verified: the 101 is right, the request was not."""
    handshake = make_handshake({"Sec-WebSocket-Key": "hello"})
    assert ids(handshake, answer({ACCEPT: handshake.expected_accept})) == []


def test_nothing_offered_and_nothing_chosen() -> None:
    bare = make_handshake({"Sec-WebSocket-Key": GOOD_KEY})
    assert ids(bare, answer({})) == []
    assert ids(bare, answer({PROTOCOL: "chat"})) == ["subprotocol-offered"]
    assert ids(bare, answer({EXTENSIONS: "permessage-deflate"})) == ["extension-offered"]


def test_offers_that_only_the_server_saw_count() -> None:
    handshake = Handshake(fields=[("Sec-WebSocket-Key", GOOD_KEY)], subprotocols=("chat",))
    assert ids(handshake, answer({PROTOCOL: "chat"})) == []


@pytest.mark.parametrize("http_version", ["2", "3"])
@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (HandshakeResponse(200), []),
        (HandshakeResponse(204, [(PROTOCOL, "chat")]), []),
        (HandshakeResponse(200, [(ACCEPT, "x")]), []),
        (HandshakeResponse(101, [(ACCEPT, GOOD_ACCEPT)]), ["status-101"]),
        (HandshakeResponse(403), ["status-101"]),
        (HandshakeResponse(200, [(PROTOCOL, "other")]), ["subprotocol-offered"]),
        (HandshakeResponse(200, [(EXTENSIONS, "other")]), ["extension-offered"]),
    ],
)
def test_extended_connect_is_opened_by_a_2xx_without_an_accept(
    http_version: str, response: HandshakeResponse, expected: list[str]
) -> None:
    handshake = Handshake("CONNECT", "/", http_version, [(PROTOCOL, "chat")])
    assert ids(handshake, response) == expected


@pytest.mark.parametrize("chosen", ["s3cret-token, chat", "chat, s3cret-token", "s3cret-token,"])
def test_an_offered_token_is_not_shown_when_the_server_echoes_the_whole_list(chosen: str) -> None:
    """The most common slip of applications: subprotocol = headers["sec-websocket-protocol"], token and all."""
    handshake = make_handshake({"Sec-WebSocket-Key": GOOD_KEY, PROTOCOL: "s3cret-token, chat"})
    [violation] = verify(handshake, answer({PROTOCOL: chosen}))
    assert violation.requirement.id == "subprotocol-single"
    assert "s3cret" not in violation.detail


def test_there_are_rows_enough() -> None:
    counts = Counter(row.broken for row in BROKEN)
    assert sum(counts.values()) >= 60
    assert {name for name, count in counts.items() if count < 3} == {"accept-present"}
