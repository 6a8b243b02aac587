"""The application that the servers of this suite run, bare and guarded, and the record of what reached it.

Each line of the file that STACKS_RECORD names is one fact in JSON: a scope as the server made it ("server"), a scope
as the application got it ("app"), a decision of the guard ("event").
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


def _record(kind: str, path: str, **facts: object) -> None:
    """Append one line; O_APPEND and one write keep the lines of concurrent handshakes whole."""
    line = json.dumps({"kind": kind, "path": path, **facts}) + "\n"
    descriptor = os.open(os.environ["STACKS_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def _record_scope(kind: str, scope: Scope) -> None:
    _record(
        kind,
        scope["path"],
        type=scope["type"],
        method=scope.get("method"),
        http_version=scope.get("http_version"),
        fields=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        subprotocols=list(scope.get("subprotocols") or ()),
    )


def _record_event(event: HandshakeEvent) -> None:
    _record(
        "event",
        event.path,
        outcome=event.outcome,
        status=event.status,
        violations=[violation.requirement.id for violation in event.violations],
        verification=event.verification,
        expected_accept=event.expected_accept,
    )


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _echo(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


async def _answer(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Accepts every websocket and echoes, answers 200 to everything else."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    _record_scope("app", scope)
    await (_echo(receive, send) if scope["type"] == "websocket" else _answer(send))


# This suite is about the specifications: what a deployment wishes beyond them is switched off.
_guard = WebSocketGuardMiddleware(
    bare,
    policy=Policy(allowed_origins="*", max_field_count=None, max_field_bytes=None),
    observers=[_record_event],
    observe_wire=os.environ["STACKS_OBSERVE_WIRE"] == "1",
)


async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
    """The same application under the guard, with a note of each scope before the guard sees it."""
    if scope["type"] != "lifespan":
        _record_scope("server", scope)
    await _guard(scope, receive, send)


# The guard's own log is kept out of the server's, which must stay clean.
_log = logging.getLogger("asgi_ws_guard")
_log.propagate = False
_log.addHandler(logging.FileHandler(os.environ["STACKS_GUARD_LOG"]))
