"""A small ASGI server in process: one connection, a queue of what comes in, and a server's strictness about messages.

What it refuses with `ServerError` is what uvicorn, hypercorn or granian refuse: a message out of turn, a key missing in
a denial, a denial in two bodies. A refusal of the guard's that passes here is a legal one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from asgi_ws_guard import HandshakeEvent, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Message, Receive, Scope, Send
from asgi_ws_guard.handshake import Fields

CONNECT: Message = {"type": "websocket.connect"}
GONE: Message = {"type": "websocket.disconnect", "code": 1006}
REQUEST: Message = {"type": "http.request", "body": b"", "more_body": False}
ACCEPT: Message = {"type": "websocket.accept"}
CLOSE: Message = {"type": "websocket.close", "code": 1000}

_DENIAL = "websocket.http.response"


class ServerError(RuntimeError):
    """What this server raises to an application that sends what it may not."""


class ClientGoneError(ConnectionError):
    """What this server raises where there is nobody to send to (ASGI 2.4)."""


class Halt(BaseException):
    """Neither an Exception nor asyncio's cancellation: what trio.Cancelled and SystemExit are to a middleware."""


class Connection:
    """One connection. `incoming` is delivered first, then, where the server hangs up, an endless disconnect.

    fails   called with each message before it is taken; what it returns is raised
    stalls  called with each message before it is taken; True: `send` never returns
    """

    def __init__(
        self,
        scope: Scope,
        incoming: Iterable[Message] | None = None,
        *,
        fails: Callable[[Message], BaseException | None] = lambda message: None,
        stalls: Callable[[Message], bool] = lambda message: False,
        hangs_up: bool = True,
    ) -> None:
        self.scope = scope
        self.kind: str = scope["type"].split(".", 1)[0]
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        for message in ([REQUEST] if self.kind == "http" else [CONNECT]) if incoming is None else incoming:
            self.inbox.put_nowait(message)
        self.fails = fails
        self.stalls = stalls
        self.waits = asyncio.Event()  # for good: for a message that never comes, or in a send that never returns
        self.hangs_up = hangs_up
        self.state = "opening"
        self.connected = False
        self.sent: list[Message] = []
        self.raised: BaseException | None = None

    async def receive(self) -> Message:
        if self.inbox.empty() and self.hangs_up:
            return dict(GONE) if self.kind == "websocket" else {"type": "http.disconnect"}
        if self.inbox.empty():
            self.waits.set()
        message = await self.inbox.get()
        self.connected = self.connected or message["type"] == "websocket.connect"
        return message

    async def send(self, message: Message) -> None:
        if error := self.fails(message):
            raise error
        if self.stalls(message):
            self.waits.set()
            await asyncio.Event().wait()
        self.state = self._after(message)
        self.sent.append(message)

    async def serve(self, app: ASGIApp) -> None:
        """Run the application as a server does; an error of its is kept, and the scope must be as it was."""
        before = deepcopy(self.scope)
        try:
            await app(self.scope, self.receive, self.send)
        except (Exception, asyncio.CancelledError, Halt) as error:
            self.raised = error
        assert self.scope == before, "the scope was changed"

    def _after(self, message: Message) -> str:
        """The state after a message, ServerError where it has no place."""
        kind = message["type"]
        if self.state == "closed":
            raise ClientGoneError("the connection is closed")
        if self.kind == "http":
            return self._after_http(kind, message)
        if kind == "websocket.accept" and self.state == "opening":
            return "open"
        if kind == "websocket.close" and self.state in ("opening", "open"):
            return "closed"
        if kind == "websocket.send" and self.state == "open":
            return "open"
        if kind == f"{_DENIAL}.start" and self.state == "opening" and self.connected and self._denies():
            _whole_start(message)
            return "denying"
        if kind == f"{_DENIAL}.body" and self.state == "denying":
            if message["more_body"]:
                raise ServerError("more_body is not supported")
            _is_bytes(message["body"])
            return "closed"
        raise ServerError(f"{kind} in state {self.state}")

    def _after_http(self, kind: str, message: Message) -> str:
        if kind == "http.response.start" and self.state == "opening":
            _whole_start(message)
            return "body"
        if kind == "http.response.body" and self.state == "body":
            return "body" if message.get("more_body") else "closed"
        raise ServerError(f"{kind} in state {self.state}")

    def _denies(self) -> bool:
        return _DENIAL in (self.scope.get("extensions") or ())

    @property
    def status(self) -> int | None:
        """The status that the client reads, None where there is no answer."""
        for message in self.sent:
            if message["type"].endswith("response.start"):
                status: int = message["status"]
                return status
            if message["type"] == "websocket.accept":
                return 101
            if message["type"] == "websocket.close":
                return 403
        return None

    @property
    def fields(self) -> Fields:
        """The fields of the answer that was sent by start and body."""
        starts = [message for message in self.sent if message["type"].endswith("response.start")]
        return Fields(starts[0]["headers"] if starts else ())

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def _whole_start(message: Message) -> None:
    if not isinstance(message["status"], int):
        raise ServerError("the status is no int")
    for name, value in message.get("headers") or ():
        _is_bytes(name)
        _is_bytes(value)


def _is_bytes(value: object) -> None:
    if not isinstance(value, bytes):
        raise ServerError(f"{value!r} is no bytes")


class Watcher:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[HandshakeEvent] = []
        self.ended: list[HandshakeEvent] = []

    def __call__(self, event: HandshakeEvent) -> None:
        self.events.append(event)

    def closed(self, event: HandshakeEvent) -> None:
        self.ended.append(event)

    @property
    def event(self) -> HandshakeEvent:
        """The one event of one handshake: that it is one is part of the answer."""
        [event] = self.events
        return event

    @property
    def ids(self) -> list[str]:
        return [violation.requirement.id for violation in self.event.violations]


class Application:
    """An application that sends what it was given and keeps the scopes that reached it."""

    def __init__(self, *messages: Message, reads: int = 1, error: BaseException | None = None) -> None:
        self.messages = messages
        self.reads = reads
        self.error = error
        self.scopes: list[Scope] = []
        self.received: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        for _ in range(self.reads):
            self.received.append(await receive())
        for message in self.messages:
            await send(message)
        if self.error is not None:
            raise self.error


class Guarded:
    """An application behind the guard, with a watcher: `drive` one connection through it."""

    def __init__(self, app: ASGIApp, **options: Any) -> None:
        self.watcher = Watcher()
        self.app = WebSocketGuardMiddleware(app, observers=[self.watcher], **options)

    def drive(self, scope: Scope, incoming: Iterable[Message] | None = None, **options: Any) -> Connection:
        """One connection from its scope to the end of the application."""
        return drive(self.app, scope, incoming, **options)


def drive(app: ASGIApp, scope: Scope, incoming: Iterable[Message] | None = None, **options: Any) -> Connection:
    """One connection from its scope to the end of `app`; five seconds without an end are a fault."""

    async def serve() -> Connection:
        connection = Connection(scope, incoming, **options)
        await asyncio.wait_for(connection.serve(app), 5)
        return connection

    return asyncio.run(serve())


def drive_until_it_waits(
    app: ASGIApp, scope: Scope, incoming: Iterable[Message] | None = None, **options: Any
) -> Connection:
    """One connection, cancelled when it waits for good: for a client that says nothing, or in a stalled send."""

    async def serve() -> Connection:
        connection = Connection(scope, incoming, hangs_up=False, **options)
        task = asyncio.ensure_future(connection.serve(app))
        await asyncio.wait_for(connection.waits.wait(), 5)
        task.cancel()
        await asyncio.wait_for(task, 5)
        return connection

    return asyncio.run(serve())


def guard_records(records: Iterable[logging.LogRecord], level: int = logging.NOTSET) -> list[logging.LogRecord]:
    """The records of the guard's own logger, from `level` up."""
    return [record for record in records if record.name == "asgi_ws_guard" and record.levelno >= level]


class Boom(Exception):
    """The application's own."""


def fails_on(kind: str, error: Callable[[], BaseException]) -> dict[str, Any]:
    """Options of a Connection whose server raises at messages of this kind."""
    return {"fails": lambda message: error() if message["type"].startswith(kind) else None}


def outcome(guarded: Guarded) -> tuple[str, int | None]:
    """How the one handshake ended, and with which status."""
    return guarded.watcher.event.outcome, guarded.watcher.event.status
