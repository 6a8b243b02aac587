"""The answer to a refused handshake, and what HTTP asks of it."""

from __future__ import annotations

import json

import pytest

from asgi_ws_guard import Violation, validate
from asgi_ws_guard.handshake import REQUIREMENTS, parse_response
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.problem import DOCUMENTATION, problem
from asgi_ws_guard.testing import make_handshake

EVERY = [violated(name, "seen, wanted") for name in REQUIREMENTS]


@pytest.mark.parametrize("violation", EVERY, ids=lambda violation: violation.requirement.id)
def test_the_problem_is_that_of_the_first_refused(violation: Violation) -> None:
    answer = problem([violation], [violation], extended_connect=False)
    fields = dict(answer.fields)
    body = json.loads(answer.body)
    assert answer.status == violation.status == body["status"], "RFC 9457 §3.1.2"
    assert body["code"] == violation.requirement.id
    assert body["type"].startswith("https://") and body["type"].endswith(f"#{violation.requirement.id}")
    assert body["title"] == violation.requirement.statement
    assert body["detail"] == "seen, wanted"
    assert body["violations"] == [
        {"code": violation.requirement.id, "section": violation.requirement.section, "detail": "seen, wanted"}
    ]
    assert fields[b"content-type"] == b"application/problem+json"
    assert fields[b"content-length"] == str(len(answer.body)).encode()
    assert fields[b"cache-control"] == b"no-store"
    for name, value in violation.response_fields:
        assert fields[name.lower().encode()] == value.encode()


@pytest.mark.parametrize("violation", EVERY, ids=lambda violation: violation.requirement.id)
def test_the_connection_ends_on_one_line(violation: Violation) -> None:
    """RFC 9110 §7.8 wants the option upgrade beside an Upgrade, RFC 9112 §9.6 close; some servers lose a line."""
    answer = problem([violation], [violation], extended_connect=False)
    [connection] = [value for name, value in answer.fields if name == b"connection"]
    options = [option.strip() for option in connection.split(b",")]
    assert options[-1] == b"close"
    assert (b"Upgrade" in options) == (b"upgrade" in dict(answer.fields))


@pytest.mark.parametrize("violation", EVERY, ids=lambda violation: violation.requirement.id)
def test_over_http2_and_http3_no_connection_specific_field_is_sent(violation: Violation) -> None:
    answer = problem([violation], [violation], extended_connect=True)
    assert not {b"connection", b"upgrade"} & set(dict(answer.fields)), "RFC 9113 §8.2.2"
    assert answer.status == (400 if violation.status == 426 else violation.status)
    assert json.loads(answer.body)["status"] == answer.status


@pytest.mark.parametrize("extended_connect", [False, True])
@pytest.mark.parametrize("violation", EVERY, ids=lambda violation: violation.requirement.id)
def test_names_are_lower_case_and_there_once(violation: Violation, extended_connect: bool) -> None:
    names = [name for name, _ in problem([violation], [violation], extended_connect=extended_connect).fields]
    assert [name.lower() for name in names] == names
    assert len(set(names)) == len(names)


def test_a_bad_key_with_a_wrong_version_is_a_400_that_names_13_all_the_same() -> None:
    violations = validate(make_handshake({"Sec-WebSocket-Key": "hello!", "Sec-WebSocket-Version": "8"}))
    answer = problem(violations, violations, extended_connect=False)
    fields = dict(answer.fields)
    assert answer.status == 400
    assert fields[b"sec-websocket-version"] == b"13"
    assert (fields[b"upgrade"], fields[b"connection"]) == (b"websocket", b"Upgrade, close")
    assert [item["code"] for item in json.loads(answer.body)["violations"]] == ["key-base64", "version-13"]


def test_a_tolerated_violation_is_told_and_brings_no_field() -> None:
    wrong_version, no_body = violated("version-13", "v"), violated("no-body", "b")
    answer = problem([no_body], [no_body, wrong_version], extended_connect=False)
    assert answer.status == 400
    assert b"sec-websocket-version" not in dict(answer.fields)
    assert [item["code"] for item in json.loads(answer.body)["violations"]] == ["no-body", "version-13"]


@pytest.mark.parametrize("violation", EVERY, ids=lambda violation: violation.requirement.id)
def test_as_bytes_it_is_a_whole_http_answer(violation: Violation) -> None:
    answer = problem([violation], [violation], extended_connect=False)
    head, _, body = answer.to_bytes().partition(b"\r\n\r\n")
    response = parse_response(head)
    assert response.status == answer.status
    assert list(response.fields.raw) == answer.fields
    assert body == answer.body


def test_hostile_bytes_come_out_escaped_and_cut() -> None:
    key = b"<script>\x1b[31m" + b"A" * 9000 + b'"\r\nSet-Cookie: a=b'
    violations = validate(make_handshake({"Sec-WebSocket-Version": "<script>" * 1000, "Sec-WebSocket-Key": key}))
    answer = problem(violations, violations, extended_connect=False)
    assert answer.body.isascii() and answer.body.decode().isprintable()
    assert len(answer.body) < 2000
    for name, value in answer.fields:
        assert name.decode().isprintable() and value.decode().isprintable()


def test_the_body_that_is_put_together_from_pieces_is_what_json_would_write() -> None:
    broken = [violated(name, 'seen "quoted" \\ \n \u2028 \xe9') for name in REQUIREMENTS]
    for violation in broken:
        document = {
            "type": f"{DOCUMENTATION}#{violation.requirement.id}",
            "code": violation.requirement.id,
            "title": violation.requirement.statement,
            "status": violation.status,
            "detail": violation.detail,
            "violations": [
                {"code": other.requirement.id, "section": other.requirement.section, "detail": other.detail}
                for other in broken
            ],
        }
        assert problem([violation], broken, extended_connect=False).body == json.dumps(document).encode("ascii")
