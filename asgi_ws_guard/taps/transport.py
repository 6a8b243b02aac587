"""The tap of the servers that write by a transport, asyncio's or Twisted's: uvicorn, daphne, gunicorn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .head import HeadObserver
from .port import Judge, Tap


class TransportTap(Tap):
    """A transport with a HeadObserver before it; all else is the transport's own.

    `owner` has the transport in its attribute `name`, where the tap puts itself and later the transport again.
    A forwarding object, since uvloop's transports (0.23.0) are C objects and take no attributes.
    """

    __slots__ = ("_head", "_name", "_owner", "_transport")

    def __init__(self, owner: Any, name: str, judge: Judge) -> None:
        self._owner = owner
        self._name = name
        self._transport = getattr(owner, name)
        self._head = HeadObserver(judge)
        setattr(owner, name, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        head = self._head
        was = head.state
        passing = head.feed(bytes(data))
        self._unhook()  # first: a transport that writes at once may call the owner back
        if passing:
            self._transport.write(passing)
        if was == "holding" and head.state == "replaced":
            self._close()

    def writelines(self, data: Iterable[bytes]) -> None:
        self.write(b"".join(data))

    writeSequence = writelines  # Twisted's name for it

    def close(self) -> None:
        """The server gives the connection up: what it wrote so far goes out, if it was not replaced."""
        self.release()
        self._transport.close()

    def loseConnection(self, *args: Any) -> None:
        """Twisted's name for it."""
        self.release()
        self._transport.loseConnection(*args)

    def release(self) -> None:
        held = self._head.release()
        self._unhook()
        if held:
            self._transport.write(held)

    def _unhook(self) -> None:
        """Give the owner its transport back, or, where the tap has to stay and swallow, let go of the owner.

        An owner that has dropped its transport meanwhile does not get it back, nor does one behind a tap that was put
        in after this one: that one writes through us.
        """
        state, owner = self._head.state, self._owner
        if state == "released" and getattr(owner, self._name, None) is self:
            setattr(owner, self._name, self._transport)
        elif state == "replaced":
            self._owner = None

    def _close(self) -> None:
        """End the connection behind a replacement: no server would, which thinks that it has accepted."""
        if hasattr(self._transport, "loseConnection"):
            self._transport.unregisterProducer()  # or Twisted's TLS (26.10) would wait for it to be done
            self._transport.loseConnection()
        else:
            self._transport.close()
