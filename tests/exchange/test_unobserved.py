"""An answer that cannot be read is let go as it is, and told as what nobody saw."""

from __future__ import annotations

import asyncio

import pytest

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Receive, Send
from asgi_ws_guard.handshake.wire import MAX_HEAD

from .servers_in_the_loop import PATIENCE, HandshakeApp, Told, opened, serving


@pytest.mark.parametrize("server", ["websockets-sansio", "wsproto", "hypercorn"])
def test_a_101_that_is_too_large_to_be_read_leaves_unobserved(server: str) -> None:
    large = b"x" * MAX_HEAD

    async def accepts_at_length(receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "headers": [(b"x-large", large)]})

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(accepts_at_length)
        async with serving(server, WebSocketGuardMiddleware(app, observers=[told])) as port:
            reader, writer = await opened(port)
            assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 101 ")
            assert large in await asyncio.wait_for(reader.read(), PATIENCE)
            event = await told.one()
            assert (event.outcome, event.status, event.verification) == ("accepted", 101, "unobserved")
            assert await app.end() == "returned"
            writer.close()

    asyncio.run(scenario())
