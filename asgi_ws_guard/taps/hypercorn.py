"""hypercorn on asyncio and trio, tested with 0.18.0.

`send` is WSStream.app_send. There is no transport to stand before: on trio the socket is an async stream, so the tap
stands one step further up, where H11Protocol hands its events on.

Relied on:
* `WSStream.send`, a method of H11Protocol, whose own `send` is given events: RawData with `data`, and Closed.
* The stream ends itself once the connection is closed, and the app gets its disconnect.

Over HTTP/2 and HTTP/3 `WSStream.send` is another protocol's: there is no head to see. The client's end is not known
here before it is told to the app.
"""

from __future__ import annotations

import sys
from typing import Any

from .head import HeadObserver
from .port import Judge, Server, Tap


class SendTap(Tap):
    """Stands in for H11Protocol.send until the head is through; events as hypercorn makes them."""

    def __init__(self, protocol: Any, judge: Judge) -> None:
        self._protocol = protocol
        self._send = protocol.send
        self._head = HeadObserver(judge)
        self._late = b""  # held back, and released while nothing could be awaited
        protocol.send = self

    async def __call__(self, event: Any) -> None:
        if type(event).__name__ == "Closed":
            self.release()
        late, self._late = self._late, b""
        if late:
            self._unhook()
            await self._send(_event_class(event, "RawData")(data=late))
        data = getattr(event, "data", None)
        if data is None:
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
        """Stop looking. A coroutine sends here: what was held back goes with the next event, Closed at the latest.

        hypercorn itself writes its head whole, so that nothing is held.
        """
        self._late += self._head.release()
        if not self._late:
            self._unhook()

    def _unhook(self) -> None:
        """Give the protocol its send back, or, where the tap has to stay and swallow, let go of the protocol."""
        if self._head.state == "released" and getattr(self._protocol, "send", None) is self:
            self._protocol.send = self._send
        if self._head.state == "replaced":
            self._protocol = None


class Hypercorn(Server):
    """The owner of a WebSocket's `send` is the stream; the connection is the HTTP/1.1 protocol that it writes to."""

    def connection(self, owner: Any) -> Any:
        protocol = getattr(getattr(owner, "send", None), "__self__", None)
        return protocol if type(protocol).__name__ == "H11Protocol" and hasattr(protocol, "send") else None

    def tap(self, connection: Any, judge: Judge) -> SendTap:
        return SendTap(connection, judge)


SERVER = Hypercorn()


def _event_class(event: Any, name: str) -> Any:
    """hypercorn's own class `name`, from where `event` comes: it is imported where there is one to send."""
    return getattr(sys.modules[type(event).__module__], name)
