"""The cases as data: enough of them, well named, each requirement exercised, and published for other languages."""

from __future__ import annotations

import json
import re
from base64 import b64decode

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS, parse_request, validate
from asgi_ws_guard.probe import requirements
from asgi_ws_guard.probe.case import Case
from asgi_ws_guard.probe.cases import CASES
from asgi_ws_guard.probe.formats import cases_json, cases_text
from asgi_ws_guard.probe.requirements import PROBED
from asgi_ws_guard.probe.runner import choose, every_case, fill
from asgi_ws_guard.probe.target import parse_target

EVERY = every_case()
IDS = list(REQUIREMENTS)
CLIENT_HALF = IDS[: IDS.index("size")]
SERVER_HALF = IDS[IDS.index("status-101") : IDS.index("app-answers")]
GROUPS = {
    *("control", "key", "version", "upgrade", "method", "host", "body", "subprotocol", "extension", "origin"),
    *("syntax", "limits", "refusal", "response", "http2"),
}


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150


def test_ids_are_unique_and_in_kebab_case() -> None:
    assert len({case.id for case in EVERY}) == len(EVERY)
    assert all(re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", case.id) for case in EVERY)


def test_all_groups_are_there() -> None:
    assert {case.group for case in EVERY} == GROUPS


@pytest.mark.parametrize("requirement", [*CLIENT_HALF, *SERVER_HALF])
def test_each_requirement_on_the_wire_has_a_case(requirement: str) -> None:
    assert [case for case in CASES if case.requirement_id == requirement]


def test_the_probes_own_requirements_are_exercised_and_do_not_shadow_the_tables() -> None:
    own = set(PROBED) - set(REQUIREMENTS)
    assert own <= {case.requirement_id for case in EVERY}
    assert all(PROBED[name] is REQUIREMENTS[name] for name in REQUIREMENTS)
    assert own == {row[0] for row in requirements._ROWS}, "a row of ours is in the table now: take it out here"


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.id)
def test_a_case_says_what_it_is(case: Case) -> None:
    assert case.title and case.expect.why and case.requirement.section
    assert not set(case.expect.conforms) & set(case.expect.lenient)
    assert all(re.fullmatch(r"[1-5](xx|\d\d)|reset", name) for name in case.expect.conforms + case.expect.lenient)
    assert all(check.__doc__ or check.__qualname__.startswith(("holds", "free_of")) for check in case.checks)
    sent = fill(case.request, parse_target("ws://server.example.com/chat"), "dGhlIHNhbXBsZSBub25jZQ==")
    assert not re.search(rb"\{[a-z]+\}", sent), "a blank that nothing fills"


def test_the_controls_are_valid_and_differ_in_one_thing_from_what_is_refused() -> None:
    target = parse_target("ws://server.example.com/chat")
    for case in CASES:
        if case.group == "control":
            handshake = parse_request(fill(case.request, target, "AAECAwQFBgcICQoLDA0ODw=="))
            assert validate(handshake) == (), case.id


def test_one_change_breaks_the_requirement_that_the_case_names() -> None:
    """Where a refused request is a head at all, `validate` finds in it what the case says, and little else."""
    target = parse_target("ws://server.example.com/chat")
    checked = 0
    for case in CASES:
        if case.requirement_id not in CLIENT_HALF or "101" in case.expect.conforms + case.expect.lenient:
            continue
        try:
            handshake = parse_request(fill(case.request, target, "AAECAwQFBgcICQoLDA0ODw=="))
        except ValueError:
            continue
        found = [violation.requirement.id for violation in validate(handshake)]
        folded = "fold" in case.id or "nul" in case.id
        expected = {case.requirement_id, "field-content"} if folded else {case.requirement_id}
        assert set(found) & expected, (case.id, found)
        checked += 1
    assert checked > 100


def test_cases_are_published_as_vectors() -> None:
    rows = json.loads(cases_json(EVERY))
    assert len(rows) == len(EVERY)
    control = rows[0]
    assert control["id"] == "control-valid" and control["requirement"] == "status-101"
    assert b64decode(control["request_base64"]).startswith(b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\n")
    assert control["request"].encode("latin-1") == b64decode(control["request_base64"])
    assert control["conforms"] == ["101"]


def test_cases_are_listed_one_a_line() -> None:
    lines = cases_text(list(EVERY)).splitlines()
    assert len(lines) == len(EVERY)
    assert any(line.startswith("key-15-bytes") and "key-length" in line for line in lines)


def test_cases_are_chosen_by_id_group_requirement_and_pattern() -> None:
    assert [case.id for case in choose(["key-empty"])] == ["key-empty"]
    assert {case.group for case in choose(["key", "version"])} == {"key", "version"}
    assert {case.requirement_id for case in choose(["key-length"])} == {"key-length"}
    assert not [case for case in choose(["key"], ["key-*"]) if case.id.startswith("key-")]
    with pytest.raises(ValueError, match="no case, group or requirement is named nothing"):
        choose(["nothing"])
