"""Servers that are no ASGI servers, each in a few lines: python servers.py NAME PORT."""

from __future__ import annotations

import asyncio
import sys
from typing import Any


async def run_websockets(port: int) -> None:
    from websockets.asyncio.server import serve

    async def handler(connection: Any) -> None:
        await connection.wait_closed()

    async with serve(handler, "127.0.0.1", port):
        await asyncio.Future()


async def run_aiohttp(port: int) -> None:
    from aiohttp import web

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    application = web.Application()
    application.router.add_get("/ws", handler)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Future()


async def run_tornado(port: int) -> None:
    from tornado.web import Application
    from tornado.websocket import WebSocketHandler

    class Handler(WebSocketHandler):
        def check_origin(self, origin: str) -> bool:
            return True

    Application([("/ws", Handler)]).listen(port, "127.0.0.1")
    await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(
        {"websockets": run_websockets, "aiohttp": run_aiohttp, "tornado": run_tornado}[sys.argv[1]](int(sys.argv[2]))
    )
