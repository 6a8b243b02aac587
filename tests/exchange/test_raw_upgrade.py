"""A handshake in an http scope: refused, passed with a word, and no 101 of the application's own gets out unread."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from asgi_ws_guard import Policy
from asgi_ws_guard.asgi import Message
from asgi_ws_guard.exchange import raw_upgrade
from asgi_ws_guard.testing import Changes

from ..asgi_driver import (
    Application,
    ClientGoneError,
    Guarded,
    Halt,
    ServerError,
    drive,
    drive_until_it_waits,
    guard_records,
    outcome,
)
from ..http_scope import ACCEPT, BAD, BODY, PLAIN, UPGRADE, scope, start

pytestmark = pytest.mark.asgi_ws_guard_strict


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_upgrade, "_warned", set())


ENDINGS: tuple[tuple[str, Application, dict[str, Any], tuple[str, int | None]], ...] = (
    ("the app answers", Application(start(), BODY), {}, ("passed", 200)),
    ("the app refuses", Application(start(404), BODY), {}, ("passed", 404)),
    ("the app switches", Application(start(101, *UPGRADE, ACCEPT)), {}, ("passed", 101)),
    ("the app answers and raises", Application(start(), error=KeyError()), {}, ("passed", 200)),
    ("the app raises", Application(error=KeyError()), {}, ("failed", 500)),
    ("the app is halted", Application(error=Halt()), {}, ("abandoned", None)),
    ("the app is cancelled", Application(error=asyncio.CancelledError()), {}, ("abandoned", None)),
    ("gone at the answer", Application(start()), {"fails": lambda message: ClientGoneError()}, ("abandoned", None)),
    ("the app switches wrongly", Application(start(101, *UPGRADE)), {}, ("failed", 500)),
)


@pytest.mark.parametrize(("app", "options", "expected"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
def test_every_ending_is_one_event(app: Application, options: dict[str, Any], expected: tuple[str, int | None]) -> None:
    guarded = Guarded(app)
    connection = guarded.drive(scope(), **options)
    assert outcome(guarded) == expected
    assert guarded.watcher.ended == []
    if app.error is not None:
        assert connection.raised is app.error


@pytest.mark.parametrize(("app", "options", "expected"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
def test_what_is_reported_ends_as_if_there_were_no_guard(
    app: Application, options: dict[str, Any], expected: tuple[str, int | None]
) -> None:
    guarded = Guarded(app, policy=Policy(report_only=True))
    connection, bare = guarded.drive(scope({"Origin": "x"}), **options), drive(app, scope({"Origin": "x"}), **options)
    assert (connection.sent, repr(connection.raised)) == (bare.sent, repr(bare.raised))
    assert guarded.watcher.ids[0] == "origin-syntax"


def test_an_app_that_returns_without_an_answer_is_one_event() -> None:
    guarded = Guarded(Application())
    assert guarded.drive(scope()).sent == []
    assert len(guarded.watcher.events) == 1


def test_cancelled_while_the_app_answers_or_the_guard_refuses() -> None:
    for changes in (None, BAD):
        guarded = Guarded(Application(start(), BODY))
        connection = drive_until_it_waits(guarded.app, scope(changes), stalls=lambda message: True)
        assert isinstance(connection.raised, asyncio.CancelledError)
        assert outcome(guarded) == ("abandoned", None)


def test_a_refusal_is_an_ordinary_answer_that_ends_the_connection() -> None:
    app = Application(start(), BODY)
    guarded = Guarded(app)
    connection = guarded.drive(scope(BAD))
    assert connection.raised is None and app.scopes == []
    assert [message["type"] for message in connection.sent] == ["http.response.start", "http.response.body"]
    assert json.loads(connection.body)["code"] == "key-base64"
    assert connection.fields.get_all("connection") == ["close"]
    assert outcome(guarded) == ("denied", 400)


@pytest.mark.parametrize("error", [ClientGoneError, BrokenPipeError, ServerError])
def test_a_refusal_that_nobody_takes_is_one_event(error: type[Exception]) -> None:
    guarded = Guarded(Application())
    connection = guarded.drive(scope(BAD), fails=lambda message: error())
    assert isinstance(connection.raised, ServerError) == (error is ServerError)
    assert len(guarded.watcher.events) == 1
    if error is not ServerError:
        assert outcome(guarded) == ("abandoned", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"Upgrade": None, "Connection": None},
        {"Upgrade": None, "Connection": "close"},
        {"Upgrade": None, "Connection": "keep-alive", "Sec-WebSocket-Key": None},
        {"Connection": "close"},
    ],
)
def test_a_proxy_that_stripped_fields_is_named_with_the_cure(
    changes: Changes, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Guarded(Application())
    connection = guarded.drive(scope(changes))
    assert connection.status == 426
    assert connection.fields.get_all("upgrade") == ["websocket"]
    assert connection.fields.get_all("connection") == ["Upgrade, close"]
    assert "proxy_http_version 1.1" in json.loads(connection.body)["detail"]
    [record] = guard_records(caplog.records, logging.WARNING)
    assert "proxy_http_version 1.1" in record.getMessage()


WRONG_101S: tuple[tuple[list[tuple[bytes, bytes]], str], ...] = (
    (UPGRADE, "accept-present"),
    ([*UPGRADE, ACCEPT, ACCEPT], "accept-once"),
    ([*UPGRADE, (ACCEPT[0], b"x")], "accept-value"),
    ([*UPGRADE, (ACCEPT[0], b"s3pPLMBiTxaQ9kYGzzhZRbK+xOp=")], "accept-canonical"),
    ([UPGRADE[0], ACCEPT], "response-connection"),
    ([UPGRADE[1], ACCEPT], "response-upgrade"),
    ([*UPGRADE, ACCEPT, (b"sec-websocket-protocol", b"other")], "subprotocol-offered"),
    ([*UPGRADE, ACCEPT, (b"sec-websocket-extensions", b"other")], "extension-offered"),
    ([], "response-upgrade"),
)


@pytest.mark.parametrize(("headers", "wrong"), WRONG_101S)
def test_a_wrong_101_is_replaced(
    headers: list[tuple[bytes, bytes]], wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Guarded(Application(start(101, *headers), BODY))
    connection = guarded.drive(scope())
    assert connection.status == 500 and connection.raised is None
    assert json.loads(connection.body)["code"] == "http-101", "what the app goes on to send is dropped"
    assert wrong in json.loads(connection.body)["detail"]
    event = guarded.watcher.event
    assert (event.outcome, event.status, event.verification) == ("failed", 500, "mismatch")
    assert event.response is not None and event.response.status == 101
    assert "ERROR" in [record.levelname for record in guard_records(caplog.records)]


@pytest.mark.parametrize(("headers", "wrong"), WRONG_101S)
@pytest.mark.parametrize(
    "policy", [Policy(report_only=True), Policy(tolerate={"http-101"})], ids=["report", "tolerate"]
)
def test_a_reported_or_tolerated_101_passes_and_is_flagged(
    headers: list[tuple[bytes, bytes]], wrong: str, policy: Policy
) -> None:
    guarded = Guarded(Application(start(101, *headers)), policy=policy)
    assert guarded.drive(scope()).status == 101
    event = guarded.watcher.event
    assert (event.outcome, event.status, event.verification) == ("passed", 101, "mismatch")
    assert guarded.watcher.ids == ["key-sample", "http-101"]


def test_a_right_101_passes_and_is_verified() -> None:
    app = Application(start(101, *UPGRADE, ACCEPT))
    guarded = Guarded(app)
    connection = guarded.drive(scope())
    assert all(sent is message for sent, message in zip(connection.sent, app.messages, strict=True))
    event = guarded.watcher.event
    assert (event.verification, event.emitted_accept) == ("match", ACCEPT[1].decode())
    assert event.expected_accept == ACCEPT[1].decode()


def test_an_accept_value_without_a_101_is_replaced() -> None:
    guarded = Guarded(Application(start(200, ACCEPT), BODY))
    assert guarded.drive(scope()).status == 500
    assert outcome(guarded) == ("failed", 500) and "http-101" in guarded.watcher.ids


@pytest.mark.parametrize(
    "header",
    [
        ("Sec-WebSocket-Accept", "x"),
        (b"sec-websocket-accept ", b"x"),
        (b"sec-websocket-accept\xa0", b"x"),
        (b"x-a", b"s3cret\r\nSec-WebSocket-Accept: x"),
        (b"x-a: s3cret\r\nSec-WebSocket-Accept", b"x"),
        (b"x-a", b"s3cret\0"),
    ],
)
@pytest.mark.parametrize("status", [200, 404])
def test_what_may_become_an_accept_value_is_replaced(header: Any, status: int) -> None:
    guarded = Guarded(Application(start(status, header), BODY))
    connection = guarded.drive(scope())
    assert connection.status == 500 and b"s3cret" not in connection.body
    assert outcome(guarded) == ("failed", 500) and "http-101" in guarded.watcher.ids


@pytest.mark.parametrize("status", ["101", b"101", 101.5])
def test_a_101_is_one_however_it_is_written(status: Any) -> None:
    """hypercorn writes what `int` makes of a status."""
    guarded = Guarded(Application(start(status, *UPGRADE), BODY))
    assert guarded.drive(scope()).status == 500
    assert guarded.watcher.event.verification == "mismatch"


def test_a_101_before_the_answer_is_replaced() -> None:
    """gunicorn writes an informational response out as it comes."""
    early: Message = {"type": "http.response.informational", "status": 101, "headers": [ACCEPT]}
    guarded = Guarded(Application(early, start(), BODY))
    assert guarded.drive(scope()).status == 500
    assert outcome(guarded) == ("failed", 500)


def test_hints_before_the_answer_are_no_answer() -> None:
    hints: Message = {"type": "http.response.informational", "status": 103, "headers": [(b"link", b"</a>")]}
    guarded = Guarded(Application(hints, start(), BODY))
    seen: list[Message] = []

    def takes_none(message: Message) -> BaseException | None:
        seen.append(message)
        return ServerError() if message["type"] == hints["type"] else None

    guarded.drive(scope(), fails=takes_none)
    assert seen == [hints] and len(guarded.watcher.events) == 1
    assert outcome(guarded) == ("failed", 500), "as the application was, with the server's own error"


@pytest.mark.parametrize(
    "message", [{"type": "http.response.start"}, start("x"), start(200, None), start(200, (b"a",))]
)
def test_what_is_no_message_is_left_to_the_server(message: Message) -> None:
    guarded = Guarded(Application(message, BODY))
    connection = guarded.drive(scope(), fails=lambda _: ServerError("as it says"))
    assert connection.raised is not None and str(connection.raised) == "as it says"
    assert len(guarded.watcher.events) == 1


def test_an_answer_that_can_be_read_once_is_not_lost() -> None:
    """ASGI asks for an iterable of headers; a generator that was read here would reach the server empty."""
    for changes in ({}, PLAIN):
        headers = iter([(b"x-kept", b"1")])
        guarded = Guarded(Application({**start(), "headers": headers}, BODY))
        sent = guarded.drive(scope(changes), fails=_keep).sent
        assert sent[0]["headers"] == [(b"x-kept", b"1")]


def _keep(message: Message) -> None:
    if "headers" in message:
        message["headers"] = list(message["headers"])


def test_valid_ones_are_passed_with_a_word_once_for_each_cause(caplog: pytest.LogCaptureFixture) -> None:
    guarded = Guarded(Application(start(), BODY))
    lists: Changes = {"Upgrade": "h2c, websocket"}
    lines: Changes = {"Connection": ["keep-alive", "Upgrade"]}
    bare: Changes = {"Upgrade": None, "Connection": None, "Sec-WebSocket-Key": None}
    for _ in range(3):
        for changes in ({}, lists, lines):
            assert guarded.drive(scope(changes)).status == 200
        assert guarded.drive(scope(bare, http_version="2")).status == 200
    warnings = [record.getMessage() for record in guard_records(caplog.records, logging.WARNING)]
    assert len(warnings) == 4
    for cause in ("no library is installed", "a list in Upgrade", "a second Connection line", "extended CONNECT"):
        assert sum(cause in warning for warning in warnings) == 1


def test_valid_ones_can_be_rejected() -> None:
    app = Application(start(), BODY)
    guarded = Guarded(app, policy=Policy(raw_upgrades="reject"))
    connection = guarded.drive(scope())
    assert connection.status == 501 and app.scopes == []
    assert json.loads(connection.body)["code"] == "raw-upgrade"
    assert outcome(guarded) == ("denied", 501) and guarded.watcher.ids[-1] == "raw-upgrade"


def test_where_they_would_be_rejected_and_it_is_reported_only_they_pass() -> None:
    guarded = Guarded(Application(start(), BODY), policy=Policy(raw_upgrades="reject", report_only=True))
    assert guarded.drive(scope()).status == 200
    assert guarded.watcher.ids[-1] == "raw-upgrade", "every event says what would have been"


@pytest.mark.parametrize("http_version", ["2", "3"])
def test_over_http2_the_status_told_is_the_status_sent(http_version: str) -> None:
    changes: Changes = {"Upgrade": None, "Connection": None, "Sec-WebSocket-Key": None, "Sec-WebSocket-Version": "8"}
    guarded = Guarded(Application())
    connection = guarded.drive(scope(changes, http_version=http_version))
    assert connection.status == 400
    assert "connection" not in connection.fields and "upgrade" not in connection.fields
    assert outcome(guarded) == ("denied", 400)
