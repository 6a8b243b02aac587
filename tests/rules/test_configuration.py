"""The arguments of a policy that are no lists: switches, a time, a function; and the rules that they come to."""

from __future__ import annotations

from typing import Any

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Handshake, Policy
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.policy.denial import Denial
from asgi_ws_guard.testing import make_fields

EVERYTHING = Policy(
    allowed_origins=["https://app.example.com"],
    allowed_hosts=["example.com"],
    require_tls=True,
    subprotocols=["chat"],
    require_subprotocol=True,
    max_field_bytes=100,
    refuse={"key-sample"},
)
SAMPLE = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Host": "evil.org", "Origin": "https://evil.org"}


@pytest.mark.parametrize(
    "switch", ["allow_missing_origin", "allow_null_origin", "require_tls", "require_subprotocol", "report_only"]
)
@pytest.mark.parametrize("value", [1, 0, "yes", None, "false"])
def test_a_switch_is_true_or_false(switch: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"{switch} is {value!r}, wanted True or False"):
        Policy(**{switch: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [0, -1, True, "30", float("inf"), float("nan"), [30]])
def test_the_time_to_accept_is_seconds_above_zero(seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"accept_timeout is .*, wanted seconds above 0, or None"):
        Policy(accept_timeout=seconds)


def test_the_time_to_accept_may_be_short_whole_or_off() -> None:
    assert [Policy(accept_timeout=seconds).accept_timeout for seconds in (0.05, 30, None)] == [0.05, 30, None]


@pytest.mark.parametrize("authorize", ["myapp:authorize", 7, Denial()])
def test_authorize_is_a_function(authorize: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"authorize is .*, wanted a function"):
        Policy(authorize=authorize)


def test_all_that_is_broken_is_said_in_the_order_of_the_requirements() -> None:
    handshake = Handshake(fields=make_fields(SAMPLE), secure=False)
    said = [violation.requirement.id for violation in Guard().decide(handshake, EVERYTHING).refused]
    policy_rows = ["size", "host-allowed", "tls-required", "origin-allowed", "subprotocol-required"]
    assert said == [*policy_rows, "key-sample"]
    assert sorted(policy_rows, key=list(REQUIREMENTS).index) == policy_rows


def test_each_rule_can_be_tolerated() -> None:
    handshake = Handshake(fields=make_fields(SAMPLE), secure=False)
    for violation in Guard().decide(handshake, EVERYTHING).refused[:-1]:
        tolerant = EVERYTHING.replace(tolerate={violation.requirement.id})
        verdict = Guard().decide(handshake, tolerant)
        assert violation in verdict.violations
        assert violation not in verdict.refused


def test_rules_are_made_once_and_follow_a_replacement() -> None:
    policy = Policy(allowed_hosts=["example.com"])
    assert policy.rules is policy.rules
    assert len(policy.replace(allowed_hosts=None).rules) == len(policy.rules) - 1
    assert policy.replace() == policy
    assert hash(policy.replace()) == hash(policy)


def test_replacing_what_a_policy_does_not_have_names_the_near_one() -> None:
    with pytest.raises(ConfigurationError, match="no 'allowed_origin'; did you mean allowed_origins"):
        Policy().replace(allowed_origin=[])
    with pytest.raises(ConfigurationError, match="no 'rules'"):
        Policy().replace(rules=())
