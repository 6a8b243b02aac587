"""Ending the connection after a refusal in an http scope, on the servers where `connection: close` does not do it."""

from __future__ import annotations

import logging
import sys
from typing import Any

from . import daphne, gunicorn

logger = logging.getLogger("asgi_ws_guard")

_said: set[str] = set()


def end_connection(receive: Any, send: Any) -> None:
    """Ask gunicorn or daphne, where one of them serves this request, to close; say once where that cannot be done."""
    for server in (gunicorn, daphne):
        if server.MODULE not in sys.modules or server.end_connection(receive, send):
            continue
        if server.MODULE not in _said:
            _said.add(server.MODULE)
            logger.warning(
                "%s keeps the connection open after a refused upgrade, and its request was not found behind "
                "receive and send: put WebSocketGuardMiddleware outermost, so that nothing wraps them",
                server.MODULE.split(".", 1)[0],
            )
