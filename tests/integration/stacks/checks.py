"""What a measured handshake must be, for each thing that a table can say of it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1

from asgi_ws_guard.handshake import REQUIREMENTS
from tests.integration.stacks.departures import Expectation, Table
from tests.integration.stacks.measure import Measured, Record
from tests.integration.stacks.wire import Answer

# Fields that say something of one connection only, and that HTTP/2 forbids (RFC 9113 §8.2.2).
CONNECTION_SPECIFIC = {"connection", "upgrade", "keep-alive", "proxy-connection", "transfer-encoding"}


def check(measured: Measured, expected: Expectation, table: Table) -> None:
    """The handshake met what the table says."""
    check_event(measured, expected)
    if expected.kind == "denied":
        _check_denied(measured, expected, table)
    elif expected.kind == "own":
        _check_own(measured, expected)
    elif expected.outcome == "accepted" and expected.kind != "failed":
        _check_accepted(measured, table)
    else:
        _check_left_to_the_server(measured, expected)


def check_event(measured: Measured, expected: Expectation) -> None:
    """Exactly one event where the guard saw a handshake, and what it says."""
    events = measured.seen("event")
    assert [event["outcome"] for event in events] == ([expected.outcome] if expected.outcome else [])
    if events and expected.outcome != "failed":
        assert events[0]["violations"] == list(expected.breaks or expected.flags)


def _check_denied(measured: Measured, expected: Expectation, table: Table) -> None:
    [scope] = measured.seen("server")
    [event] = measured.seen("event")
    assert measured.seen("app") == []
    assert event["status"] == REQUIREMENTS[expected.breaks[0]].status
    if table.closes and scope["type"] == "websocket":
        assert (measured.answer.status, is_problem(measured.answer)) == (403, False)
    else:
        _check_answer(measured, expected, upgrades=bool(table.adds) and scope["type"] == "websocket")


def _check_answer(measured: Measured, expected: Expectation, upgrades: bool) -> None:
    """The whole answer of the guard. `upgrades`: the server adds the fields of an upgrade to it."""
    answer = measured.answer
    wanted = _response_fields(expected)
    connection = _options(wanted.pop("connection", "close"))
    _check_problem(answer, expected, REQUIREMENTS[expected.breaks[0]].status, has_body=measured.case.method != "HEAD")
    for name, value in wanted.items():
        assert answer.get_all(name) == [value]
    assert answer.options("connection") == connection | ({"upgrade"} if upgrades else set())
    assert ("upgrade" in dict(answer.fields)) == ("upgrade" in connection or upgrades)
    assert ("sec-websocket-accept" in dict(answer.fields)) == upgrades


def check_http2_answer(answer: Answer, expected: Expectation) -> None:
    """The whole answer of the guard over HTTP/2, where 426 and the fields of a connection have no place."""
    status = REQUIREMENTS[expected.breaks[0]].status
    _check_problem(answer, expected, 400 if status == 426 else status, has_body=True)
    assert CONNECTION_SPECIFIC.isdisjoint(dict(answer.fields))
    for name, value in _response_fields(expected).items():
        assert name in CONNECTION_SPECIFIC or answer.get_all(name) == [value]


def _response_fields(expected: Expectation) -> dict[str, str]:
    requirements = [REQUIREMENTS[requirement] for requirement in expected.breaks]
    return {name.lower(): value for requirement in requirements for name, value in requirement.response_fields}


def _check_problem(answer: Answer, expected: Expectation, status: int, *, has_body: bool) -> None:
    assert answer.status == status
    assert is_problem(answer)
    assert answer.get_all("cache-control") == ["no-store"]
    if has_body:
        problem = answer.json()
        assert (problem["code"], problem["status"]) == (expected.breaks[0], status)
        assert [violation["code"] for violation in problem["violations"]] == list(expected.breaks)


def _check_accepted(measured: Measured, table: Table) -> None:
    """A right 101, its accept value computed here from the key that the application got, and a message both ways."""
    [scope] = measured.seen("app")
    [event] = measured.seen("event")
    [key] = [value for name, value in scope["fields"] if name.lower() == "sec-websocket-key"]
    accept = b64encode(sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
    answer = measured.answer
    assert (scope["type"], answer.status, answer.echoed) == ("websocket", 101, True)
    assert answer.get_all("sec-websocket-accept") == [accept] == [event["expected_accept"]]
    assert answer.options("upgrade") == {"websocket"}
    assert "upgrade" in answer.options("connection")
    assert (event["status"], event["verification"]) == (101, table.verification)


def _check_own(measured: Measured, expected: Expectation) -> None:
    assert measured.records == []
    assert measured.answer.status == expected.status
    assert not is_problem(measured.answer)


def _check_left_to_the_server(measured: Measured, expected: Expectation) -> None:
    """What the application did with plain http, or what the server did where it was in the way."""
    reached = {"overtaken": [], "failed": ["websocket"]}.get(expected.kind, ["http"])
    assert [scope["type"] for scope in measured.seen("app")] == reached
    assert measured.answer.status == (200 if expected.kind in ("untouched", "hidden") else expected.status)
    assert not is_problem(measured.answer)


def is_problem(answer: Answer) -> bool:
    return answer.get_all("content-type") == ["application/problem+json"]


def shape(scope: Record) -> Record:
    """The scope without what differs from one good handshake to the next: path and key."""
    fields = [(name, "" if name == "sec-websocket-key" else value) for name, value in scope["fields"]]
    return {**scope, "path": "", "fields": fields}


def _options(value: str) -> set[str]:
    return {option.strip().lower() for option in value.split(",")}
