"""Host and Origin are read by one parser, which takes what the grammars below take; so do the checks and the shortcut.

The grammars stood in `validation` beside the parser once. They are written down here in one piece each, so that the
parser is held to them by what shares no line with it.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from hypothesis import example, given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Handshake
from asgi_ws_guard.handshake.authority import parse_authority, parse_origin
from asgi_ws_guard.handshake.shortcut import doubtful
from asgi_ws_guard.handshake.validation import check_host, check_origin
from asgi_ws_guard.testing import make_fields

_UNIVERSAL = r"(\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
HOST = re.compile(_UNIVERSAL)
ORIGIN = re.compile(rf"null|[A-Za-z][A-Za-z0-9+.\-]*://{_UNIVERSAL}")

_PIECES = ("a", "Example.COM", "xn--a", "localhost", "127.0.0.1", "443", "080", "%41", "%4", "%zz", "..", "::", "[::1]")
_MORE = ("[::ffff:1.2.3.4]", "[1::2::3]", "[fe80::1%25a]", "[v1.a]", "[]", "[1]", "https://", "file://", "x+y.z-1://")
_MARKS = ":/.@[]%?#, -_~!$&'()*+;=\\\t\r\n\0\x7f\x85\xe9"
PIECES = st.sampled_from([*_PIECES, *_MORE, *_MARKS, "null", "Null"])
IPV6 = st.ip_addresses(v=6).map(lambda address: f"[{address.exploded.upper()}]")
TEXT = st.one_of(
    st.lists(st.one_of(PIECES, IPV6), max_size=5).map("".join),
    st.from_regex(HOST, fullmatch=True),
    st.from_regex(ORIGIN, fullmatch=True),
    st.text(st.characters(max_codepoint=255), max_size=20),
)


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


@given(text=TEXT)
@example(text="")
@example(text="[::1]:")
@settings(max_examples=400)
def test_a_host_is_what_the_grammar_says(text: str) -> None:
    is_host, handshake = is_of(HOST, text), handshake_of("Host", text)
    assert (parse_authority(text) is not None) == is_host
    assert not is_line(text) or (check_host(handshake) is None) == is_host
    assert is_host or not is_passed_at_a_glance("host", handshake)


@given(text=TEXT)
@example(text="file://")
@example(text="null")
@example(text="https://[::1]:8000")
@settings(max_examples=400)
def test_an_origin_is_what_the_grammar_says(text: str) -> None:
    is_origin, handshake = is_of(ORIGIN, text), handshake_of("Origin", text)
    assert (parse_origin(text) is not None) == (is_origin and text != "null")
    assert not is_line(text) or (check_origin(handshake) is None) == is_origin
    assert is_origin or not is_passed_at_a_glance("origin", handshake)


def test_the_glance_passes_what_most_send() -> None:
    for name, value in (("host", "example.com:8000"), ("origin", "https://example.com")):
        assert is_passed_at_a_glance(name, handshake_of(name.title(), value))


@given(text=TEXT)
def test_what_was_read_is_read_again_as_the_same(text: str) -> None:
    for parse in (parse_authority, parse_origin):
        value = parse(text)
        assert value is None or parse(str(value)) == value
