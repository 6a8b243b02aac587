"""Nothing that fits the types makes the core raise, and no value makes it slow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Handshake, HandshakeResponse, accept_value, validate, verify
from asgi_ws_guard.handshake import REQUIREMENTS, parse_request, parse_response
from asgi_ws_guard.testing import make_handshake

NAMES = st.sampled_from(
    (
        *("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"),
        *(
            "Sec-WebSocket-Extensions",
            "Sec-WebSocket-Accept",
            "Content-Length",
            "Transfer-Encoding",
            "Cookie",
            "Origin",
        ),
    )
)
GRAMMAR = st.text(' \t,;="\\websocketUpgrade13/:[]%.+-_~\r\n\x00\x85\xff', max_size=40)
VALUES = st.one_of(GRAMMAR, st.text(max_size=40), st.binary(max_size=40))
PAIRS = st.lists(st.tuples(st.one_of(NAMES, st.text(max_size=10), st.binary(max_size=10)), VALUES), max_size=10)
VERSIONS = st.one_of(st.sampled_from(["1.1", "1.0", "2", "3", ""]), st.text(max_size=5))

HANDSHAKES = st.builds(
    Handshake,
    st.one_of(st.none(), st.sampled_from(["GET", "CONNECT"]), st.text(max_size=8)),
    st.text(max_size=20),
    VERSIONS,
    PAIRS,
    st.booleans(),
    st.lists(st.text(max_size=8), max_size=4),
)
RESPONSES = st.builds(HandshakeResponse, st.one_of(st.sampled_from([101, 200]), st.integers(-5, 2000)), PAIRS, VERSIONS)


@given(HANDSHAKES)
@settings(max_examples=400)
def test_validate_never_raises(handshake: Handshake) -> None:
    order = list(REQUIREMENTS)
    found = [order.index(violation.requirement.id) for violation in validate(handshake)]
    for violation in validate(handshake):
        assert violation.detail.isascii() and violation.detail.isprintable() and len(violation.detail) < 1000
    assert len(set(found)) == len(found) or "field-content" in {order[place] for place in found}
    assert validate(handshake) == validate(handshake)


@given(HANDSHAKES, RESPONSES)
@settings(max_examples=400)
def test_verify_never_raises(handshake: Handshake, response: HandshakeResponse) -> None:
    violations = verify(handshake, response)
    assert len({violation.requirement.id for violation in violations}) == len(violations)
    for violation in violations:
        assert violation.detail.isascii() and violation.detail.isprintable() and len(violation.detail) < 1000


@given(HANDSHAKES)
def test_reading_a_handshake_never_raises(handshake: Handshake) -> None:
    key = handshake.key
    assert handshake.expected_accept == (None if key is None or handshake.extended_connect else accept_value(key))
    assert isinstance(handshake.offered_subprotocols, tuple)
    assert (handshake.origin, handshake.host) == (handshake.origin, handshake.host)


LINES = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.tuples(
            st.sampled_from([b"Host", b"Upgrade", b"X"]), st.sampled_from([b":", b": ", b" :"]), st.binary(max_size=9)
        ).map(b"".join),
        st.sampled_from([b"", b" folded", b"\tfolded", b"A:\r", b"A:\n", b":", b"A", b"\x00"]),
    ),
    max_size=8,
)
STARTS = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"GET / HTTP/1.1", b"GET / HTTP/2", b"HTTP/1.1 101 x", b"HTTP/1.1 101", b"GET * HTTP/9.9", b"G"]),
)


@given(
    STARTS, LINES, st.sampled_from([b"\r\n", b"\n", b"\r"]), st.sampled_from([b"", b"\r\n", b"\r\n\r\n", b"\r\n\r\nx"])
)
@settings(max_examples=400)
def test_parsing_raises_value_error_only(start: bytes, lines: list[bytes], end: bytes, tail: bytes) -> None:
    head = end.join([start, *lines]) + tail
    with suppress(ValueError):
        handshake = parse_request(head)
        validate(handshake)
        assert parse_request(head + b"more" if b"\r\n\r\n" in head else head) == handshake
    with suppress(ValueError):
        verify(make_handshake(), parse_response(head))


@given(st.binary())
def test_parsing_noise_raises_value_error_only(noise: bytes) -> None:
    for parse in (parse_request, parse_response):
        with suppress(ValueError):
            parse(noise)


# Values on which a careless pattern backtracks: a long run that fits, and an end that does not.
TRAPS: dict[str, tuple[str, ...]] = {
    "Host": ("a", "%41", "1.", "[" + ":", "[::", "a:", "[1:", "[f."),
    "Upgrade": ("websocket,", "websocket ", ",", " ,\t", "a/"),
    "Connection": ("upgrade,", "keep-alive ", ",,", "\t, "),
    "Sec-WebSocket-Key": ("AAAA", "A", "=", "AA==", "A=", " A"),
    "Sec-WebSocket-Version": ("13", "1", "13,", " 13"),
    "Sec-WebSocket-Protocol": ("a,", "a ", ",", "chat, ", "a\t,"),
    "Sec-WebSocket-Extensions": (
        "a;",
        "a;b",
        ";b",
        'a;b="c"',
        'a;b="\\c',
        " ;b=c",
        "a ",
        "a;b=",
        '"\\a',
        "a; b ; c",
        "\t;a\t=\t",
    ),
    "Origin": ("https://a", "a", "a.", "%41", "a://", "https://[1:", "+-."),
    "Content-Length": ("0", "0,", "00 "),
    "Sec-WebSocket-Accept": ("AAAA", "=", "A"),
    "Cookie": ("a=b; ", "\t", " "),
}
HEADS = {"": "", "opened": "x;a=", "quoted": 'x;a="', "origin": "https://", "bracket": "["}
ENDS = ("", "!\x7f", ";", '"', "]", ":")


@pytest.mark.parametrize("name", TRAPS)
def test_the_time_is_linear_in_the_length(name: str) -> None:
    """Ten times the bytes take about ten times as long: a quadratic check would take a hundred times."""
    for part in TRAPS[name]:
        for head in HEADS.values():
            for end in ENDS:
                slow = _seconds(name, head, part, end, 100_000, repeats=1)
                if slow > 0.02:  # for a linear check a lot: look closer, on a machine that others use as well
                    slow = _seconds(name, head, part, end, 100_000, repeats=5)
                    fast = _seconds(name, head, part, end, 10_000, repeats=5)
                    assert slow < max(0.2, 40 * fast), f"{head}{part}...{end}: {fast:.4f} s, then {slow:.4f} s"


def _seconds(name: str, head: str, part: str, end: str, size: int, *, repeats: int) -> float:
    value = (head + part * (size // len(part)) + end).encode("latin-1")
    request = make_handshake({name: value})
    response = HandshakeResponse(101, [("Upgrade", "websocket"), ("Connection", "upgrade"), (name, value)])
    return min(
        _once(lambda: (validate(make_handshake({name: value})), verify(request, response))) for _ in range(repeats)
    )


def _once(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started
