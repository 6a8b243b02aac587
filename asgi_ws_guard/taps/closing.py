"""Ending the connection after a refusal in an http scope, also on the servers where `connection: close` does not do it.

What a client sent behind a refused head may be frames, or a second request that a proxy in front never saw as one.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from . import daphne, gunicorn
from .finding import owners

logger = logging.getLogger("asgi_ws_guard")

# What serves http in the servers that have to be asked.
_KEEPING = (gunicorn.MODULE, daphne.MODULE)

_said: set[str] = set()


def end_connection(receive: Any, send: Any) -> None:
    """Have the server that serves this request close after its answer; say once where one that must be asked cannot."""
    found = [pair for function in (receive, send) for pair in owners(function)]
    if any(server.end_connection(owner) for server, owner in found):
        return
    for module in _KEEPING:
        if module in sys.modules and module not in _said:
            _said.add(module)
            logger.warning(
                "%s keeps the connection open after a refused upgrade, and its request was not found behind "
                "receive and send: put WebSocketGuardMiddleware outermost, so that nothing wraps them",
                module.split(".", 1)[0],
            )
