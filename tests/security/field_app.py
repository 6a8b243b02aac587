"""An application under the guard that puts one form of a header into what it sends.

A path is /KIND/FORM/NONCE: KIND says which message, FORM which headers it has besides an ordinary one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Receive, Scope, Send

KEPT = (b"x-kept", b"1")

# Each is a Sec-WebSocket-Accept, or becomes one where a server writes it as it is, or fails the server.
ACCEPTS: Mapping[str, Any] = {
    "bytes": (b"Sec-WebSocket-Accept", b"EVIL"),
    "str": ("sec-websocket-accept", "EVIL"),
    "str-name": ("Sec-WebSocket-Accept", b"EVIL"),
    "str-value": (b"SEC-WEBSOCKET-ACCEPT", "EVIL"),
    "bytearray": (bytearray(b"sec-websocket-accept"), bytearray(b"EVIL")),
    "memoryview": (memoryview(b"sec-websocket-accept"), b"EVIL"),
    "list": [b"sec-websocket-accept", b"EVIL"],
    "space-behind": (b"sec-websocket-accept ", b"EVIL"),
    "tab-behind": (b"Sec-WebSocket-Accept\t", b"EVIL"),
    "space-before": (b" sec-websocket-accept", b"EVIL"),
    "str-and-space": ("sec-websocket-accept ", "EVIL"),
    "vertical-tab": (b"sec-websocket-accept\x0b", b"EVIL"),
    "no-break-space": (b"sec-websocket-accept\xa0", b"EVIL"),
    "line-break-before": (b"\r\nSec-WebSocket-Accept", b"EVIL"),
}
BREAKS: Mapping[str, Any] = {
    "colon": (b"sec-websocket-accept: EVIL", b""),
    "crlf-in-value": (b"x-a", b"1\r\nSec-WebSocket-Accept: EVIL"),
    "lf-in-value": (b"x-a", b"1\nSec-WebSocket-Accept: EVIL"),
    "cr-in-value": (b"x-a", b"1\rSec-WebSocket-Accept: EVIL"),
    "crlf-in-str": ("x-a", "1\r\nSec-WebSocket-Accept: EVIL"),
    "crlf-in-name": (b"x-a: 1\r\nSec-WebSocket-Accept", b"EVIL"),
    "lf-in-name": (b"x-a: 1\nSec-WebSocket-Accept", b"EVIL"),
    "nul-in-value": (b"x-a", b"1\0EVIL"),
    "second-head": (b"x-a", b"1\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: EVIL\r\n\r\n"),
}
NO_PAIRS: Mapping[str, Any] = {
    "int-name": (1, b"x"),
    "no-name": (None, b"x"),
    "int-value": (b"x-a", 7),
    "no-value": (b"x-a", None),
    "one": (b"x-a",),
    "three": (b"x-a", b"1", b"2"),
    "none": None,
    "bytes-alone": b"x-a: 1",
}
FORMS = {**ACCEPTS, **BREAKS, **NO_PAIRS}
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
