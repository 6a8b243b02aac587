"""The rule on origins: a long table, what tolerating malformed ones cannot do, and what a refusal says."""

from __future__ import annotations

import pytest

from asgi_ws_guard import Guard, Policy, Violation
from asgi_ws_guard.handshake.authority import parse_origin
from asgi_ws_guard.rules.origin import OriginRule
from asgi_ws_guard.testing import Changes, make_handshake
from tests.rules.origins import Group, rows

ROWS = list(rows())
JUDGED = [row for row in ROWS if row[0].policy.allowed_origins != "*"]
MALFORMED = {"origin-once", "origin-syntax", "field-content", "host-once"}


def refused(policy: Policy, changes: Changes, http_version: str = "1.1") -> tuple[Violation, ...]:
    return Guard(policy).decide(make_handshake(changes, http_version=http_version), policy).refused


def detail(origin: str, host: str = "example.com", policy: Policy | None = None) -> str:
    [violation] = refused(policy or Policy(), {"Host": host, "Origin": origin})
    return violation.detail


def test_a_rule_holds_what_was_read_as_an_origin() -> None:
    """`Policy` has checked the entries. One that came round that is none allows nothing."""
    rule = OriginRule(["https://example.com", "example.org", "https://"], allow_missing=True, allow_null=False)
    assert parse_origin("https://example.com") in rule
    assert parse_origin("https://example.org") not in rule and "https://example.com" not in rule
    assert rule(make_handshake({"Origin": "https://example.org"})) is not None


def test_the_table_is_long() -> None:
    assert len({(group.name, origin) for group, origin, _ in ROWS}) == len(ROWS) >= 150


@pytest.mark.parametrize(
    ("group", "origin", "allowed"), ROWS, ids=lambda value: str(getattr(value, "name", value))[:60]
)
def test_origin(group: Group, origin: str | bytes, allowed: bool) -> None:
    violations = refused(group.policy, {"Host": group.host, "Origin": origin})
    assert [violation.requirement.id in {"origin-allowed", *MALFORMED} for violation in violations] == [True] * (
        not allowed
    )


@pytest.mark.parametrize(("group", "origin"), [row[:2] for row in JUDGED if not row[2]])
def test_tolerating_malformed_fields_lets_no_further_origin_in(group: Group, origin: str | bytes) -> None:
    tolerant = group.policy.replace(tolerate=MALFORMED)
    [violation] = refused(tolerant, {"Host": group.host, "Origin": origin})
    assert violation.requirement.id == "origin-allowed"


@pytest.mark.parametrize(("group", "origin"), [row[:2] for row in JUDGED])
def test_comparing_bytes_first_changes_no_answer(group: Group, origin: str | bytes) -> None:
    [rule] = [rule for rule in group.policy.rules if isinstance(rule, OriginRule)]
    handshake = make_handshake({"Host": group.host, "Origin": origin})
    assert rule(handshake) == rule._read(handshake)


@pytest.mark.parametrize(
    ("changes", "http_version"),
    [
        ({"Origin": ["https://example.com", "https://evil.org"]}, "1.1"),
        ({"Origin": ["https://example.com", "https://example.com"]}, "1.1"),
        ({"Origin": "https://evil.org", "Host": ["example.com", "evil.org"]}, "1.1"),
        ({"Origin": "https://evil.org", "Host": "example.com, evil.org"}, "1.1"),
        ({"Origin": "https://evil.org", "Host": None}, "1.1"),
        ({"Origin": "https://evil.org", "Host": None}, "2"),
        ({"Origin": "https://user@evil.org", "Host": "user@evil.org"}, "1.1"),
    ],
)
def test_what_cannot_be_compared_is_refused_tolerated_or_not(changes: Changes, http_version: str) -> None:
    [first, *_] = refused(Policy(), changes, http_version)
    assert first.requirement.id in {"origin-allowed", *MALFORMED}
    assert [v.requirement.id for v in refused(Policy(tolerate=MALFORMED), changes, http_version)] == ["origin-allowed"]


def test_an_allowed_origin_does_not_vouch_for_the_one_beside_it() -> None:
    policy = Policy(allowed_origins=["https://example.com"], tolerate=MALFORMED)
    for origins in (["https://example.com", "https://evil.org"], ["https://example.com", "https://example.com"]):
        [violation] = refused(policy, {"Origin": origins})
        assert violation.requirement.id == "origin-allowed"


def test_one_change_breaks_one_requirement() -> None:
    assert [v.requirement.id for v in refused(Policy(), {"Origin": "https://example.com", "Host": None})] == [
        "host-once"
    ]
    assert [v.requirement.id for v in refused(Policy(), {"Origin": ["null", "null"]})] == ["origin-once"]


@pytest.mark.parametrize("policy", [Policy(), Policy(allowed_origins=[]), Policy(allowed_origins="*")])
def test_a_missing_origin_is_no_browsers(policy: Policy) -> None:
    assert refused(policy, {}) == ()
    [violation] = refused(policy.replace(allow_missing_origin=False), {})
    assert (violation.requirement.id, violation.status) == ("origin-allowed", 403)
    assert "no Origin" in violation.detail


@pytest.mark.parametrize("origin", ["https://example.com", "null"])
def test_with_any_origin_allowed_and_none_not_each_that_is_sent_will_do(origin: str) -> None:
    assert refused(Policy(allowed_origins="*", allow_missing_origin=False), {"Origin": origin}) == ()


def test_an_origin_is_compared_with_the_authority_over_http2() -> None:
    changes: Changes = {"Host": "example.com", "Upgrade": None, "Connection": None, "Sec-WebSocket-Key": None}
    assert refused(Policy(), {**changes, "Origin": "https://example.com"}, "2") == ()
    [violation] = refused(Policy(), {**changes, "Origin": "https://evil.org"}, "2")
    assert violation.requirement.id == "origin-allowed"


@pytest.mark.parametrize(
    ("origin", "host", "advice"),
    [
        ("http://localhost:5173", "localhost:8000", 'allowed_origins=["same-origin", "http://localhost:5173"]'),
        ("http://localhost:5173", "localhost:8000", "Vite: changeOrigin: false"),
        ("https://app.example.com", "127.0.0.1:8000", "nginx: proxy_set_header Host $http_host"),
        ("https://app.example.com", "backend:8000", "Apache: ProxyPreserveHost On"),
        ("https://app.example.com", "api.example.com", 'allowed_origins=["same-origin", "https://app.example.com"]'),
        ("https://example.com:3001", "example.com", "loses the port of Host"),
        ("capacitor://localhost", "api.example.com", 'allowed_origins=["same-origin", "capacitor://localhost"]'),
        ("null", "example.com", "allow_null_origin=True"),
    ],
)
def test_a_refusal_names_both_sides_and_the_line_to_paste(origin: str, host: str, advice: str) -> None:
    text = detail(origin, host)
    assert f'Origin is "{origin}" and Host is "{host}"' in text
    assert advice in text


def test_what_the_browser_says_of_the_two_is_passed_on() -> None:
    changes: Changes = {
        "Origin": "https://example.com",
        "Host": "app.internal.example",
        "Sec-Fetch-Site": "same-origin",
    }
    [violation] = refused(Policy(), changes)
    assert "a proxy rewrote Host" in violation.detail


def test_a_list_without_same_origin_compares_no_host_and_names_none() -> None:
    text = detail("https://evil.org", policy=Policy(allowed_origins=["https://app.example.com"]))
    assert 'allowed_origins=["https://evil.org"]' in text
    assert "Host" not in text and "app.example.com" not in text


def test_a_clients_bytes_are_cut_and_no_line_with_them_is_offered() -> None:
    text = detail(f"https://{'a' * 5000}.org")
    assert "(5012 characters)" in text
    assert len(text) < 800


def test_report_only_says_what_would_have_been() -> None:
    policy = Policy(report_only=True)
    verdict = Guard(policy).decide(make_handshake({"Origin": "https://evil.org"}), policy)
    assert verdict.allowed
    assert [violation.requirement.id for violation in verdict.refused] == ["origin-allowed"]
