"""An http request that means no WebSocket passes untouched, and no 101 of an application's own gets out."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import Policy
from asgi_ws_guard.asgi import Message, Receive, Scope, Send, means_websocket
from asgi_ws_guard.exchange.app_fields import has_101_or_accept
from asgi_ws_guard.testing import Changes

from ..asgi_driver import Application, Connection, Guarded, ServerError, drive, guard_records
from ..http_scope import ACCEPT, BODY, PLAIN, UPGRADE, scope, start

pytestmark = pytest.mark.asgi_ws_guard_strict


def test_treating_websocket_upgrade_as_plain_http_101_without_validating_key_and_version() -> None:
    """The mistake, as the page on Sec-WebSocket-Key puts it, and all of its forms: none of them gets a 101 out."""

    async def mistaken(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(101, *UPGRADE))
        await send({"type": "http.response.body", "body": b"\x81\x02hi"})

    unread: tuple[Changes, ...] = (
        {"Sec-WebSocket-Key": None},
        {"Sec-WebSocket-Key": "hello"},
        {"Sec-WebSocket-Key": ["hello", "dGhlIHNhbXBsZSBub25jZQ=="]},
        {"Sec-WebSocket-Version": None},
        {"Sec-WebSocket-Version": "8"},
        {"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None},
    )
    for changes in (*unread, {}, PLAIN, {**PLAIN, "Upgrade": "h2c"}):
        guarded = Guarded(mistaken)
        connection = guarded.drive(scope(changes))
        assert connection.status in (400, 426) if changes in unread else connection.status == 500
        assert b"\x81" not in connection.body
        assert connection.fields.get_all("connection")[-1].endswith("close")


PLAIN_ONES: tuple[Changes, ...] = (
    PLAIN,
    {**PLAIN, "Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABkAAQ"},
    {**PLAIN, "Upgrade": "h2c", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"},
    {**PLAIN, "Upgrade": "TLS/1.0", "Connection": "Upgrade"},
    {**PLAIN, "Connection": "Upgrade"},
    {**PLAIN, "Host": None},
    {**PLAIN, "Content-Length": "5", "Cookie": b"\xff\x00"},
)


@pytest.mark.parametrize("changes", PLAIN_ONES)
@pytest.mark.parametrize("http_version", ["1.0", "1.1", "2"])
def test_other_requests_pass_untouched(changes: Changes, http_version: str, caplog: pytest.LogCaptureFixture) -> None:
    app = Application(start(200, (b"upgrade", b"h2c")), BODY, reads=2)
    guarded = Guarded(app)
    given = scope(changes, http_version=http_version, method="POST")
    connection = guarded.drive(given)
    assert app.scopes[0] is given
    assert all(sent is message for sent, message in zip(connection.sent, app.messages, strict=True))
    assert guarded.watcher.events == [] and guard_records(caplog.records) == []


REQUEST_NAMES = st.sampled_from(["Upgrade", "SEC-WEBSOCKET-KEY", "sec-websocket-version", "referer", "x" * 64, ""])
REQUEST_FIELDS = st.lists(st.tuples(REQUEST_NAMES, st.sampled_from(["websocket", "h2c", "13"])), max_size=4)


@given(REQUEST_FIELDS)
def test_the_cheap_pass_finds_what_the_plain_question_does(fields: list[tuple[str, str]]) -> None:
    headers = [(name.encode(), value.encode()) for name, value in fields]
    app = Application(start(), BODY)
    connection = Guarded(app).drive({**scope(PLAIN), "headers": headers})
    assert (connection.status != 200) is means_websocket(headers)  # no whole handshake is among them


def test_without_headers_there_is_nothing_to_find() -> None:
    given = scope(PLAIN)
    del given["headers"]
    assert Guarded(Application(start(), BODY)).drive(given).status == 200


def test_receive_is_handed_on_untouched() -> None:
    seen: list[Receive] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(receive)

    async def serve(given: Scope) -> Connection:
        connection = Connection(given)
        await Guarded(app).app(given, connection.receive, connection.send)
        return connection

    for changes in ({}, PLAIN):
        connection = asyncio.run(serve(scope(changes)))
        assert seen.pop() == connection.receive


@pytest.mark.parametrize(
    "message",
    [
        start(101, *UPGRADE, ACCEPT),
        start(101),
        start(200, ACCEPT),
        start(200, (b"SEC-WEBSOCKET-ACCEPT", b"x")),
        start(200, ("Sec-WebSocket-Accept", "x")),
        start(200, (b"sec-websocket-accept ", b"x")),
        start(200, (b"\r\nsec-websocket-accept", b"x")),
        start(200, (bytearray(b"sec-websocket-accept"), b"x")),
        start(200, (b"sec-websocket-accept\xa0", b"x")),
        start("101"),
        start(101.5),
        {"type": "http.response.informational", "status": 101, "headers": []},
        {"type": "http.response.informational", "status": "101 X\r\nSec-WebSocket-Accept: x", "headers": []},
        {"type": "http.response.informational", "status": b"101 X", "headers": []},
        *(start(status, (b"content-length", b"9")) for status in (100, 102, 103, 199)),
    ],
)
@pytest.mark.parametrize("changes", PLAIN_ONES[:3])
def test_no_other_request_gets_a_101(changes: Changes, message: Message, caplog: pytest.LogCaptureFixture) -> None:
    guarded = Guarded(Application(message, BODY, BODY))
    connection = guarded.drive(scope(changes))
    assert connection.status == 500 and connection.raised is None
    assert json.loads(connection.body)["code"] == "http-101"
    assert connection.fields.get_all("connection") == ["close"]
    assert guarded.watcher.events == []
    assert [record.levelname for record in guard_records(caplog.records)] == ["ERROR"]


ROUND_IT = st.sampled_from(["", " ", "\t", "\r\n", "\x0b", "\x1f", "\x85", "\xa0", "-", ":"])
ACCEPTS = st.tuples(ROUND_IT, st.sampled_from(["sec-websocket-accept", "Sec-WebSocket-ACCEPT"]), ROUND_IT).map("".join)
NAMES = st.one_of(ACCEPTS, st.sampled_from(["sec-websocket-accepts", "strict-transport-security", "date", "", " "]))
AS = st.sampled_from([lambda name: name, str.encode, lambda name: bytearray(name, "latin-1"), lambda name: None])
ITEMS = st.one_of(
    st.tuples(st.builds(lambda name, kind: kind(name), NAMES, AS), st.just(b"x")),
    st.sampled_from([None, 7, (b"sec-websocket-accept",), ("a", "b", "c"), "ab", b"ab", [b"x", 1]]),
)
STATUSES = st.sampled_from([101, 200, 404, 100, "101", b"101", 101.5, None, "x", float("nan"), HTTPStatus.FOUND])


@given(STATUSES, st.lists(ITEMS, max_size=3), st.sampled_from([list, tuple, iter, lambda _: None]))
def test_the_shortcut_sees_what_the_plain_question_does(status: Any, headers: Any, kind: Any) -> None:
    """`without_101` asks `has_101_or_accept` only where there may be one; the server alone says what it cannot take."""
    message: Message = {"type": "http.response.start", "status": status, "headers": kind(headers)}
    plain = {**message, "headers": headers if message["headers"] is not None else None}
    seen: list[Message] = []
    connection = Guarded(Application(message, BODY)).drive(scope(PLAIN), fails=seen.append)
    if has_101_or_accept(plain):
        assert connection.status == 500 and connection.raised is None
    else:
        sent = seen[0]["headers"]
        assert {**seen[0], "headers": sent if sent is None else list(sent)} == plain
        assert repr(connection.raised) == repr(drive(Application(plain, BODY), scope(PLAIN)).raised)


@pytest.mark.parametrize("message", [start(None), start(200, None), start(object(), ("a",)), start(200, (7, b"x"))])
def test_what_is_no_message_is_left_to_the_server(message: Message) -> None:
    connection = Guarded(Application(message, BODY)).drive(scope(PLAIN), fails=lambda _: ServerError("as it says"))
    assert connection.raised is not None and str(connection.raised) == "as it says"


@pytest.mark.parametrize(
    "options",
    [{"policy": Policy(report_only=True)}, {"paths": {"*": None}}, {"policy": Policy(tolerate={"http-101"})}],
    ids=["report", "unguarded", "tolerate"],
)
def test_unless_it_is_allowed_to(options: dict[str, Any]) -> None:
    guarded = Guarded(Application(start(101, *UPGRADE, ACCEPT), BODY), **options)
    connection = guarded.drive(scope(PLAIN))
    assert connection.status == 101 and connection.body == b"hello"


def test_a_streamed_answer_passes_message_by_message() -> None:
    chunks: list[Message] = [{"type": "http.response.body", "body": b"x", "more_body": True} for _ in range(50)]
    app = Application(start(), *chunks, BODY)
    connection = Guarded(app).drive(scope(PLAIN))
    assert all(sent is message for sent, message in zip(connection.sent, app.messages, strict=True))
