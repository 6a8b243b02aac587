"""gunicorn's asgi worker, tested with 27.0.1.

It writes an app's `connection: close` out and keeps the connection all the same: a pipelined second request is
served after a refusal. `request.must_close` is what it looks at; `receive` is a method of the BodyReceiver that has it.
For a WebSocket `send` is a method of the WebSocketProtocol, which writes by its `transport`.
"""

from __future__ import annotations

from typing import Any

from .head import Judge, TransportTap, behind, defined_in

MODULE = "gunicorn.asgi.protocol"


def end_connection(receive: Any, send: Any) -> bool:
    """Have the connection end after the answer that is not begun yet. False where this is not gunicorn's `receive`."""
    for found in behind(receive):
        receiver = getattr(found, "__self__", None)
        request = getattr(receiver, "request", None)
        if request is not None and defined_in(receiver, "gunicorn"):
            request.must_close = True
            return True
    return False


def tap(send: Any, judge: Judge) -> TransportTap | None:
    """A tap before the transport of the gunicorn protocol behind `send`, None where there is none."""
    for found in behind(send):
        protocol = getattr(found, "__self__", None)
        if defined_in(protocol, "gunicorn") and getattr(protocol, "transport", None) is not None:
            return TransportTap(protocol, "transport", judge)
    return None
