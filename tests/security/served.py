"""The application that real servers run: the deployment that the field X-Deployment names, and a record of it.

Each line of the file that STACKS_RECORD names is one fact in JSON: an endpoint that was reached, or the pattern of an
event, of the handshake that X-Handshake numbers.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable
from typing import TypeAlias

from asgi_ws_guard import HandshakeEvent
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send
from tests.security.deployments import Deployment

Record: TypeAlias = Callable[[str, str, str], None]  # kind, number of the handshake, and what was seen
DEPLOYMENT, NUMBER = "X-Deployment", "X-Handshake"


class Served:
    """`record` is told "reached" and the endpoint, "event" and its pattern, and "path" of what is plain HTTP."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.deployed = functools.cache(self._deployed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.deployed(_field(scope["headers"], DEPLOYMENT))(scope, receive, send)
        elif scope["type"] == "http":
            self._record("path", "", scope["path"])
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await _lifespan(receive, send)

    def reached(self, endpoint: str, scope: Scope) -> None:
        self._record("reached", _field(scope["headers"], NUMBER), endpoint)

    def event(self, event: HandshakeEvent) -> None:
        self._record("event", _field(event.handshake.fields.raw, NUMBER), event.pattern)

    def _deployed(self, name: str) -> ASGIApp:
        return Deployment.named(name).app(self.reached, [self.event])


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def _field(headers: Iterable[tuple[bytes, bytes]], wanted: str) -> str:
    return next(value.decode() for name, value in headers if name.lower() == wanted.lower().encode())


@functools.cache
def _file() -> int:
    return os.open(os.environ["STACKS_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _to_file(kind: str, number: str, seen: str) -> None:
    """In one write, and before the client is answered."""
    os.write(_file(), (json.dumps({"kind": kind, "number": number, "path": seen}) + "\n").encode())


app = Served(_to_file)
