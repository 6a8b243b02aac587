"""The application that real clients talk to: it takes the first subprotocol that is offered, and echoes."""

from __future__ import annotations

import json
import os

from asgi_ws_guard import HandshakeEvent, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from tests.integration.stacks.app import bare


async def _chat(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket":
        return await bare(scope, receive, send)
    await receive()
    await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None)})
    while (message := await receive())["type"] == "websocket.receive":
        await send(_echo(message))


def _echo(message: Message) -> Message:
    """Servers leave out the key that is not meant, or set it to None."""
    kind = "bytes" if message.get("bytes") is not None else "text"
    return {"type": "websocket.send", kind: message[kind]}


def _record(event: HandshakeEvent) -> None:
    violations = [violation.requirement.id for violation in event.violations]
    values = {name: getattr(event, name) for name in ("path", "outcome", "expected_accept", "verification")}
    with open(os.environ["STACKS_RECORD"], "a") as record:
        record.write(json.dumps({"kind": "event", "violations": violations, **values}) + "\n")


guarded = WebSocketGuardMiddleware(_chat, observers=[_record])
