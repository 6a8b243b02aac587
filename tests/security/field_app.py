"""An application under the guard that puts one form of a header into what it sends.

A path is /KIND/FORM/NONCE: KIND says which message, FORM which headers it has besides an ordinary one.
"""

from __future__ import annotations

import logging
import os

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Receive, Scope, Send
from tests.security.app_fields import FORMS

KEPT = (b"x-kept", b"1")

_DENIAL = "websocket.http.response"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    kind, form = scope["path"].split("/")[1:3]
    if kind == "ready":
        _write(f'{{"path": "{scope["path"]}"}}')
    await receive()
    headers = [KEPT, FORMS[form]] if form in FORMS else [KEPT]
    if kind == "accept":
        return await send({"type": "websocket.accept", "headers": headers})
    if kind == "interim":
        body = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: EVIL\r\n\r\n"
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 100, "headers": [length]})
        return await send({"type": "http.response.body", "body": body})
    prefix = _DENIAL if kind == "deny" else "http.response"
    headers.append((b"content-length", b"2"))
    await send({"type": f"{prefix}.start", "status": 403 if kind == "deny" else 200, "headers": headers})
    await send({"type": f"{prefix}.body", "body": b"ok"})


def _told(event: HandshakeEvent) -> None:
    ids = [f'"{violation.requirement.id}"' for violation in event.violations]
    _write(f'{{"path": "{event.path}", "outcome": "{event.outcome}", "violations": [{", ".join(ids)}]}}')


def _write(line: str) -> None:
    with open(os.environ["STACKS_RECORD"], "a", encoding="utf-8") as record:
        record.write(f"{line}\n")


# Kept out of the server's own log, which must stay clean.
logging.getLogger("asgi_ws_guard").propagate = False
logging.getLogger("asgi_ws_guard").addHandler(logging.NullHandler())

app = WebSocketGuardMiddleware(application, policy=Policy(allowed_origins="*"), observers=[_told])
