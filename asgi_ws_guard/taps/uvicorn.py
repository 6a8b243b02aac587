"""uvicorn's three WebSocket implementations, tested with 0.54.0: `send` is a method of the protocol.

Relied on: `protocol.transport`, by which all three write, and whose `is_closing` says that the client is gone; that
`receive` delivers a disconnect to an app that was answered for; on wsproto also `conn.handshake` and its
`_initiating_request.extensions`, because the scope there lacks the field.
"""

from __future__ import annotations

from typing import Any

from .head import Judge, TransportTap, behind, defined_in


class UvicornTap(TransportTap):
    """The transport knows when the client is gone, and uvicorn's `receive` tells an app that was answered for."""

    __slots__ = ()

    def client_is_gone(self) -> bool:
        return bool(self._transport.is_closing())


def tap(send: Any, judge: Judge) -> UvicornTap | None:
    """A tap before the transport of the uvicorn protocol behind `send`, None where there is none."""
    protocol = find(send)
    return None if protocol is None else UvicornTap(protocol, "transport", judge)


def find(send: Any) -> Any:
    """The uvicorn protocol behind `send`, or None."""
    protocol = getattr(send, "__self__", None)
    if _is_protocol(protocol):  # nearly always: the guard is outermost
        return protocol
    found = (getattr(found, "__self__", None) for found in behind(send))
    return next(filter(_is_protocol, found), None)


def _is_protocol(thing: Any) -> bool:
    return defined_in(thing, "uvicorn") and getattr(thing, "transport", None) is not None


def extension_offers(send: Any) -> str | None:
    """The extension offers that uvicorn + wsproto keeps from the scope, None where there are none to add."""
    handshake = getattr(getattr(find(send), "conn", None), "handshake", None)
    request = getattr(handshake, "_initiating_request", None)
    offers = getattr(request, "extensions", None)
    return ", ".join(offers) if offers else None
