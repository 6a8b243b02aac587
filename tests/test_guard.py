"""The decision on one handshake, and who is told."""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import ConfigurationError, Guard, HandshakeEvent, Policy
from asgi_ws_guard.observers.log import log_event
from asgi_ws_guard.testing import make_handshake

from .asgi_driver import Watcher, guard_records
from .observers.test_log import EVENT

SAMPLE = "dGhlIHNhbXBsZSBub25jZQ=="


def decided(changes: dict[str, Any], policy: Policy) -> tuple[list[str], list[str], bool]:
    verdict = Guard().decide(make_handshake(changes), policy)
    found, refused = ([item.requirement.id for item in items] for items in (verdict.violations, verdict.refused))
    return found, refused, verdict.allowed


def test_a_good_handshake_is_allowed() -> None:
    assert decided({}, Policy()) == ([], [], True)


@pytest.mark.parametrize(
    ("changes", "policy", "expected"),
    [
        ({"Sec-WebSocket-Key": "a"}, Policy(), (["key-base64"], ["key-base64"], False)),
        ({"Sec-WebSocket-Key": "a"}, Policy(tolerate={"key-base64"}), (["key-base64"], [], True)),
        ({"Sec-WebSocket-Key": "a"}, Policy(report_only=True), (["key-base64"], ["key-base64"], True)),
        ({"Sec-WebSocket-Key": SAMPLE}, Policy(), (["key-sample"], [], True)),
        ({"Sec-WebSocket-Key": SAMPLE}, Policy(refuse={"key-sample"}), (["key-sample"], ["key-sample"], False)),
        (
            {"Sec-WebSocket-Key": "a", "Sec-WebSocket-Version": "8"},
            Policy(tolerate={"key-base64"}),
            (["key-base64", "version-13"], ["version-13"], False),
        ),
        (
            {"Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEC==", "Host": None},
            Policy(tolerate={"host-once"}),
            (["host-once", "key-canonical", "key-sample"], [], True),
        ),
    ],
)
def test_all_is_found_and_the_policy_says_what_is_refused(
    changes: dict[str, Any], policy: Policy, expected: Any
) -> None:
    assert decided(changes, policy) == expected


@pytest.mark.parametrize(
    "key", [SAMPLE, "AQIDBAUGBwgJCgsMDQ4PEA==", "x3JJHMbDL1EzLkh9GBhXDw==", "AAAAAAAAAAAAAAAAAAAAAA==", f" {SAMPLE}\t"]
)
def test_keys_of_documents_are_flagged(key: str) -> None:
    assert decided({"Sec-WebSocket-Key": key}, Policy())[0] == ["key-sample"]


@pytest.mark.parametrize("key", [None, [SAMPLE, SAMPLE], SAMPLE.lower()])
def test_what_is_no_single_such_key_is_not(key: Any) -> None:
    assert "key-sample" not in decided({"Sec-WebSocket-Key": key}, Policy())[0]


PATHS = {"/a": Policy(), "/b/*": Policy(report_only=True), "/b/c": None, "/d?": None, "/[ef]": None}


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        *(("/a", "/a"), ("/a/", "*"), ("/A", "*"), ("/ab", "*"), ("", "*"), ("/", "*"), ("/a\n", "*")),
        *(("/b/", "/b/*"), ("/b", "*"), ("/b/x/y/z", "/b/*"), ("/b/x\ny", "/b/*"), ("/d1", "/d?"), ("/d", "*")),
        *(("/e", "/[ef]"), ("/f", "/[ef]"), ("/g", "*")),
    ],
)
def test_the_first_pattern_that_matches_counts(path: str, pattern: str) -> None:
    paths = {name: policy for name, policy in PATHS.items() if name != "/b/c"}
    guard = Guard(Policy(tolerate={"size"}), paths=paths)
    assert (pattern, {**paths, "*": guard.policy}[pattern]) in guard.paths.policies_for(path)


def test_a_path_whose_every_reading_is_unguarded_has_no_decision() -> None:
    guard = Guard(paths={"/x": None, "//x": None})
    assert len(guard.paths.policies_for("//x")) == 2
    assert guard.decision(make_handshake(), "//x") is None


@pytest.mark.parametrize("target", ["/a", "/a%0A"])
def test_a_control_character_is_found_once_in_the_path_and_in_the_target(target: str) -> None:
    """What stands before the guard may have changed the path: then both are looked at."""
    decision = Guard().decision(make_handshake(target=target), "/a\n")
    assert decision is not None
    assert [violation.requirement.id for violation in decision.verdict.refused] == ["path-content"]


@given(
    st.lists(st.text("/ab*?[]!-", max_size=6), max_size=4, unique=True),
    st.lists(st.text("/abc*?[", max_size=8), min_size=1, max_size=8),
)
def test_patterns_are_those_of_fnmatchcase(patterns: list[str], paths: list[str]) -> None:
    try:
        guard = Guard(paths=dict.fromkeys(patterns))
    except ConfigurationError:  # a pattern that an earlier one swallows
        return
    for path in paths:
        expected = next((pattern for pattern in patterns if fnmatchcase(path, pattern)), None)
        assert (("*", guard.policy) if expected is None else (expected, None)) in guard.paths.policies_for(path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": {}},
        {"policy": "strict"},
        {"paths": {"/x": 3}},
        {"paths": {3: None}},
        {"observers": [None]},
        {"observers": ["x"]},
    ],
)
def test_what_cannot_work_is_said_at_construction(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Guard(**wrong)


def test_observers_are_told_in_order_the_log_first() -> None:
    first, second = Watcher(), Watcher()
    guard = Guard(observers=[first, second])
    assert guard.observers == (log_event, first, second)
    event = HandshakeEvent(**EVENT)
    guard.tell(event)
    assert first.events == second.events == [event] and first.ended == []
    guard.tell_closed(event)
    assert first.ended == second.ended == [event] and first.events == [event]


def test_an_observer_that_raises_keeps_nobody_from_being_told(caplog: pytest.LogCaptureFixture) -> None:
    def faulty(event: HandshakeEvent) -> None:
        raise RuntimeError("out of order")

    watcher = Watcher()
    guard = Guard(observers=[faulty, watcher])
    guard.tell(HandshakeEvent(**EVENT))
    assert len(watcher.events) == 1
    [record] = guard_records(caplog.records, logging.ERROR)
    assert record.exc_info and "faulty" in record.getMessage()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"observers": print}, "wanted a list"),
        ({"paths": {"chat": None}}, "wanted '/chat'"),
    ],
)
def test_what_cannot_work_is_said_at_once(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Guard(**options)
