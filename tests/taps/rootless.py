"""An application that accepts whatever is asked, under a guard that is lax on one path."""

from __future__ import annotations

import json
import os
from typing import Any

from asgi_ws_guard import Policy, WebSocketGuardMiddleware


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":  # what says that the server is up
        _write(json.dumps({"path": scope["path"]}))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})


def _write(line: str) -> None:
    with open(os.environ["STACKS_RECORD"], "a", encoding="utf-8") as record:
        record.write(f"{line}\n")


app = WebSocketGuardMiddleware(application, policy=Policy(), paths={"/public/*": Policy(allowed_origins="*")})
