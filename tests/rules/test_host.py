"""The rule on Host: DNS rebinding brings a page of the attacker's to our address, under the attacker's name."""

from __future__ import annotations

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Policy, Violation
from asgi_ws_guard.handshake.authority import Authority
from asgi_ws_guard.rules.host import HostRule
from asgi_ws_guard.testing import Changes, make_handshake

NAMED = [
    "example.com",
    "*.example.org",
    "admin.example.net:8443",
    "*.example.net:443",
    "127.0.0.1",
    "[::1]",
    "[::2]:80",
]


def test_a_rule_holds_what_was_read_as_a_host() -> None:
    rule = HostRule(["example.com", "*.example.org"])
    assert Authority("example.com", "") in rule and Authority("a.example.org", "80") in rule
    assert Authority("example.org", "") not in rule and "example.com" not in rule


def refused(policy: Policy, changes: Changes, http_version: str = "1.1") -> tuple[Violation, ...]:
    return Guard(policy).decide(make_handshake(changes, http_version=http_version), policy).refused


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "example.com:8000", "EXAMPLE.COM", "example.com.", "example.com.:80", "example.com:"),
        *("a.example.org", "a.b.example.org:1", "A.Example.Org.", "admin.example.net:8443", "admin.example.net:08443"),
        *("a.example.net", "a.example.net:443", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "[0:0:0:0:0:0:0:1]"),
        *("[::2]", "[::2]:80", "admin.example.net"),
    ],
)
def test_allowed(host: str) -> None:
    assert refused(Policy(allowed_hosts=NAMED), {"Host": host}) == ()


@pytest.mark.parametrize(
    "host",
    [
        *("evil.org", "example.com.evil.org", "notexample.com", "a.example.com", "example.co", "example", "com", ""),
        *("example.org", ".example.org", "a..example.org", "notexample.org", "a%2eexample.org", "*.example.org"),
        *("admin.example.net:8444", "admin.example.net:80000", "a.example.net:8443", "127.0.0.2", "127.1", "localhost"),
        *(
            "[::3]",
            "[::2]:8000",
            "example.com..",
            "xn--exmple-cua.com",
            "rebind.evil.org:8000",
            f"{'a.' * 200}example.org",
        ),
    ],
)
def test_refused_as_misdirected(host: str) -> None:
    [violation] = refused(Policy(allowed_hosts=NAMED), {"Host": host})
    assert (violation.requirement.id, violation.status) == ("host-allowed", 421)
    assert host[:50] in violation.detail
    assert "example.net" not in violation.detail.replace(host, "")  # nor any other name of ours


def test_a_page_under_a_rebound_name_is_of_the_same_origin_and_of_another_host() -> None:
    changes: Changes = {"Host": "rebind.evil.org:8000", "Origin": "http://rebind.evil.org:8000"}
    assert refused(Policy(), changes) == ()
    assert [v.requirement.id for v in refused(Policy(allowed_hosts=["localhost"]), changes)] == ["host-allowed"]


@pytest.mark.parametrize(
    ("changes", "requirement"),
    [
        ({"Host": None}, "host-once"),
        ({"Host": ["example.com", "evil.org"]}, "host-once"),
        ({"Host": "example.com, evil.org"}, "host-once"),
        ({"Host": b"example.com\xff"}, "field-content"),
    ],
)
def test_a_malformed_host_is_said_once_and_never_let_in(changes: Changes, requirement: str) -> None:
    policy = Policy(allowed_hosts=NAMED)
    assert [v.requirement.id for v in refused(policy, changes)] == [requirement]
    assert [v.requirement.id for v in refused(policy.replace(tolerate={requirement}), changes)] == ["host-allowed"]


def test_over_http2_a_missing_authority_is_no_allowed_one() -> None:
    changes: Changes = {"Host": None, "Upgrade": None, "Connection": None, "Sec-WebSocket-Key": None}
    [violation] = refused(Policy(allowed_hosts=NAMED), changes, "2")
    assert violation.requirement.id == "host-allowed"


def test_any_host_by_default() -> None:
    assert refused(Policy(), {"Host": "anything.example:1"}) == ()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("example.com", r"\['example.com'\]"),
        ([], "None for every host"),
        (["*"], "allowed_hosts=None"),
        (["https://example.com/x"], "'example.com'"),
        ([".example.com"], r"'\*\.example\.com'"),
        (["example.com/"], "wanted a host"),
        (["user@example.com"], "wanted a host"),
        (["a.*.example.com"], "wanted a host"),
        (["*.*.example.com"], "wanted a host"),
        (["*example.com"], "wanted a host"),
        (["*."], "wanted a host"),
        (["::1"], "wanted a host"),
        ([""], "wanted a host"),
        ([":8000"], "wanted a host"),
        (["example.com:http"], "wanted a host"),
        (["example.com:65536"], "wanted a host"),
        (["example.com:" + "9" * 5_000], "wanted a host"),
        ([b"example.com"], "wanted a host"),
        ([None], "wanted a host"),
        (7, "wanted a list"),
        (b"example.com", "wanted a list"),
    ],
)
def test_what_is_no_host_is_refused_at_construction(value: object, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match=wanted):
        Policy(allowed_hosts=value)  # type: ignore[arg-type]


def test_a_wildcard_for_a_top_level_name_is_taken() -> None:
    policy = Policy(allowed_hosts=["*.localhost"])
    assert refused(policy, {"Host": "a.localhost:8000"}) == ()
    assert refused(policy, {"Host": "localhost:8000"}) != ()
