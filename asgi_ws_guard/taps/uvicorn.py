"""uvicorn's three WebSocket implementations, tested with 0.54.0, on asyncio and uvloop.

`send` is a method of the protocol: WebSocketProtocol (websockets' legacy half), WebSocketsSansIOProtocol, WSProtocol.
With `--log-level trace` uvicorn wraps `send` in an object of its own, and is not found.

Relied on:
* `protocol.transport`, by which all three write. legacy writes its 101 after `send` has returned, so that one who waits
  for the head has to let the loop turn.
* `transport.is_closing()`, which is true from the client's FIN or RST on.
* `receive` delivers a websocket.disconnect to an app that was answered for.
* on wsproto `conn.handshake._initiating_request.extensions`: the scope there has neither sec-websocket-extensions nor
  sec-websocket-protocol (1.3.2), and without the offers a right 101 would seem to grant what nobody asked for.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .port import Judge, Server
from .transport import TransportTap


class UvicornTap(TransportTap):
    """uvicorn's transport knows when the client is gone, and wsproto's request what it offered."""

    __slots__ = ()

    hears: ClassVar[bool] = True

    def client_is_gone(self) -> bool:
        return bool(self._transport.is_closing())

    def hidden_offers(self) -> bytes | None:
        handshake = getattr(getattr(self._owner, "conn", None), "handshake", None)
        request = getattr(handshake, "_initiating_request", None)
        offers = getattr(request, "extensions", None)
        return ", ".join(offers).encode("latin-1") if offers else None


class Uvicorn(Server):
    """The owner of `send` is the connection."""

    def connection(self, owner: Any) -> Any:
        return owner if getattr(owner, "transport", None) is not None else None

    def tap(self, connection: Any, judge: Judge) -> UvicornTap:
        return UvicornTap(connection, "transport", judge)


SERVER = Uvicorn()
