"""What a check declares is all that it reads: nothing else that is changed changes its answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Handshake, HandshakeResponse, accept_value, verify
from asgi_ws_guard.handshake import Fields
from asgi_ws_guard.handshake.reads import Reads, reads
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.handshake.verification import READS
from asgi_ws_guard.rules.key import SAMPLE_KEYS

from .broken import GOOD_KEY, OTHER_KEY
from .generated import REQUEST, REQUEST_VALUES

RIGHT = {**dict(REQUEST), "Origin": "https://example.org", "Sec-WebSocket-Protocol": "chat"}
VALUES = {
    **{name: (*([RIGHT[name]] * 3 if name in RIGHT else ()), *of) for name, of in REQUEST_VALUES.items()},
    "Sec-WebSocket-Key": (GOOD_KEY, OTHER_KEY, "", "hello", *[key.decode() for key in sorted(SAMPLE_KEYS)]),
    "Sec-Fetch-Site": ("same-origin",) * 20,  # or none: half of the advice hangs on it
    "X-Tenant": ("", "a", "b", "\x00"),
}
LINES = st.sampled_from([(spelt, value) for name in VALUES for spelt in (name, name.lower()) for value in VALUES[name]])
OFFERS = st.lists(st.sampled_from(["chat", "a b", ""]), max_size=2)
HANDSHAKES = st.builds(
    Handshake,
    st.sampled_from(["GET", "CONNECT", "POST", None]),
    st.sampled_from(["/", "/a?b", "/%00", "/\n"]),
    st.sampled_from(["1.1", "1.1", "2", "1.0"]),
    st.lists(LINES, max_size=8).map(lambda more: [*RIGHT.items(), *more] if len(more) % 2 else more),
    st.booleans(),
    OFFERS,
    st.sampled_from([None, True, False]),
)


def spliced(one: Handshake, other: Handshake, declared: Reads) -> Handshake:
    """`other`, with all that is declared as `one` has it."""
    whole = bool({"content", "size"} & declared)
    kept = [line for line in one.fields.raw if whole or line[0].lower() in declared]
    lines = [*([] if whole else [line for line in other.fields.raw if line[0].lower() not in declared]), *kept]
    names = ("method", "target", "http_version", "upgraded", "subprotocols", "secure")
    method, target, version, upgraded, offers, secure = (
        getattr(one if name in declared else other, name) for name in names
    )
    return Handshake(method, target, version, Fields(lines), upgraded, offers, secure)


@given(HANDSHAKES, HANDSHAKES)
@settings(max_examples=500)
def test_a_check_reads_what_it_declares(one: Handshake, other: Handshake) -> None:
    for check in CHECKS.values():
        assert check(spliced(one, other, check.reads)) == check(one)


ANSWERS = st.builds(
    lambda key, more: HandshakeResponse(
        101,
        [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept_value(key)), *more],
    ),
    st.sampled_from([GOOD_KEY, OTHER_KEY]),
    st.lists(
        st.sampled_from([("Sec-WebSocket-Protocol", "chat"), ("Sec-WebSocket-Extensions", "permessage-deflate")]),
        unique=True,
    ),
)


@given(HANDSHAKES, HANDSHAKES, ANSWERS)
@settings(max_examples=300)
def test_verify_reads_what_is_declared(one: Handshake, other: Handshake, answer: HandshakeResponse) -> None:
    assert verify(spliced(one, other, READS), answer) == verify(one, answer)


def test_what_is_declared_is_a_check_as_it_was() -> None:
    def look(handshake: Handshake) -> None:
        return None

    check = reads(b"host", "secure")(look)
    assert check.reads == {b"host", "secure"}
    assert check is look


@pytest.mark.parametrize("reader", [*CHECKS.values(), None], ids=[*CHECKS, "verify"])
def test_fields_are_declared_in_lower_case(reader: object) -> None:
    declared = READS if reader is None else reader.reads  # type: ignore[attr-defined]
    assert all(fact == fact.lower() for fact in declared) and declared
