"""A handshake in a websocket scope: what is refused and how, and what the application may not break."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.testing import make_scope

from ..asgi_driver import ACCEPT, CLOSE, CONNECT, Application, Boom, Connection, Guarded, drive, guard_records, outcome

pytestmark = pytest.mark.asgi_ws_guard_strict

BAD: dict[str, Any] = {"Sec-WebSocket-Key": "hello!"}
START: Message = {"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]}
BODY: Message = {"type": "websocket.http.response.body", "body": b"no", "more_body": False}


def test_a_refusal_goes_out_by_the_denial_response_after_connect() -> None:
    app = Application(ACCEPT)
    guarded = Guarded(app)
    connection = guarded.drive(make_scope(BAD))
    assert connection.raised is None and connection.connected
    assert [message["type"] for message in connection.sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert json.loads(connection.body)["code"] == "key-base64"
    assert outcome(guarded) == ("denied", 400)
    assert app.scopes == [] and guarded.watcher.ended == []


@pytest.mark.parametrize("extensions", [{}, None, {"tls": {}}])
def test_a_refusal_is_a_close_where_the_server_has_no_denial_response(extensions: Any) -> None:
    app = Application(ACCEPT)
    guarded = Guarded(app)
    connection = guarded.drive(make_scope(BAD, extensions=extensions))
    assert connection.sent == [{"type": "websocket.close", "code": 1008}]
    assert connection.raised is None and connection.connected
    assert outcome(guarded) == ("denied", 400), "the event keeps the intended status"
    assert app.scopes == []


@pytest.mark.parametrize("extensions", [{"websocket.http.response": {}}, {}], ids=["denial", "close"])
@pytest.mark.parametrize(
    ("app", "detail"),
    [(Application(), "returned"), (Application(reads=0), "returned"), (Application(error=Boom()), "failed")],
    ids=["returns", "returns unread", "raises"],
)
def test_an_app_that_leaves_without_an_answer_is_answered_for(app: Application, detail: str, extensions: Any) -> None:
    """uvicorn's legacy implementation would write a 500 and then a whole 101; daphne would hang."""
    guarded = Guarded(app)
    connection = guarded.drive(make_scope(extensions=extensions))
    assert connection.status == (500 if extensions else 403)
    assert guarded.watcher.ids == ["app-answers"]
    assert detail in guarded.watcher.event.violations[0].detail
    if extensions:
        assert json.loads(connection.body)["code"] == "app-answers"
    else:
        assert connection.sent == [{"type": "websocket.close", "code": 1011}]


def test_a_subprotocol_that_was_not_offered_is_a_500_that_names_it(caplog: pytest.LogCaptureFixture) -> None:
    guarded = Guarded(Application({**ACCEPT, "subprotocol": "chat2"}))
    connection = guarded.drive(make_scope({"Sec-WebSocket-Protocol": "chat, superchat"}))
    assert connection.status == 500 and connection.raised is None
    assert json.loads(connection.body)["code"] == "subprotocol-offered"
    assert outcome(guarded) == ("failed", 500)
    [record] = guard_records(caplog.records, logging.ERROR)
    assert "chat2" in record.getMessage() and "superchat" not in record.getMessage()


@pytest.mark.parametrize("chosen", ["chat, s3cret-token", "s3cret-token, chat", " s3cret-token"])
def test_an_app_that_echoes_the_whole_list_shows_no_offered_token(
    chosen: str, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Guarded(Application({**ACCEPT, "subprotocol": chosen}))
    connection = guarded.drive(make_scope({"Sec-WebSocket-Protocol": "chat, s3cret-token"}))
    assert connection.status == 500
    assert b"s3cret" not in connection.body
    assert all("s3cret" not in str(vars(record)) for record in guard_records(caplog.records))


@pytest.mark.parametrize(
    "messages",
    [
        ({"type": "websocket.send", "text": "x"},),
        (CLOSE,),
        (ACCEPT,),
        (START, BODY),
    ],
)
def test_an_app_that_goes_on_after_it_was_answered_for_gets_an_os_error(messages: tuple[Message, ...]) -> None:
    seen: list[BaseException] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({**ACCEPT, "subprotocol": "unoffered"})
        assert (await receive())["type"] == (await receive())["type"] == "websocket.disconnect"
        for message in messages:
            try:
                await send(message)
            except OSError as error:
                seen.append(error)
        await send(CLOSE)

    guarded = Guarded(app)
    connection = guarded.drive(make_scope())
    assert len(seen) == len(messages)
    assert connection.raised is None, "it is ours, so it goes no further"
    assert outcome(guarded) == ("failed", 500)


def test_what_an_app_raises_of_its_own_after_it_was_answered_for_is_not_swallowed() -> None:
    error = Boom()
    guarded = Guarded(Application({**ACCEPT, "subprotocol": "unoffered"}, error=error))
    assert guarded.drive(make_scope()).raised is error
    assert outcome(guarded) == ("failed", 500)


def test_fields_that_are_the_servers_are_removed_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    headers = [
        (b"Sec-WebSocket-Accept", b"x"),
        (b"x-kept", b"1"),
        (b"upgrade", b"websocket"),
        (b"connection", b"close"),
    ]
    headers.append((b"sec-websocket-extensions", b"permessage-deflate"))
    guarded = Guarded(Application({**ACCEPT, "headers": headers}))
    connection = guarded.drive(make_scope())
    assert connection.sent == [{**ACCEPT, "headers": [(b"x-kept", b"1")]}]
    assert outcome(guarded) == ("accepted", 101) and guarded.watcher.ids == ["app-fields"]
    assert [record.levelname for record in guard_records(caplog.records, logging.WARNING)] == ["ERROR"]


@pytest.mark.parametrize(
    "policy", [Policy(report_only=True), Policy(tolerate={"app-fields"})], ids=["report", "tolerate"]
)
def test_reported_or_tolerated_fields_pass_and_are_flagged(policy: Policy) -> None:
    message = {**ACCEPT, "headers": [(b"sec-websocket-accept", b"x"), (b"x-kept", b"1")]}
    guarded = Guarded(Application(message), policy=policy)
    assert guarded.drive(make_scope()).sent == [message]
    assert guarded.watcher.ids == ["app-fields"]


@pytest.mark.parametrize(
    "policy", [Policy(report_only=True), Policy(tolerate={"subprotocol-offered"})], ids=["report", "tolerate"]
)
def test_a_reported_or_tolerated_choice_passes_and_is_flagged(policy: Policy) -> None:
    message = {**ACCEPT, "subprotocol": "unoffered"}
    guarded = Guarded(Application(message), policy=policy)
    assert guarded.drive(make_scope()).sent == [message]
    assert guarded.watcher.ids == ["subprotocol-offered"]
    assert outcome(guarded) == ("accepted", 101)


def test_a_tolerated_silence_is_left_to_the_server() -> None:
    guarded = Guarded(Application(), policy=Policy(tolerate={"app-answers"}))
    assert guarded.drive(make_scope()).sent == []
    assert outcome(guarded) == ("failed", 500) and guarded.watcher.ids == ["app-answers"]


def test_messages_pass_as_they_are() -> None:
    """No copy where nothing is to be changed: the server gets the application's own object."""
    messages: list[Message] = [
        {**ACCEPT, "headers": [(b"a", b"b")]},
        {"type": "websocket.send", "text": "x"},
        {**CLOSE},
    ]
    app = Application(*messages, reads=1)
    connection = Guarded(app).drive(make_scope(), [CONNECT])
    assert all(sent is message for sent, message in zip(connection.sent, messages, strict=True))
    assert app.received[0] is CONNECT


def test_after_the_accept_the_app_talks_to_the_server_alone() -> None:
    kept: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        kept.extend((receive, send))

    connection = Guarded(app).drive(make_scope())
    assert [aimed.__closure__[0].cell_contents for aimed in kept] == [connection.receive, connection.send]


def test_an_observer_that_raises_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    told: list[HandshakeEvent] = []

    class Faulty:
        def __call__(self, event: HandshakeEvent) -> None:
            raise Boom

        def closed(self, event: HandshakeEvent) -> None:
            raise Boom

    app = WebSocketGuardMiddleware(Application(ACCEPT), observers=[Faulty(), told.append])
    connection = drive(app, make_scope())
    assert connection.raised is None and connection.status == 101
    assert len(told) == 1
    assert [record.exc_info is not None for record in guard_records(caplog.records, logging.ERROR)] == [True, True]


@pytest.mark.parametrize("http_version", ["2", "3"])
def test_over_http2_the_status_told_is_the_status_sent(http_version: str) -> None:
    changes = {"Sec-WebSocket-Key": None, "Upgrade": None, "Connection": None, "Sec-WebSocket-Version": "8"}
    guarded = Guarded(Application())
    connection = guarded.drive(make_scope(changes, http_version=http_version))
    assert connection.status == 400 and not {b"connection", b"upgrade"} & {name for name, _ in connection.fields.raw}
    assert outcome(guarded) == ("denied", 400)


@pytest.mark.parametrize("http_version", ["2", "3"])
def test_over_http2_there_is_no_accept_to_verify(http_version: str) -> None:
    guarded = Guarded(Application(ACCEPT))
    guarded.drive(
        make_scope({"Sec-WebSocket-Key": None, "Upgrade": None, "Connection": None}, http_version=http_version)
    )
    event = guarded.watcher.event
    assert (event.outcome, event.status) == ("accepted", 200)
    assert (event.expected_accept, event.verification) == (None, "not-applicable")


def test_what_an_accepted_event_tells() -> None:
    scope = make_scope({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}, path="/chat", client=("::1", "7"))
    guarded = Guarded(Application(ACCEPT), paths={"/c*": Policy()})
    guarded.drive(scope)
    event = guarded.watcher.event
    assert (event.client, event.path, event.pattern) == (("::1", 7), "/chat", "/c*")
    assert event.expected_accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert (event.emitted_accept, event.response, event.verification) == (None, None, "unobserved")
    assert guarded.watcher.ids == ["key-sample"], "flagged, and passed"
    assert 0 < event.duration < 5
    assert event.handshake.host == "example.com" and not event.report_only


def test_a_refusal_yields_once_before_it_returns() -> None:
    """uvicorn's sansio logs a false ERROR when the callable returns in the loop turn of the denial's body."""
    turns: list[str] = []

    async def serve() -> None:
        connection = Connection(make_scope(BAD))
        loop = asyncio.get_running_loop()

        async def send(message: Message) -> None:
            await connection.send(message)
            if message["type"].endswith(".body"):
                loop.call_soon(turns.append, "the next turn")

        await Guarded(Application()).app(connection.scope, connection.receive, send)
        turns.append("returned")

    asyncio.run(serve())
    assert turns == ["the next turn", "returned"]


SWITCHING = [
    {"status": 101, "headers": [(b"upgrade", b"websocket"), (b"sec-websocket-accept", b"AAAA")]},
    {"status": 200, "headers": [(b"Sec-WebSocket-Accept", b"AAAA")]},
]


@pytest.mark.parametrize("start", SWITCHING, ids=["101", "accept"])
def test_a_denial_that_looks_like_an_accept_is_replaced(start: dict[str, Any]) -> None:
    """To a proxy in front a 101 is a tunnel, whoever meant it."""
    body = {"type": "websocket.http.response.body", "body": b"x", "more_body": False}
    app = Application({"type": "websocket.http.response.start", **start}, body)
    guarded = Guarded(app)
    connection = guarded.drive(make_scope())
    assert connection.raised is None and connection.status == 500
    assert outcome(guarded) == ("failed", 500) and guarded.watcher.ids == ["http-101"]
    reported = Guarded(app, policy=Policy(report_only=True))
    assert reported.drive(make_scope()).status == start["status"]
    assert reported.watcher.ids == ["http-101"]


def test_an_empty_subprotocol_is_none_and_one_of_bytes_is_named() -> None:
    guarded = Guarded(Application({**ACCEPT, "subprotocol": ""}))
    assert guarded.drive(make_scope()).sent == [{**ACCEPT, "subprotocol": None}]
    assert outcome(guarded) == ("accepted", 101)
    guarded = Guarded(Application({**ACCEPT, "subprotocol": b"chat"}))
    assert guarded.drive(make_scope()).status == 500
    assert guarded.watcher.ids == ["subprotocol-single"]
