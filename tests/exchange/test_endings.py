"""Every ending that a handshake in a websocket scope can have: each of them is one event."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import trio

from asgi_ws_guard import Policy
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.testing import make_scope

from ..asgi_driver import (
    ACCEPT,
    CLOSE,
    GONE,
    Application,
    Boom,
    ClientGoneError,
    Guarded,
    Halt,
    ServerError,
    drive,
    drive_until_it_waits,
    fails_on,
    guard_records,
    outcome,
)

pytestmark = pytest.mark.asgi_ws_guard_strict

BAD: dict[str, Any] = {"Sec-WebSocket-Key": "hello!"}
START: Message = {"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]}
BODY: Message = {"type": "websocket.http.response.body", "body": b"no", "more_body": False}


# What the application does, what the server does meanwhile, and what becomes of it.
ENDINGS: tuple[tuple[str, Application, dict[str, Any], tuple[str, int | None]], ...] = (
    ("the app accepts", Application(ACCEPT), {}, ("accepted", 101)),
    ("the app accepts before it reads", Application(ACCEPT, reads=0), {}, ("accepted", 101)),
    ("the app accepts and closes", Application(ACCEPT, CLOSE), {}, ("accepted", 101)),
    ("the app accepts and raises", Application(ACCEPT, error=Boom()), {}, ("accepted", 101)),
    ("the app accepts and is halted", Application(ACCEPT, error=Halt()), {}, ("accepted", 101)),
    ("the app closes", Application(CLOSE), {}, ("refused", 403)),
    ("the app closes and raises", Application(CLOSE, error=Boom()), {}, ("refused", 403)),
    ("the app denies", Application(START, BODY), {}, ("refused", 401)),
    ("the app denies and raises between", Application(START, error=Boom()), {}, ("refused", 401)),
    ("the app raises", Application(error=Boom()), {}, ("failed", 500)),
    ("the app raises before it reads", Application(reads=0, error=Boom()), {}, ("failed", 500)),
    ("the app returns", Application(), {}, ("failed", 500)),
    ("the app returns before it reads", Application(reads=0), {}, ("failed", 500)),
    ("the app sends a frame too soon", Application({"type": "websocket.send", "text": "x"}), {}, ("failed", 500)),
    ("the app is halted", Application(error=Halt()), {}, ("abandoned", None)),
    ("the app is cancelled", Application(error=asyncio.CancelledError()), {}, ("abandoned", None)),
    ("gone before connect, the app returns", Application(), {"incoming": [GONE]}, ("abandoned", None)),
    ("gone before connect, the app raises", Application(error=Boom()), {"incoming": [GONE]}, ("abandoned", None)),
    ("gone during the app, it returns", Application(reads=2), {}, ("abandoned", None)),
    ("gone during the app, it raises", Application(reads=2, error=Boom()), {}, ("abandoned", None)),
    ("gone at the accept", Application(ACCEPT), fails_on("websocket.accept", ClientGoneError), ("abandoned", None)),
    ("gone at the close", Application(CLOSE), fails_on("websocket.close", BrokenPipeError), ("abandoned", None)),
    ("gone at the denial", Application(START, BODY), fails_on("websocket.http", OSError), ("abandoned", None)),
    ("the server refuses the accept", Application(ACCEPT), fails_on("websocket.accept", ServerError), ("failed", 500)),
)


@pytest.mark.parametrize(("app", "options", "expected"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
@pytest.mark.parametrize("observe_wire", [True, False])
def test_every_ending_is_one_event(
    app: Application, options: dict[str, Any], expected: tuple[str, int | None], observe_wire: bool
) -> None:
    guarded = Guarded(app, observe_wire=observe_wire)
    connection = guarded.drive(make_scope(), **options)
    assert outcome(guarded) == expected
    assert guarded.watcher.ended == (guarded.watcher.events if expected[0] == "accepted" else [])
    if app.error is not None:
        assert connection.raised is app.error, "what the application raises is the server's to see"


@pytest.mark.parametrize(("app", "options", "expected"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
@pytest.mark.parametrize(
    "policy", [Policy(report_only=True), Policy(tolerate={"key-base64"})], ids=["report", "tolerate"]
)
def test_what_is_reported_or_tolerated_ends_as_if_there_were_no_guard(
    app: Application, options: dict[str, Any], expected: tuple[str, int | None], policy: Policy
) -> None:
    guarded = Guarded(app, policy=policy)
    connection = guarded.drive(make_scope(BAD), **options)
    assert outcome(guarded) == expected
    assert guarded.watcher.ids[0] == "key-base64"
    assert guarded.watcher.event.report_only is policy.report_only
    if policy.report_only:
        bare = drive(app, make_scope(BAD), **options)
        assert (connection.sent, repr(connection.raised)) == (bare.sent, repr(bare.raised))


@pytest.mark.parametrize("policy", [Policy(report_only=True), Policy()], ids=["report", "enforce"])
@pytest.mark.parametrize("messages", [(), (ACCEPT,)], ids=["before", "after"])
def test_cancelled_while_the_app_waits_for_the_client(messages: tuple[Message, ...], policy: Policy) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for message in messages:
            await send(message)
        await receive()

    guarded = Guarded(app, policy=policy)
    connection = drive_until_it_waits(guarded.app, make_scope())
    assert isinstance(connection.raised, asyncio.CancelledError)
    assert outcome(guarded) == (("accepted", 101) if messages else ("abandoned", None))
    assert len(guarded.watcher.ended) == len(messages)


@pytest.mark.parametrize("kind", ["websocket.accept", "websocket.close", "websocket.http.response.start"])
def test_cancelled_in_a_send_that_never_returns(kind: str) -> None:
    app = Application({"websocket.accept": ACCEPT, "websocket.close": CLOSE}.get(kind, START))
    guarded = Guarded(app)
    connection = drive_until_it_waits(guarded.app, make_scope(), stalls=lambda message: message["type"] == kind)
    assert isinstance(connection.raised, asyncio.CancelledError)
    assert outcome(guarded) == ("abandoned", None)


@pytest.mark.parametrize("extensions", [{"websocket.http.response": {}}, {}], ids=["denial", "close"])
def test_cancelled_while_the_guard_refuses(extensions: dict[str, Any]) -> None:
    whatever: tuple[dict[str, Any], ...] = ({"incoming": []}, {"stalls": lambda message: True})
    for options in whatever:
        guarded = Guarded(Application())
        connection = drive_until_it_waits(guarded.app, make_scope(BAD, extensions=extensions), **options)
        assert isinstance(connection.raised, asyncio.CancelledError)
        assert outcome(guarded) == ("abandoned", None)


@pytest.mark.parametrize("extensions", [{"websocket.http.response": {}}, {}], ids=["denial", "close"])
@pytest.mark.parametrize(
    "options",
    [
        {"incoming": [GONE]},
        {"incoming": []},
        fails_on("websocket", ClientGoneError),
        fails_on("websocket", BrokenPipeError),
    ],
    ids=["gone before connect", "nothing but gone", "gone at the answer", "broken at the answer"],
)
def test_a_client_that_is_gone_when_it_is_refused_is_abandoned(options: dict[str, Any], extensions: Any) -> None:
    guarded = Guarded(Application())
    connection = guarded.drive(make_scope(BAD, extensions=extensions), **options)
    assert connection.raised is None and connection.sent == []
    assert outcome(guarded) == ("abandoned", None)


def test_a_client_that_is_gone_between_the_start_and_the_body_of_a_refusal() -> None:
    guarded = Guarded(Application())
    connection = guarded.drive(make_scope(BAD), **fails_on("websocket.http.response.body", ClientGoneError))
    assert connection.raised is None and connection.status == 400
    assert len(guarded.watcher.events) == 1


@pytest.mark.parametrize("app", [Application(reads=0), Application(reads=0, error=Boom())], ids=["returns", "raises"])
def test_an_app_is_not_blamed_for_a_client_that_went_unseen(app: Application, caplog: pytest.LogCaptureFixture) -> None:
    """An app that has not read yet leaves like one that has: the guard finds the disconnect when it wants to answer."""
    guarded = Guarded(app)
    guarded.drive(make_scope(), [GONE])
    assert outcome(guarded) == ("abandoned", None)
    assert guard_records(caplog.records, logging.WARNING) == []


def test_a_message_that_only_the_server_knows_decides_nothing() -> None:
    app = Application({"type": "websocket.of.tomorrow"}, ACCEPT, CLOSE)
    guarded, sent = Guarded(app), list[Message]()

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(guarded.app(make_scope(), receive, send))
    assert sent == list(app.messages)
    assert outcome(guarded) == ("accepted", 101)


@pytest.mark.parametrize("extensions", [{"websocket.http.response": {}}, {}], ids=["denial", "close"])
def test_a_refusal_needs_no_asyncio(extensions: dict[str, Any]) -> None:
    """hypercorn runs on trio as well."""
    guarded, sent = Guarded(Application()), list[str]()

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"].rpartition(".")[2])

    trio.run(guarded.app, make_scope(BAD, extensions=extensions), receive, send)
    assert sent == (["start", "body"] if extensions else ["close"])
    assert outcome(guarded) == ("denied", 400)


@pytest.mark.parametrize("error", [RuntimeError, ServerError])
def test_a_server_that_fails_in_a_refusal_is_one_event_and_its_own_error(error: type[Exception]) -> None:
    guarded = Guarded(Application())
    connection = guarded.drive(make_scope(BAD), **fails_on("websocket", error))
    assert isinstance(connection.raised, error)
    assert len(guarded.watcher.events) == 1
