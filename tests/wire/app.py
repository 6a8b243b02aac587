"""The application of this suite, under the guard with the wire observed, on servers that are broken on demand.

A path is /MODE/NAME/NONCE. NAME asks for a breakage; what the guard does about it is MODE: enforce or report.
Records go to the file that STACKS_RECORD names, as those of the stacks do: "app" what reached the application,
"end" how a WebSocket ended for it, "event" what the guard told, "closed" that it told the end.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.routing import Mount

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.policy.denial import Denial
from tests.wire.broken_servers import break_server
from tests.wire.recording import census, record

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

break_server()


class Recorder:
    """An observer that writes down what it is told."""

    def __call__(self, event: HandshakeEvent) -> None:
        record(
            "event",
            event.path,
            outcome=event.outcome,
            status=event.status,
            violations=[violation.requirement.id for violation in event.violations],
            verification=event.verification,
            expected_accept=event.expected_accept,
            emitted_accept=event.emitted_accept,
            seen=None if event.response is None else event.response.status,
            method=event.handshake.method,
            client=event.client,
        )

    def closed(self, event: HandshakeEvent) -> None:
        record("closed", event.path)


def _tasks() -> int:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # trio
        return 0


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Accepts what comes with the first offered subprotocol, echoes it, and answers 200 to plain http."""
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    record("app", scope["path"], type=scope["type"], headers=headers)
    await (_websocket(scope, receive, send) if scope["type"] == "websocket" else _http(scope, send))


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _http(scope: Scope, send: Send) -> None:
    body = b""
    if scope["path"].startswith("/census"):
        gc.collect()
        body = json.dumps({**census(), "tasks": _tasks()}).encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _websocket(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if scope["path"].startswith("/returns/"):
        return
    if scope["path"].startswith("/closes/"):
        return await send({"type": "websocket.close", "code": 1000})
    if scope["path"].startswith("/sleeps/"):
        await receive()
        return
    offers = scope["subprotocols"]
    name: str = (scope["path"] + "//").split("/")[2]
    key = dict(scope["headers"]).get(b"sec-websocket-key", b"")
    headers = [(b"x-breakage", (name or "none").encode() + b" " + key)]
    try:
        await send({"type": "websocket.accept", "subprotocol": offers[0] if offers else None, "headers": headers})
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("text") == "census":
                await send({"type": "websocket.send", "text": json.dumps(census())})
            elif message.get("text") is not None:
                await send({"type": "websocket.send", "text": message["text"]})
            else:
                await send({"type": "websocket.send", "bytes": message["bytes"]})
        record("end", scope["path"], what=message["type"])
    except OSError:
        record("end", scope["path"], what="OSError")
        raise


_verifies = os.environ.get("WIRE_VERIFY_SERVER") == "1"

guarding: dict[str, Any] = {
    "policy": Policy(allowed_origins="*", allow_missing_origin=not _verifies),
    "observers": [Recorder()],
    "paths": {
        "/report/*": Policy(allowed_origins="*", report_only=True),
        "/origin/*": Policy(),
        "/asgi-ws-guard-self-check": Policy(),  # which refuses the check of another worker
        "/host/*": Policy(allowed_hosts=["other.example"]),
        "/tls/*": Policy(require_tls=True),
        "/subprotocol/*": Policy(subprotocols=["chat"], require_subprotocol=True),
        "/size/*": Policy(max_field_count=3),
        "/authorize/*": Policy(authorize=lambda *_: Denial(401, "who are you", {"WWW-Authenticate": "Bearer"})),
        "/sleeps/*": Policy(allowed_origins="*", accept_timeout=0.2),
    },
    "verify_server": _verifies,
}

app = WebSocketGuardMiddleware(application, **guarding)

starlette = Starlette(routes=[Mount("/", application)])
starlette.add_middleware(WebSocketGuardMiddleware, **guarding)

# The guard's own log is kept out of the server's, which must stay clean.
_log = logging.getLogger("asgi_ws_guard")
_log.setLevel(logging.INFO)
_log.propagate = False
_handler = logging.FileHandler(os.environ["STACKS_GUARD_LOG"])
_handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
_log.addHandler(_handler)
