"""A uvicorn in a thread of the test's own process, with any of its settings: the guard at work can be counted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from tests.uvicorn_thread import DEADLINE, _Server

# The legacy implementation of uvicorn, and the legacy half of websockets, warn of themselves while they are loaded.
LEGACY_WARNINGS = [
    pytest.mark.filterwarnings(r"ignore:websockets\.(legacy|server\.WebSocketServerProtocol) is deprecated"),
    pytest.mark.filterwarnings(r"ignore:The `websockets` implementation is deprecated"),
    pytest.mark.filterwarnings(r"ignore:remove second argument of ws_handler"),
]


@contextmanager
def serving(app: Any, **settings: Any) -> Iterator[int]:
    """Serves `app` within the block, and has ended after it; yields the port."""
    quiet: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "off"}
    server = _Server(uvicorn.Config(app, **{**quiet, **settings}))
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
