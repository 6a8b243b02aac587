"""Real servers in the loop of the test itself, so that the loop can be asked which tasks are left."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import hypercorn.asyncio
import hypercorn.config
import uvicorn

from asgi_ws_guard import HandshakeEvent, generate_key
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

PATIENCE = 5.0  # seconds, on each wait for what should come


class Told:
    """An observer whose events can be waited for."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[HandshakeEvent] = asyncio.Queue()

    def __call__(self, event: HandshakeEvent) -> None:
        self._events.put_nowait(event)

    async def one(self) -> HandshakeEvent:
        event = await asyncio.wait_for(self._events.get(), PATIENCE)
        assert self._events.empty()
        return event


class HandshakeApp:
    """An application that notes how it ended: `left` is set with "returned" or the name of what it raised."""

    def __init__(self, serve: Callable[[Receive, Send], Any]) -> None:
        self._serve = serve
        self.left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        try:
            await self._serve(receive, send)
            self.left.set_result("returned")
        except BaseException as error:
            self.left.set_result(type(error).__name__)
            raise

    async def end(self) -> str:
        return await asyncio.wait_for(self.left, PATIENCE)


@asynccontextmanager
async def serving(server: str, app: ASGIApp) -> AsyncIterator[int]:
    """Serves `app` in this loop, and leaves no task behind."""
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        stop = _hypercorn(app, listener) if server == "hypercorn" else _uvicorn(app, listener, server)
        await asyncio.sleep(0)
        try:
            yield port
        finally:
            await stop()
    left = asyncio.all_tasks() - before
    assert not left, f"tasks are left behind: {left}"


def _uvicorn(app: ASGIApp, listener: socket.socket, ws: str) -> Callable[[], Any]:
    server = uvicorn.Server(uvicorn.Config(app, ws=ws, log_config=None, lifespan="off"))
    task = asyncio.ensure_future(server.serve(sockets=[listener]))

    async def stop() -> None:
        server.should_exit = True
        await asyncio.wait_for(task, PATIENCE)

    return stop


def _hypercorn(app: ASGIApp, listener: socket.socket) -> Callable[[], Any]:
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listener.detach()}"]  # hypercorn closes it
    config.errorlog = None
    stopped = asyncio.Event()
    serve = hypercorn.asyncio.serve(app, config, shutdown_trigger=stopped.wait)  # type: ignore[arg-type]
    task = asyncio.ensure_future(serve)

    async def stop() -> None:
        stopped.set()
        await asyncio.wait_for(task, PATIENCE)

    return stop


async def opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a valid handshake was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["GET / HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {generate_key()}", "Sec-WebSocket-Version: 13"]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    return reader, writer


async def head(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
