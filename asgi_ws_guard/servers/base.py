"""Seeing, and holding back, the head of a server's answer. It takes itself out when the head is through.

The tap stands where a protocol keeps its transport, for the handshake only: afterwards the protocol has its own
transport back, and nothing of ours is in the path of messages. Where the answer was replaced it stays, and
swallows what the server goes on to write (three of the stacks write frames) until the connection is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

from ..handshake import HandshakeResponse, parse_response
from ..handshake.wire import MAX_HEAD

# Is given the head; returns the whole answer (bytes) to send instead of it, or None to let it go.
Judge: TypeAlias = Callable[[HandshakeResponse], bytes | None]


class HeadObserver:
    """Collects bytes until a final response head is whole, and asks `judge` about it. Sans-IO.

    state   holding; released: bytes pass from now on; replaced: nothing passes any more
    """

    __slots__ = ("_held", "_judge", "_seen", "state")

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._held = b""
        self._seen = 0  # bytes of interim heads (RFC 9110 §15.2), let go with the final one
        self.state: Literal["holding", "released", "replaced"] = "holding"

    def feed(self, data: bytes) -> bytes:
        """What may be written now that the server has written `data`."""
        if self.state != "holding":
            return data if self.state == "released" else b""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n", self._seen)) >= 0:
            response = _parsed(self._held[self._seen : end + 4])
            if response is not None and 100 <= response.status < 200 and response.status != 101:
                self._seen = end + 4
                continue
            replacement = None if response is None else self._judge(response)
            if replacement is None:
                return self.release()
            self.state, self._held = "replaced", b""
            return replacement
        # A head without an end is not judged: what cannot be read is let go as it is, and stays unobserved.
        return self.release() if len(self._held) > MAX_HEAD else b""

    def release(self) -> bytes:
        """Stop looking; what was held back, to be written now. Empty once the answer was replaced."""
        held, self._held = self._held, b""
        if self.state == "holding":
            self.state = "released"
        return held


class TransportTap:
    """A transport of asyncio's or Twisted's with a HeadObserver before it; all else is the transport's own.

    `owner` has the transport in its attribute `name`, where the tap puts itself and later the transport again.
    A forwarding object, since uvloop's transports take no attributes.
    """

    def __init__(self, owner: Any, name: str, judge: Judge) -> None:
        self._owner = owner
        self._name = name
        self._transport = getattr(owner, name)
        self._head = HeadObserver(judge)
        setattr(owner, name, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        was = self._head.state
        passing = self._head.feed(bytes(data))
        if self._head.state == "released":
            self.unhook()
        if passing:
            self._transport.write(passing)
        if was == "holding" and self._head.state == "replaced":
            self._close()

    def writelines(self, data: Iterable[bytes]) -> None:
        self.write(b"".join(data))

    writeSequence = writelines  # Twisted's name for it

    def close(self) -> None:
        """The server gives the connection up: what it wrote so far goes out, if it was not replaced."""
        self._leave()
        self._transport.close()

    def loseConnection(self, *args: Any) -> None:
        self._leave()
        self._transport.loseConnection(*args)

    def unhook(self) -> None:
        """Give the owner its transport back; the replaced answer's swallowing tap stays."""
        if self._head.state != "replaced" and getattr(self._owner, self._name, None) is self:
            setattr(self._owner, self._name, self._transport)

    def release(self) -> None:
        """Stop looking, whatever was seen."""
        self._leave()

    def _leave(self) -> None:
        held = self._head.release()
        self.unhook()
        if held:
            self._transport.write(held)

    def _close(self) -> None:
        if hasattr(self._transport, "loseConnection"):
            self._transport.loseConnection()
        else:
            self._transport.close()


def behind(send: Callable[..., Any]) -> Iterator[Any]:
    """`send`, then what it closes over, step by step: middleware outside of ours hands on closures and partials."""
    queue, seen = [send], 0
    while queue and seen < 32:
        found = queue.pop(0)
        seen += 1
        yield found
        for cell in getattr(found, "__closure__", None) or ():
            try:
                content = cell.cell_contents
            except ValueError:  # an empty cell
                continue
            if callable(content):
                queue.append(content)


def defined_in(thing: object, package: str) -> bool:
    """Whether `thing` is of a server's own class, or of a subclass."""
    return any(base.__module__.split(".", 1)[0] == package for base in type(thing).__mro__)


def _parsed(head: bytes) -> HandshakeResponse | None:
    try:
        return parse_response(head)
    except ValueError:
        return None
