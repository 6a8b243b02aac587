"""Run as a program: uvicorn with an app that accepts every WebSocket, guarded or not. Prints the port it listens on.

`GET` answers with the CPU time that the process has used, in ns, which is finer than the ticks in /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from time import process_time_ns
from typing import Any

import uvicorn

from asgi_ws_guard import Guard, WebSocketGuardMiddleware, configure_logging
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.servers.uvicorn import guarded

GUARDS = ("none", "middleware", "door", "denying-app")


DENIAL: tuple[Message, Message] = (
    {
        "type": "websocket.http.response.start",
        "status": 400,
        "headers": [(b"content-type", b"text/plain"), (b"content-length", b"400"), (b"connection", b"close")],
    },
    {"type": "websocket.http.response.body", "body": b"." * 400, "more_body": False},
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b"%d" % process_time_ns()})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def denying_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses every WebSocket without looking at it: the least that refusing from behind a server can cost."""
    if scope["type"] == "http":
        await app(scope, receive, send)
        return
    await receive()
    for message in DENIAL:
        await send(message)
    await asyncio.sleep(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ws", default="websockets-sansio")
    parser.add_argument("--guard", choices=GUARDS, default="none")
    parser.add_argument("--log", metavar="LEVEL", help="configure the guard's own log; else it is as Python leaves it")
    options = parser.parse_args()
    if options.log:
        configure_logging(options.log)
    apps: dict[str, Any] = {"middleware": WebSocketGuardMiddleware(app), "denying-app": denying_app}
    config = uvicorn.Config(
        apps.get(options.guard, app),
        ws=guarded(options.ws, Guard()) if options.guard == "door" else options.ws,
        lifespan="off",
        log_level="warning",
        access_log=False,
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
