"""gunicorn's asgi worker (`-k asgi`), tested with 27.0.1. With uvicorn's worker the server at hand is uvicorn.

For a WebSocket `send` is a method of the WebSocketProtocol. For http `send` is a bare function, and `receive` is a
method of the BodyReceiver.

Relied on:
* `WebSocketProtocol.transport`, asyncio's, by which it writes.
* `BodyReceiver.request.must_close`. gunicorn writes an app's `connection: close` out and keeps the connection all the
  same: a second request in the same segment is served after a refusal. `must_close` is what it looks at.
"""

from __future__ import annotations

from typing import Any

from .port import Judge, Server
from .transport import TransportTap

MODULE = "gunicorn.asgi.protocol"  # is loaded where gunicorn may be the server, and not with a worker of another kind


class Gunicorn(Server):
    """The owner of a WebSocket's `send` is the connection; that of an http `receive` has the request."""

    def connection(self, owner: Any) -> Any:
        return owner if getattr(owner, "transport", None) is not None else None

    def tap(self, connection: Any, judge: Judge) -> TransportTap:
        return TransportTap(connection, "transport", judge)

    def end_connection(self, owner: Any) -> bool:
        request = getattr(owner, "request", None)
        if request is None:
            return False
        request.must_close = True
        return True


SERVER = Gunicorn()
