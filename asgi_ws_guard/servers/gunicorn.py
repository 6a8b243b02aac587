"""gunicorn's asgi worker, tested with 27.0.1.

It writes an app's `connection: close` out and keeps the connection all the same: a pipelined second request is
served after a refusal. `request.must_close` is what it looks at; `receive` is a method of the BodyReceiver that has it.
"""

from __future__ import annotations

from typing import Any

from .base import defined_in

MODULE = "gunicorn.asgi.protocol"


def end_connection(receive: Any, send: Any) -> bool:
    """Have the connection end after the answer that is not begun yet. False where this is not gunicorn's `receive`."""
    receiver = getattr(receive, "__self__", None)
    request = getattr(receiver, "request", None)
    if not defined_in(receiver, "gunicorn") or not hasattr(request, "should_close"):
        return False
    request.must_close = True  # type: ignore[union-attr]
    return True
