"""A decision by precedent is the decision that reading everything would come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Guard, Handshake, Policy, Violation, generate_key
from asgi_ws_guard.handshake import Fields, parse_request
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.policy import policy as policy_module
from asgi_ws_guard.policy.precedents import AT_A_GLANCE, KIND_BYTES, KINDS, OFFER, Precedent, has_good_key
from asgi_ws_guard.testing import Changes, make_fields

from ..handshake.broken import BROKEN, KEY, OTHER_KEY, UPGRADED, Row, over
from ..handshake.generated import REQUESTS
from ..handshake.test_reads import HANDSHAKES
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


def precedent_of(handshake: Handshake, policy: Policy) -> Precedent | None:
    """The one that the decision goes by, or that it leaves."""
    decision = Guard(policy).decision(handshake, "/")
    assert decision is not None
    return decision.precedent


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
            parsed = parsed.replace(fields=Fields([(name.lower(), value) for name, value in parsed.fields.raw]))
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
    first, second, third = (Guard(policy).decision(handshake, "/") for handshake in kinds)
    assert first and second and third
    assert first.precedent is second.precedent is third.precedent is not None
    assert (first.verdict.allowed, second.verdict.allowed, third.verdict.allowed) == (True, False, True)


def test_what_was_refused_is_no_precedent() -> None:
    policy = Policy()
    for change in ({"Origin": "https://evil.example"}, {"Sec-WebSocket-Version": "8"}, {"Cookie": "\x00"}):
        handshake = lowered(Row(None, change))
        assert precedent_of(handshake, policy) is None
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
        assert precedent_of(lowered(Row(None, {"Origin": f"https://{number}.example"})), policy)
    assert len(policy.precedents) == 10
    for large in ({"Origin": "https://" + "a" * KIND_BYTES}, {"X" * KIND_BYTES: "a"}):
        handshake = lowered(Row(None, large))
        assert Guard().decide(handshake, policy).allowed and precedent_of(handshake, policy) is None
    for offers in (["a" * KIND_BYTES], map(str, range(100))):
        handshake = lowered(Row(None, {"Sec-WebSocket-Protocol": None}))
        handshake = handshake.replace(subprotocols=offers)  # uvicorn + wsproto has them nowhere else
        assert Guard().decide(handshake, policy).allowed and precedent_of(handshake, policy) is None


@pytest.mark.parametrize("hidden", [False, True])
def test_a_token_among_the_offers_is_not_kept(hidden: bool) -> None:
    """It is there once: kept, it would help nobody, and crowd out the kinds of others."""
    for token, kept in (("a" * OFFER, True), ("a" * (OFFER + 1), False)):
        handshake = lowered(Row(None, {"Sec-WebSocket-Protocol": None if hidden else f"chat, {token}"}))
        handshake = handshake.replace(subprotocols=("chat", token) if hidden else ())
        assert (precedent_of(handshake, Policy()) is not None) is kept


def of_tenant(handshake: Handshake) -> Violation | None:
    """A rule of somebody's, on a field that no other reads."""
    if handshake.fields.get_all("x-tenant") == ["evil"]:
        return violated("host-allowed", "a tenant that is not ours")
    return None


def on_target(handshake: Handshake) -> Violation | None:
    return violated("host-allowed", "a hidden place") if handshake.target == "/hidden" else None


def on_key(handshake: Handshake) -> Violation | None:
    return violated("key-sample", "a key of ours") if handshake.key == OTHER_KEY else None


def on_cookie(handshake: Handshake) -> Violation | None:
    return violated("authorized", "no cookie") if "x=y" in handshake.fields.get_all("cookie") else None


def declared(rule: Callable[[Handshake], Violation | None], *facts: Any) -> Any:
    """The rule, with what it declares to read; it may say the wrong thing, or nothing."""

    def copy(handshake: Handshake) -> Violation | None:
        return rule(handshake)

    if facts:
        copy.reads = frozenset(facts)  # type: ignore[attr-defined]
    return copy


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (declared(of_tenant, b"x-tenant"), {"X-Tenant": "evil"}),
        (declared(of_tenant, b"X-Tenant"), {"X-Tenant": "evil"}),
        (declared(of_tenant, "content"), {"X-Tenant": "evil"}),
        (declared(of_tenant, "x-tenant"), {"X-Tenant": "evil"}),  # no fact that is known
        (declared(of_tenant), {"X-Tenant": "evil"}),
        (declared(on_cookie, b"cookie"), {"Cookie": "x=y"}),
        (declared(on_cookie), {"Cookie": "x=y"}),
        (declared(on_key, b"sec-websocket-key"), {KEY: OTHER_KEY}),
        (declared(on_key), {KEY: OTHER_KEY}),
    ],
)
def test_a_rule_on_what_no_other_reads_is_asked_about_the_next_of_its_kind(
    rule: Any, change: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it declares what it reads, declares that wrongly spelt, or declares nothing at all."""
    policy = with_rule(rule, monkeypatch)
    good = {"X-Tenant": "ours"}
    handshakes = [lowered(Row(None, {**good, **more})) for more in ({}, {}, change, {KEY: "short", **change}, {})]
    assert [len(read_in_full(handshake, policy)) > 0 for handshake in handshakes] == [False, False, True, True, False]
    assert_decides_as_reading_does(handshakes, policy)
    assert precedent_of(handshakes[0], policy) is precedent_of(handshakes[-1], policy) is not None


@pytest.mark.parametrize("rule", [declared(on_target, "target"), declared(on_target)])
def test_a_rule_on_the_target_is_asked_each_time(rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = with_rule(rule, monkeypatch)
    seen = lowered(Row(None))
    assert_decides_as_reading_does([seen, seen.replace(target="/hidden"), seen], policy)
    assert not Guard(policy).decide(seen.replace(target="/hidden"), policy).allowed
    assert precedent_of(seen, policy) is not None


def with_rule(rule: Any, monkeypatch: pytest.MonkeyPatch) -> Policy:
    """A policy that has come to one rule more."""
    rules = policy_module._rules
    monkeypatch.setattr(policy_module, "_rules", lambda policy: [*rules(policy), rule])
    return Policy()


@given(HANDSHAKES, HANDSHAKES)
@settings(max_examples=500)
def test_what_is_known_at_a_glance_breaks_none_that_it_spares(one: Handshake, other: Handshake) -> None:
    """One look at the bytes, the target and the key stands for those that are named there."""
    policy = Policy(allowed_origins="*")
    for handshake in (one, other):
        if precedent_of(handshake, policy) and has_good_key(handshake.fields):
            assert [check(handshake) for check in AT_A_GLANCE] == [None] * len(AT_A_GLANCE)
