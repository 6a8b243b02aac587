"""How the example is meant to be served: by uvicorn, with the parsers that ask the guard."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

STARTUP_SECONDS = 15.0


# uvicorn's default for WebSockets (websockets-sansio) refuses a bad key itself, before ASGI, with a bare 400.
# wsproto looks at the key no closer than that it is there, and h11 lets a control byte pass where httptools does
# not: so most malformed handshakes arrive at the guard, which is what this example wants to show.
SETTINGS: dict[str, Any] = {"http": "h11", "ws": "wsproto", "timeout_graceful_shutdown": 3}


@contextmanager
def running(app: Any, listener: socket.socket) -> Iterator[tuple[str, int]]:
    """Serves `app` on `listener` in a thread, within the block; yields the address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", **SETTINGS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="uvicorn")
    thread.start()
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("uvicorn did not start")
            time.sleep(0.01)
        yield listener.getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join()
