"""A real uvicorn in a thread of the test's own process: its log is in caplog, and the guard's events in a queue."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from queue import Queue
from typing import Any

import pytest
import uvicorn
from websockets.sync import client

from asgi_ws_guard import HandshakeEvent

IMPLEMENTATIONS = ("websockets", "websockets-sansio", "wsproto")
# uvicorn's "websockets" stands on the legacy half of that library: each warns of it when loaded, and at each handshake.
_DEPRECATED = (
    r"websockets\.(legacy|server\.WebSocketServerProtocol) is deprecated",
    "The `websockets` implementation is deprecated",
    "remove second argument of ws_handler",
)
LEGACY = [pytest.mark.filterwarnings(f"ignore:{message}") for message in _DEPRECATED]
IMPLEMENTATION = [pytest.param(ws, marks=LEGACY if ws == "websockets" else []) for ws in IMPLEMENTATIONS]
DEADLINE = 10.0  # seconds, on each wait for what should come at once

connect = partial(client.connect, proxy=None)  # to loopback, whatever proxy the environment names


class Watcher:
    """An observer to be read from another thread."""

    def __init__(self) -> None:
        self._events: Queue[HandshakeEvent] = Queue()
        self._ended: Queue[HandshakeEvent] = Queue()

    def __call__(self, event: HandshakeEvent) -> None:
        self._events.put(event)

    def closed(self, event: HandshakeEvent) -> None:
        self._ended.put(event)

    def event(self) -> HandshakeEvent:
        """The next event, waited for."""
        return self._events.get(timeout=DEADLINE)

    def ended(self) -> HandshakeEvent:
        """The next end of an accepted connection, waited for."""
        return self._ended.get(timeout=DEADLINE)

    def assert_no_more(self) -> None:
        assert self._events.empty()
        assert self._ended.empty()


class _Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event instead of by a look at the clock ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def main_loop(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self.on_tick(0)
        self.ready.set()
        await self._stop.wait()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.ready.set()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)


@contextmanager
def running(app: Any, ws: str, grace: int | None = None) -> Iterator[int]:
    """Serves `app` within the block, and has ended after it; yields the port. `grace`: seconds for what still runs."""
    settings: dict[str, Any] = {"ws": ws, "log_config": None, "access_log": False, "lifespan": "off"}
    server = _Server(uvicorn.Config(app, timeout_graceful_shutdown=grace, **settings))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="uvicorn")
        thread.start()
        assert server.ready.wait(DEADLINE) and server.started, "uvicorn did not start"
        try:
            yield listener.getsockname()[1]
        finally:
            server.stop()
            thread.join(DEADLINE)
            assert not thread.is_alive(), "uvicorn did not stop"
