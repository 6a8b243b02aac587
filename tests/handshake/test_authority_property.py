"""Host and Origin are read by one parser, which takes what the grammars below take; so do the checks and the shortcut.

The grammars stood in `validation` beside the parser once. They are written down here in one piece each, so that the
parser is held to them by what shares no line with it.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Handshake
from asgi_ws_guard.handshake.authority import parse_authority, parse_origin
from asgi_ws_guard.handshake.http_checks import check_host
from asgi_ws_guard.handshake.shortcut import doubtful
from asgi_ws_guard.handshake.validation import check_origin
from asgi_ws_guard.testing import make_fields

_UNIVERSAL = r"(\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
HOST = re.compile(_UNIVERSAL)
ORIGIN = re.compile(rf"null|[A-Za-z][A-Za-z0-9+.\-]*://{_UNIVERSAL}")

_PIECES = ("a", "Example.COM", "127.0.0.1", "443", ":080", "%41", "%4", "%zz", "..", "::", "[::1]", "[1::2::3]", "[]")
_MORE = ("[::ffff:1.2.3.4]", "[fe80::1%25a]", "[v1.a]", "https://", "file://", "x+y.z-1://", "://", "null", "Null", "@")
PIECES = st.one_of(st.sampled_from([*_PIECES, *_MORE]), st.characters(max_codepoint=255))
# What is right, with one piece put in: nearly all that is only made up is wrong at once.
SPOILT = st.builds(
    lambda text, piece, place: text[: place % (len(text) + 1)] + piece + text[place % (len(text) + 1) :],
    st.sampled_from(["example.com:8000", "a.%41", "[2001:DB8::1]:443", "https://a.b:1", "app://", "x+y.z-1://[::1]"]),
    PIECES,
    st.integers(0, 20),
)
TEXT = st.one_of(SPOILT, st.lists(PIECES, max_size=4).map("".join), st.from_regex(ORIGIN, fullmatch=True))

# Where a character can stand that is of the grammar here and not there.
PLACES = ("{}", "a{}", "{}a", "a:{}", "a:1{}", "[::{}]", "[{}]", "[::1]{}", "[::1{}", "%{}1", "%4{}", "a%4{}:1")
SCHEMES = ("{}://a", "a{}://a", "a{}//a", "a:{}/a", "a://{}", "a://a{}", "http{}://[::1]:80", "nul{}", "null{}")


def is_of(grammar: re.Pattern[str], text: str) -> bool:
    """Whether `text` is of the grammar, and what stands in brackets in it is an IPv6 address."""
    match = grammar.fullmatch(text)
    literal = (match[1] or "") if match else ""
    if not literal.startswith("["):
        return match is not None
    try:
        IPv6Address(literal[1:-1])
    except AddressValueError:
        return False
    return True


def handshake_of(name: str, value: str) -> Handshake:
    """A handshake with this field, its names in lower case as servers hand them on: so the shortcut looks at it."""
    return Handshake(
        "GET", fields=[(str(each).lower(), line) for each, line in make_fields({name: value.encode("latin-1")})]
    )


def is_passed_at_a_glance(check: str, handshake: Handshake) -> bool:
    doubts = doubtful(handshake)
    return doubts is not None and check not in doubts


def is_line(text: str) -> bool:
    """Whether `text` can be a field's value as it is: nothing that would be refused, or stripped, before it is read."""
    return text.isascii() and text.isprintable() and text == text.strip()


def assert_read_alike_as_host(text: str) -> None:
    is_host, handshake = is_of(HOST, text), handshake_of("Host", text)
    assert (parse_authority(text) is not None) == is_host
    assert not is_line(text) or (check_host(handshake) is None) == is_host
    assert not is_line(text) or is_host or not is_passed_at_a_glance("host", handshake)


def assert_read_alike_as_origin(text: str) -> None:
    is_origin, handshake = is_of(ORIGIN, text), handshake_of("Origin", text)
    assert (parse_origin(text) is not None) == (is_origin and text != "null")
    assert not is_line(text) or (check_origin(handshake) is None) == is_origin
    assert not is_line(text) or is_origin or not is_passed_at_a_glance("origin", handshake)


@given(text=TEXT)
@settings(max_examples=400)
def test_a_host_is_what_the_grammar_says(text: str) -> None:
    assert_read_alike_as_host(text)


@given(text=TEXT)
@settings(max_examples=400)
def test_an_origin_is_what_the_grammar_says(text: str) -> None:
    assert_read_alike_as_origin(text)


@pytest.mark.parametrize("place", [*PLACES, *SCHEMES])
def test_each_byte_is_of_the_grammar_or_not_wherever_it_stands(place: str) -> None:
    for byte in range(256):
        text = place.format(chr(byte))
        assert_read_alike_as_host(text)
        assert_read_alike_as_origin(text)


def test_the_glance_passes_what_most_send() -> None:
    for name, value in (("host", "example.com:8000"), ("origin", "https://example.com")):
        assert is_passed_at_a_glance(name, handshake_of(name.title(), value))


@given(text=TEXT)
def test_what_was_read_is_read_again_as_the_same(text: str) -> None:
    for parse in (parse_authority, parse_origin):
        value = parse(text)
        assert value is None or parse(str(value)) == value
