"""What a policy makes of a violation, and what it says of a configuration that cannot work. Rules have their own."""

from __future__ import annotations

from typing import Any

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Policy, Requirement, Verdict
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.testing import make_handshake

ROWS = list(REQUIREMENTS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_requirement_is_refused_or_flagged_and_can_be_moved(row: Requirement) -> None:
    violation = violated(row.id, "seen")
    assert Policy().refuses(violation) is not row.flagged
    assert Policy(refuse={row.id}).refuses(violation)
    assert not Policy(tolerate={row.id}).refuses(violation)
    others = [other.id for other in ROWS if other.id != row.id]
    assert Policy(tolerate=others).refuses(violation) is not row.flagged
    assert Policy(refuse=others).refuses(violation) is not row.flagged


@pytest.mark.parametrize(
    "ids", [set(), (), [], frozenset(), ["key-length"], ("key-length", "key-base64"), {"key-length": 1}]
)
def test_any_collection_of_ids_will_do(ids: Any) -> None:
    assert Policy(tolerate=ids).tolerate == frozenset(ids)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"tolerate": {"key-lenght"}}, "key-length"),
        ({"refuse": {"version13"}}, "version-13"),
        ({"tolerate": {"KEY-LENGTH"}}, "KEY-LENGTH"),
        ({"tolerate": "key-length"}, r"\{'key-length'\}"),
        ({"tolerate": 3}, "tolerate is 3"),
        ({"tolerate": None}, "tolerate is None"),
        ({"refuse": [None]}, "refuse has None"),
        ({"refuse": [["key-length"]]}, "refuse has"),
        ({"tolerate": {"zzzzzzzz"}}, "key-length"),
        ({"tolerate": {"key-sample"}, "refuse": {"key-sample"}}, "key-sample: in tolerate and in refuse"),
        ({"report_only": "yes"}, "report_only is 'yes'"),
        ({"report_only": 1}, "report_only is 1"),
        ({"raw_upgrades": "accept"}, '"pass" or "reject"'),
        ({"raw_upgrades": None}, '"pass" or "reject"'),
        ({"raw_upgrades": True}, '"pass" or "reject"'),
    ],
)
def test_a_configuration_that_cannot_work_says_what_would(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Policy(**wrong)
    assert issubclass(ConfigurationError, ValueError)


def test_a_policy_is_a_value() -> None:
    policy = Policy(tolerate={"key-length"})
    assert policy == Policy(tolerate=["key-length"]) != Policy()
    with pytest.raises(AttributeError):
        policy.report_only = True  # type: ignore[misc]
    with pytest.raises(TypeError):
        Policy({"key-length"})  # type: ignore[call-arg]


def test_replace_changes_a_copy() -> None:
    policy = Policy(tolerate={"key-length"})
    changed = policy.replace(report_only=True)
    assert changed == Policy(tolerate={"key-length"}, report_only=True)
    assert not policy.report_only
    with pytest.raises(ConfigurationError):
        policy.replace(tolerate={"nonsense"})


def test_a_caller_that_changes_its_set_changes_no_policy() -> None:
    ids = {"key-length"}
    policy = Policy(tolerate=ids)
    ids.clear()
    assert policy.tolerate == {"key-length"}


@pytest.mark.parametrize(
    ("refused", "report_only", "allowed"),
    [((), False, True), ((), True, True), (("x",), False, False), (("x",), True, True)],
)
def test_a_verdict_allows_what_is_not_refused_or_only_reported(refused: Any, report_only: bool, allowed: bool) -> None:
    assert Verdict(make_handshake(), refused, refused, report_only).allowed is allowed


def test_a_verdict_is_complete_once_it_is_made_and_says_nothing_else() -> None:
    handshake, policy = make_handshake(), Policy()
    verdict = Guard().decide(handshake, policy)
    assert verdict == (handshake, (), (), False) == Guard().decide(handshake, policy)
    for name in ("handshake", "violations", "refused", "report_only", "allowed", "precedent"):
        with pytest.raises(AttributeError):
            setattr(verdict, name, None)
