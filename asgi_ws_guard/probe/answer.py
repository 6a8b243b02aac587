"""What a server sent back: the bytes as they came, how the connection ended, and the answer read from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from ..handshake.request import Handshake
from ..handshake.response import HandshakeResponse
from ..handshake.wire import parse_request, parse_response

# open: it stood when we left. closed: the server ended it. reset: it broke off. failed: there never was one.
Ended: TypeAlias = Literal["open", "closed", "reset", "failed"]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d[ \r\n]")


def find_head(received: bytes | bytearray, start: int = 0) -> tuple[int, bool]:
    """Where the final answer begins, from `start` on, behind the interim ones; and whether its head is whole."""
    while match := _HEAD_END.search(received, start):
        if not _INTERIM.match(received, start):
            return start, True
        start = match.end()
    return start, False


def split_head(received: bytes | bytearray) -> tuple[bytes, bytes] | None:
    """The head of the final answer and what follows it; None while it is not whole.

    Interim answers (RFC 9110 §15.2) are skipped. Lines that end in LF alone are read as well, to be judged later.
    """
    start, whole = find_head(received)
    match = _HEAD_END.search(received, start) if whole else None
    return (bytes(received[start : match.start()]), bytes(received[match.end() :])) if match else None


@dataclass(eq=False)
class Answer:
    """One exchange. `received` is capped, `seconds` runs from the first byte sent to the end of listening.

    `trouble` says in one line why there was no connection. `other_keys` are those of the other handshakes of the run,
    for the diagnosis of an accept value that belongs to one of them. `request` is there where `sent` is no HTTP/1.1.
    """

    sent: bytes
    key: str
    received: bytes = b""
    ended: Ended = "open"
    trouble: str = ""
    seconds: float = 0.0
    other_keys: tuple[str, ...] = ()
    request: Handshake | None = None

    def __repr__(self) -> str:
        """Without the bytes: the user's credentials are among them."""
        return f"<Answer {self.ended}, {len(self.sent)} bytes sent, {len(self.received)} received>"

    @cached_property
    def head(self) -> bytes | None:
        """The head of the final answer, None where it did not come whole."""
        parts = split_head(self.received)
        return parts[0] if parts else None

    @cached_property
    def rest(self) -> bytes:
        """What came after the head."""
        parts = split_head(self.received)
        return parts[1] if parts else b""

    @cached_property
    def response(self) -> HandshakeResponse | None:
        """The answer as a value; None where none came, or where it is no HTTP at all."""
        if self.head is None:
            return None
        for head in (self.head, re.sub(rb"\r?\n", b"\r\n", self.head)):
            try:
                return parse_response(head)
            except ValueError:
                continue
        return None

    @property
    def opened(self) -> bool:
        """Whether this opens a WebSocket: a 101, over HTTP/2 a 2xx."""
        if self.response is None or not self.handshake.extended_connect:
            return self.response is not None and self.response.status == 101
        return 200 <= self.response.status < 300

    @property
    def malformed(self) -> str | None:
        """What is wrong with the head as HTTP/1.1, strictly read; None where nothing is, or no head came."""
        try:
            parse_response(self.head or b"HTTP/1.1 200 OK")
        except ValueError as error:
            return str(error)
        return None

    @cached_property
    def handshake(self) -> Handshake:
        """The request that this answers, as a value; a bare one where it was malformed on purpose."""
        if self.request is not None:
            return self.request
        try:
            return parse_request(self.sent)
        except ValueError:
            return Handshake(fields=[("Sec-WebSocket-Key", self.key)])
