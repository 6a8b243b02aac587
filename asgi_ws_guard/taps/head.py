"""Seeing, and holding back, the head of a server's answer. It takes itself out when the head is through.

The tap stands where a protocol keeps its transport, for the handshake only: afterwards the protocol has its own
transport back, and nothing of ours is in the path of messages. Where the answer was replaced it stays, and
swallows what the server goes on to write (three of the stacks write frames) until the connection is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, Literal, Protocol

from ..handshake import HandshakeResponse, parse_response
from ..handshake.lazy_pattern import LazyPattern
from ..handshake.wire import MAX_HEAD


class Judge(Protocol):
    """Who is asked about the head of an answer."""

    def glance(self, data: bytes, /) -> bool:
        """Whether `data`, the first bytes that the server writes, are a head that may go; asked before `judge` is."""

    def judge(self, response: HandshakeResponse | None, /) -> bytes | None:
        """None to let the head go, or the whole answer (bytes) to send instead. None is a head too large to be read."""


# A line that is no field line: what a line break inside a value makes of the rest of it.
_BROKEN_LINE = LazyPattern(rb"\r\n(?![^\s:]+:|[ \t]|\r\n)")

NO_STATUS = 0  # of bytes that are no HTTP head


_STATUS_LINE = LazyPattern(rb"HTTP/(1\.[01]) ([1-9][0-9]{2})[ \r]")


class UnreadResponse(HandshakeResponse):
    """The head of an answer as a server wrote it, of which only the status is known yet.

    Its fields are read when they are asked for: of a refusal nobody does, nor of a 101 that is known by its bytes.
    """

    __slots__ = ("head",)

    def __init__(self, head: bytes, status: int = 101, http_version: str = "1.1") -> None:
        self.status = status
        self.http_version = http_version
        self.head = head

    def read(self) -> HandshakeResponse:
        """The same, read in full; without a status where it cannot be."""
        try:
            return parse_response(_BROKEN_LINE.compiled.sub(b"\r\n ", self.head))
        except ValueError:
            return HandshakeResponse(NO_STATUS)

    @property
    def accept(self) -> str | None:
        return super().accept if b"sec-websocket-accept" in self.head.lower() else None

    def __getattr__(self, name: str) -> Any:
        if name != "fields":
            raise AttributeError(name)
        self.fields = self.read().fields
        return self.fields


class HeadObserver:
    """Collects bytes until a final response head is whole, and asks `judge` about it. Sans-IO.

    state   holding; released: bytes pass from now on; replaced: nothing passes any more
    """

    __slots__ = ("_held", "_judge", "_seen", "state")

    def __init__(self, judge: Judge) -> None:
        self._judge: Judge | None = judge
        self._held = b""
        self._seen = 0  # bytes of interim heads (RFC 9110 §15.2), let go with the final one
        self.state: Literal["holding", "released", "replaced"] = "holding"

    def feed(self, data: bytes) -> bytes:
        """What may be written now that the server has written `data`."""
        if self.state != "holding":
            return data if self.state == "released" else b""
        if not self._held and self._judge is not None and self._judge.glance(data):
            self.release()
            return data
        self._held += data
        while (end := self._held.find(b"\r\n\r\n", self._seen)) >= 0:
            response = _parsed(self._held[self._seen : end + 4])
            if response is None or not 100 <= response.status < 200 or response.status == 101:
                return self._decide(response)
            self._seen = end + 4
        return self._decide(None) if len(self._held) - self._seen > MAX_HEAD else b""

    def release(self) -> bytes:
        """Stop looking; what was held back, to be written now. Empty once the answer was replaced."""
        held, self._held = self._held, b""
        if self.state == "holding":
            self.state, self._judge = "released", None
        return held

    def _decide(self, response: HandshakeResponse | None) -> bytes:
        replacement = None if self._judge is None else self._judge.judge(response)
        if replacement is None:
            return self.release()
        self.state, self._judge, self._held = "replaced", None, b""
        return replacement


class TransportTap:
    """A transport of asyncio's or Twisted's with a HeadObserver before it; all else is the transport's own.

    `owner` has the transport in its attribute `name`, where the tap puts itself and later the transport again.
    A forwarding object, since uvloop's transports take no attributes.
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
        self._unhook()
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
        self.release()
        self._transport.loseConnection(*args)

    def release(self) -> None:
        """Stop looking, whatever was seen."""
        held = self._head.release()
        self._unhook()
        if held:
            self._transport.write(held)

    def _unhook(self) -> None:
        """Give the owner its transport back, unless the tap has to stay and swallow; and let go of the owner."""
        state, owner = self._head.state, self._owner
        if state == "released" and getattr(owner, self._name, None) is self:
            setattr(owner, self._name, self._transport)
        elif state == "replaced":
            self._owner = None

    def _close(self) -> None:
        if hasattr(self._transport, "loseConnection"):
            self._transport.unregisterProducer()  # or Twisted's TLS would wait for it to be done
            self._transport.loseConnection()
        else:
            self._transport.close()


def behind(send: Callable[..., Any]) -> Iterator[Any]:
    """`send`, then what it closes over, step by step: middleware outside of ours hands on closures and partials."""
    yield send
    queue, seen = [send], 1
    while queue and seen < 32:
        for content in filter(callable, _held_by(queue.pop(0))):
            seen += 1
            yield content
            queue.append(content)


def _held_by(function: Any) -> Iterator[Any]:
    if isinstance(function, partial):
        yield from (function.func, *function.args, *function.keywords.values())
    for cell in getattr(function, "__closure__", None) or ():
        with suppress(ValueError):  # an empty cell
            yield cell.cell_contents


def defined_in(thing: object, package: str) -> bool:
    """Whether `thing` is of a server's own class, or of a subclass."""
    return _is_of(type(thing), package)  # type: ignore[arg-type]  # a class is hashable


@lru_cache(256)
def _is_of(cls: type, package: str) -> bool:
    return any(base.__module__.split(".", 1)[0] == package for base in cls.__mro__)


def _parsed(head: bytes) -> HandshakeResponse | None:
    """The head as far as it can be read, None where it is too large for that.

    A value with a line break inside is kept whole, as a folded one would be, so that `verify` can name it.
    """
    if len(head) > MAX_HEAD:
        return None
    line = _STATUS_LINE.compiled.match(head)
    if line is None:
        return UnreadResponse(head).read()
    return UnreadResponse(head, int(line[2]), line[1].decode("ascii"))
