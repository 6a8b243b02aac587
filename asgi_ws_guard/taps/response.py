"""The head of an answer as a value, read as far as somebody asks."""

from __future__ import annotations

from typing import Any

from ..handshake import HandshakeResponse, parse_response
from ..handshake.lazy_pattern import LazyPattern
from ..handshake.wire import MAX_HEAD

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


def unread(head: bytes) -> UnreadResponse | None:
    """The head as far as it can be read, None where it is too large for that.

    A value with a line break inside is kept whole, as a folded one would be, so that `verify` can name it.
    """
    if len(head) > MAX_HEAD:
        return None
    line = _STATUS_LINE.compiled.match(head)
    if line is None:
        read = UnreadResponse(head).read()
        return UnreadResponse(head, read.status, read.http_version)
    return UnreadResponse(head, int(line[2]), line[1].decode("ascii"))
