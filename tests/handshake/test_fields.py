"""`Fields`: ordered, case-insensitive, every duplicate kept, bytes as they came."""

from __future__ import annotations

from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard.handshake import Fields
from asgi_ws_guard.handshake.fields import (
    QUOTED_TOKEN,
    SHAPE_BYTES,
    SHAPES,
    TOKEN,
    _shapes,
    list_elements,
    shown,
)

KEYS = Fields([("Sec-WebSocket-Key", "first"), ("HOST", b"a"), (b"sec-websocket-key", "  second\t")])
BYTES = st.one_of(st.binary(max_size=20), st.text(max_size=20))


def test_every_line_is_kept_in_order() -> None:
    assert KEYS.get_all("sec-websocket-key") == KEYS.get_all("SEC-WEBSOCKET-KEY") == ["first", "second"]
    assert KEYS.get_raw(b"sec-websocket-key") == [b"first", b"second"]
    assert list(KEYS) == [("Sec-WebSocket-Key", "first"), ("HOST", "a"), ("sec-websocket-key", "  second\t")]
    assert len(KEYS) == 3


def test_a_mapping_whose_last_line_wins_it_is_not() -> None:
    with pytest.raises(TypeError):
        KEYS["host"]  # type: ignore[index]


def test_single_makes_a_second_line_an_error() -> None:
    assert KEYS.single("host") == "a"
    assert KEYS.single("origin") is None
    with pytest.raises(ValueError, match="2 times"):
        KEYS.single("Sec-WebSocket-Key")


@pytest.mark.parametrize(
    ("name", "there"), [("host", True), ("Host", True), (b"hOST", True), ("origin", False), (3, False)]
)
def test_membership_knows_no_case(name: object, there: bool) -> None:
    assert (name in KEYS) is there


def test_equality_is_that_of_the_bytes() -> None:
    assert Fields([("a", "b")]) == Fields([(b"a", b"b")]) != Fields([("A", "b")])
    assert Fields() != ()
    assert isinstance(KEYS, Hashable) and len({Fields([("a", "b")]), Fields([(b"a", b"b")])}) == 1
    assert repr(Fields([("a", b"\xff")])) == "Fields([('a', '\u00ff')])"


@pytest.mark.parametrize(
    ("pairs", "plain"),
    [
        ([], {}),
        ([(b"host", b" a ")], {b"host": b" a "}),
        ([(b"host", b"a"), (b"x-1", b"B")], {b"host": b"a", b"x-1": b"B"}),
        ([(b"host", b"a"), (b"host", b"a")], None),
        ([(b"host", b"a"), (b"Host", b"a")], None),
        ([(b"Host", b"a")], {b"host": b"a"}),
    ],
)
def test_plain_is_a_mapping_that_hides_no_duplicate(
    pairs: list[tuple[bytes, bytes]], plain: dict[bytes, bytes] | None
) -> None:
    fields = Fields(pairs)
    assert fields.plain == Fields(pairs).plain == plain
    assert fields == Fields(pairs)
    assert (
        fields.get_raw(b"host")
        == Fields(pairs).get_raw(b"host")
        == [b"a"] * sum(n.lower() == b"host" for n, _ in pairs)
    )


def test_no_client_fills_the_memory_with_names() -> None:
    for number in range(SHAPES + 10):
        for name in (b"x-%d" % number, b"x-%d" % number + b"x" * SHAPE_BYTES):
            assert Fields([(name, b"a")]).get_raw(name) == [b"a"]
    assert 0 < len(_shapes) <= SHAPES
    assert all(sum(map(len, names)) <= SHAPE_BYTES for names in _shapes)


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\xa0", "\r", "\n", "\x00"])
def test_only_space_and_tab_are_ows(space: str) -> None:
    assert Fields([("a", f" \t{space}b{space}\t ")]).get_all("a") == [f"{space}b{space}"]


@given(st.lists(st.tuples(BYTES, BYTES), max_size=8))
def test_any_pairs_are_kept(pairs: list[tuple[str | bytes, str | bytes]]) -> None:
    fields = Fields(iter(pairs))
    assert Fields(fields.raw) == fields
    assert len(list(fields)) == len(pairs)
    for (name, value), (raw_name, raw_value) in zip(pairs, fields.raw, strict=True):
        assert raw_name in fields
        assert (name, value) in ((raw_name, raw_value), (name, value))
        assert raw_value.strip(b" \t").decode("latin-1") in fields.get_all(raw_name.decode("latin-1"))


def test_text_that_no_wire_could_carry_is_kept_as_bytes_that_no_handshake_field_may_hold() -> None:
    assert Fields([("Host", "b\u00fccher \u2603 \udc80")]).get_raw(b"host") == [
        b"b\xc3\xbccher \xe2\x98\x83 \xed\xb2\x80"
    ]


@pytest.mark.parametrize(
    ("lines", "elements"),
    [
        ([], []),
        ([""], []),
        ([",", " ,\t,"], []),
        (["a,b"], ["a", "b"]),
        ([" a ,\tb ", "", "c"], ["a", "b", "c"]),
        (["a b, c"], ["a b", "c"]),
        (["\x0ba"], ["\x0ba"]),
    ],
)
def test_list_elements(lines: list[str], elements: list[str]) -> None:
    assert list_elements(lines) == elements


@pytest.mark.parametrize("code", range(256))
def test_token_characters_are_those_of_rfc_9110(code: int) -> None:
    visible = 0x21 <= code <= 0x7E
    assert bool(TOKEN.fullmatch(chr(code))) == (visible and chr(code) not in '"(),/:;<=>?@[\\]{}')


def test_a_quoted_token_is_quoted() -> None:
    assert QUOTED_TOKEN.startswith('"') and QUOTED_TOKEN.endswith('"')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", '""'),
        ("plain", '"plain"'),
        ('a"b', '"a\\"b"'),
        ("\r\n\x00", '"\\r\\n\\x00"'),
        ("\x1b[31m", '"\\x1b[31m"'),
        ("\u2028\udc80", '"\\u2028\\udc80"'),
        ("back\\slash", '"back\\\\slash"'),
        ("x" * 64, '"' + "x" * 64 + '"'),
        ("x" * 65, '"' + "x" * 64 + '..." (65 characters)'),
    ],
)
def test_shown_escapes_and_cuts(value: str, text: str) -> None:
    assert shown(value) == text


@given(st.text())
def test_shown_is_printable_ascii_and_bounded(value: str) -> None:
    text = shown(value)
    assert text.isascii() and text.isprintable()
    assert len(text) < 64 * 10 + 40
