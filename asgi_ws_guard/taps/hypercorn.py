"""hypercorn on asyncio and trio, tested with 0.18.0: `send` is WSStream.app_send.

Relied on: `WSStream.send`, a method of H11Protocol, whose own `send` is given events: RawData with `data`, and
Closed. Over HTTP/2 and HTTP/3 there is no head to see. The stream ends itself once the connection is closed.
"""

from __future__ import annotations

import sys
from typing import Any

from .head import HeadObserver, Judge, behind, defined_in


class SendTap:
    """Stands in for H11Protocol.send until the head is through; events as hypercorn makes them."""

    def __init__(self, protocol: Any, judge: Judge) -> None:
        self._protocol = protocol
        self._send = protocol.send
        self._head = HeadObserver(judge)
        protocol.send = self

    async def __call__(self, event: Any) -> None:
        data = getattr(event, "data", None)
        if data is None:
            if type(event).__name__ == "Closed" and (held := self._release()):
                await self._send(_event_class(event, "RawData")(data=held))
            await self._send(event)
            return
        was = self._head.state
        passing = self._head.feed(bytes(data))
        self._unhook()
        if passing:
            await self._send(type(event)(data=passing))
        if was == "holding" and self._head.state == "replaced":
            await self._send(_event_class(event, "Closed")())

    def release(self) -> None:
        """Stop looking. hypercorn writes its head whole, so nothing is held back here that would be lost."""
        self._release()

    def _release(self) -> bytes:
        held = self._head.release()
        self._unhook()
        return held

    def _unhook(self) -> None:
        """Give the protocol its send back, unless the tap has to stay and swallow; and let go of the protocol."""
        if self._head.state == "released" and getattr(self._protocol, "send", None) is self:
            self._protocol.send = self._send
        if self._head.state == "replaced":
            self._protocol = None


def tap(send: Any, judge: Judge) -> SendTap | None:
    """A tap before the socket of the hypercorn stream behind `send`, None where there is none."""
    protocol = find(send)
    return None if protocol is None else SendTap(protocol, judge)


def find(send: Any) -> Any:
    """The H11Protocol behind `send`, or None."""
    for found in behind(send):
        stream = getattr(found, "__self__", None)
        if defined_in(stream, "hypercorn"):
            protocol = getattr(getattr(stream, "send", None), "__self__", None)
            if type(protocol).__name__ == "H11Protocol" and hasattr(protocol, "send"):
                return protocol
    return None


def _event_class(event: Any, name: str) -> Any:
    """hypercorn's own class `name`, from where `event` comes: it is imported where there is one to send."""
    return getattr(sys.modules[type(event).__module__], name)
