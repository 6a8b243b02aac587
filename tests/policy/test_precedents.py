"""A decision by precedent is the decision that reading everything would come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Guard, Handshake, Policy, Violation, generate_key
from asgi_ws_guard.handshake import Fields, parse_request
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.policy.precedents import KIND_BYTES, KINDS, OFFER
from asgi_ws_guard.testing import Changes, make_fields

from ..handshake.broken import BROKEN, KEY, UPGRADED, Row, over
from ..handshake.generated import REQUESTS
from ..handshake.valid import VALID

BROWSER: Changes = {
    "Origin": "https://example.com",
    "Sec-WebSocket-Protocol": "chat, superchat",
    "Sec-WebSocket-Extensions": "permessage-deflate",
    "User-Agent": "a",
    "Cookie": "a=b",
}
POLICIES = (
    Policy(),
    Policy(allowed_origins=["https://example.com", "file://"], allow_missing_origin=False, refuse={"key-canonical"}),
    Policy(allowed_origins="*", allowed_hosts=["example.com"], subprotocols=["chat"], max_field_bytes=300),
    Policy(require_tls=True, report_only=True, tolerate={"key-length", "origin-syntax"}, max_field_count=8),
)


def lowered(row: Row, *, secure: bool | None = None, spelt: Callable[[str], str] = str.lower) -> Handshake:
    """The handshake of a row as servers hand it on, names in lower case; at uvicorn's door they are as they came."""
    fields = [(spelt(str(name)), value) for name, value in make_fields({**BROWSER, **row.changes})]
    return Handshake(row.method, "/", row.http_version, fields, row.upgraded, secure=secure)


def read_in_full(handshake: Handshake, policy: Policy) -> tuple[Violation, ...]:
    found = [check(handshake) for check in [*CHECKS.values(), *policy.rules]]
    return tuple(violation for violation in found if violation is not None)


def assert_decides_as_reading_does(handshakes: Sequence[Handshake], policy: Policy) -> None:
    """With whatever precedents the ones before have left."""
    guard = Guard(policy)
    for handshake in handshakes:
        for _ in range(2):
            verdict = guard.decide(handshake, policy)
            assert verdict.violations == read_in_full(handshake, policy)
            assert verdict.refused == tuple(filter(policy.refuses, verdict.violations))


@pytest.mark.parametrize("policy", POLICIES, ids=range(len(POLICIES)))
def test_one_thing_changed_is_seen_behind_any_precedent(policy: Policy) -> None:
    rows = [*VALID, *BROKEN, *UPGRADED, *over("2")]
    spelt = (str.lower, str)
    assert_decides_as_reading_does([lowered(row, spelt=each) for row in rows for each in spelt], policy)
    assert_decides_as_reading_does([lowered(row, secure=secure) for row in rows for secure in (None, True)], policy)


@given(st.lists(REQUESTS, min_size=2, max_size=4), st.sampled_from(POLICIES), st.booleans())
@settings(max_examples=300)
def test_generated_requests_are_decided_alike(raw: list[bytes], policy: Policy, names_in_lower_case: bool) -> None:
    handshakes = []
    for head in raw:
        try:
            parsed = parse_request(head)
        except ValueError:
            continue
        if names_in_lower_case:
            parsed.fields = Fields([(name.lower(), value) for name, value in parsed.fields.raw])
        handshakes.append(parsed)
    assert_decides_as_reading_does(handshakes, policy)


@pytest.mark.parametrize(
    "row",
    [
        Row(None),
        Row(None, {"Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade", "X-Forwarded-For": "192.0.2.1"}),
        Row(None, {"Upgrade": None, "Connection": None}, method=None, upgraded=True),
        Row(None, {"Origin": None, "Sec-WebSocket-Extensions": None, "Sec-WebSocket-Protocol": "ocpp2.1,ocpp1.6"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("spelt", [str.lower, str], ids=["lower case", "as it came"])
def test_the_next_of_a_kind_has_a_precedent_whatever_its_key(row: Row, spelt: Callable[[str], str]) -> None:
    """Otherwise it would be a way round for nothing."""
    policy = Policy()
    keys = (generate_key(), "short", generate_key())
    kinds = [lowered(row._replace(changes={**row.changes, KEY: key, "Cookie": key}), spelt=spelt) for key in keys]
    first, second, third = (Guard().decide(handshake, policy) for handshake in kinds)
    assert first.precedent is second.precedent is third.precedent is not None
    assert (first.allowed, second.allowed, third.allowed) == (True, False, True)


def test_what_was_refused_is_no_precedent() -> None:
    policy = Policy()
    for change in ({"Origin": "https://evil.example"}, {"Sec-WebSocket-Version": "8"}, {"Cookie": "\x00"}):
        handshake = lowered(Row(None, change))
        assert Guard().decide(handshake, policy).precedent is None
        assert policy.precedents.of(handshake) is None


def test_a_precedent_is_of_one_policy() -> None:
    handshake, lax, strict = lowered(Row(None)), Policy(), Policy(allowed_origins=["https://other.example"])
    assert Guard().decide(handshake, lax).allowed
    assert not Guard().decide(handshake, strict).allowed
    assert Guard().decide(handshake, lax).allowed
    assert not Guard().decide(handshake, lax.replace(require_tls=True)).allowed


def test_no_client_fills_the_memory() -> None:
    policy = Policy(allowed_origins="*")
    for number in range(KINDS + 10):
        assert Guard().decide(lowered(Row(None, {"Origin": f"https://{number}.example"})), policy).precedent
    assert len(policy.precedents) == 10
    for large in ({"Origin": "https://" + "a" * KIND_BYTES}, {"X" * KIND_BYTES: "a"}):
        verdict = Guard().decide(lowered(Row(None, large)), policy)
        assert verdict.allowed and verdict.precedent is None
    for offers in (["a" * KIND_BYTES], map(str, range(100))):
        handshake = lowered(Row(None, {"Sec-WebSocket-Protocol": None}))
        handshake.subprotocols = tuple(offers)  # uvicorn + wsproto has them nowhere else
        verdict = Guard().decide(handshake, policy)
        assert verdict.allowed and verdict.precedent is None


@pytest.mark.parametrize("hidden", [False, True])
def test_a_token_among_the_offers_is_not_kept(hidden: bool) -> None:
    """It is there once: kept, it would help nobody, and crowd out the kinds of others."""
    for token, kept in (("a" * OFFER, True), ("a" * (OFFER + 1), False)):
        handshake = lowered(Row(None, {"Sec-WebSocket-Protocol": None if hidden else f"chat, {token}"}))
        handshake.subprotocols = ("chat", token) if hidden else ()
        assert (Guard().decide(handshake, Policy()).precedent is not None) is kept
