"""Several policies in the way of one handshake: refused by any of them is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import Guard, Policy
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.policy.strictest import Strictest, in_reading_order, merged, parts_of, strictest
from asgi_ws_guard.testing import make_handshake

EVIL = {"Origin": "https://evil.example"}
OPEN = Policy(allowed_origins="*")
REPORT = Policy(report_only=True)
POLICIES = [
    Policy(),
    OPEN,
    REPORT,
    Policy(tolerate={"key-length"}),
    Policy(allowed_hosts=["example.org"]),
    Policy(refuse={"key-sample"}, allowed_origins="*"),
    Policy(tolerate={"origin-allowed"}, require_tls=True),
]
CHANGES: list[dict[str, Any]] = [
    *({}, EVIL, {"Sec-WebSocket-Key": "c2hvcnQ="}, {**EVIL, "Sec-WebSocket-Version": "8"}, {"Host": "example.org"}),
    {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
]


@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize(("one", "other"), [*product(POLICIES, POLICIES)])
def test_what_one_refuses_is_refused_and_nothing_else(one: Policy, other: Policy, changes: dict[str, Any]) -> None:
    handshake = make_handshake(changes)
    apart = [Guard().decide(handshake, policy) for policy in (one, other)]
    both = merged(apart)
    assert both.allowed == all(verdict.allowed for verdict in apart)
    enforced = {violation for verdict in apart if not verdict.allowed for violation in verdict.refused}
    if not both.allowed:
        assert set(both.refused) <= enforced
        assert {violation.requirement.id for violation in both.refused} == {one.requirement.id for one in enforced}
    known = {violation.requirement.id for verdict in apart for violation in verdict.violations}
    assert [violation.requirement.id for violation in both.violations] == sorted(
        known, key=[violation.requirement.id for violation in both.violations].index
    )


def test_in_all_that_is_to_come_the_strictest_holds() -> None:
    timed = Policy(accept_timeout=5)
    rejecting = Policy(accept_timeout=None, raw_upgrades="reject", tolerate={"app-fields"})
    both = strictest([timed, rejecting])
    assert isinstance(both, Strictest) and parts_of(both) == (timed, rejecting)
    assert (both.accept_timeout, both.raw_upgrades, both.authorize, both.report_only) == (5, "reject", None, False)
    assert both.enforces(violated("app-fields", "seen")) and not rejecting.enforces(violated("app-fields", "seen"))
    assert strictest([rejecting, rejecting]) is rejecting


def test_one_that_only_reports_gives_no_way_to_one_that_enforces() -> None:
    strict = Policy(accept_timeout=9)
    both = strictest([REPORT.replace(accept_timeout=1), strict])
    assert both is not None and parts_of(both) == (strict,)
    assert both.enforces(violated("app-answers", "seen"))
    reporting = strictest([REPORT, REPORT.replace(accept_timeout=1)])
    assert reporting is not None and reporting.report_only and not reporting.enforces(violated("app-answers", "seen"))


def test_unguarded_is_what_all_leave_unguarded() -> None:
    assert strictest([None, None]) is None
    assert strictest([None, OPEN]) is OPEN


def test_authorize_is_that_of_any() -> None:
    def authorize(handshake: Any, scope: Any) -> None:
        return None

    both = strictest([Policy(), Policy(authorize=authorize)])
    assert both is not None and both.authorize is authorize


@given(st.permutations(["key-length", "origin-allowed", "method-get", "path-content", "key-length"]))
def test_violations_are_told_once_and_in_reading_order(ids: list[str]) -> None:
    found = in_reading_order(violated(requirement_id, "seen") for requirement_id in ids)
    assert [violation.requirement.id for violation in found] == [
        *("method-get", "path-content", "key-length", "origin-allowed")
    ]
