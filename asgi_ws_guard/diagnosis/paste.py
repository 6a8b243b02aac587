"""What is found in pasted text: heads, each line with its number, and the halves of a handshake that they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..handshake.fields import TCHAR
from ..handshake.request import Handshake
from ..handshake.response import HandshakeResponse

REQUEST_LINE = re.compile(rf"({TCHAR}+) (\S+) HTTP/(\d(?:\.\d+)?)[ \t]*")
STATUS_LINE = re.compile(r"HTTP/(\d(?:\.\d)?) (\d{3})(?: .*)?")


@dataclass(slots=True)
class Line:
    """A field line: where it stood in the paste (0: it was not there, a tool adds it), its name and value."""

    number: int
    name: str
    value: str


@dataclass(slots=True)
class Head:
    """A head as pasted. `start` is its first line, "" where only fields were pasted; `broken` are lines of no form."""

    kind: str
    number: int = 0
    start: str = ""
    lines: list[Line] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """The values of `name` (lower case)."""
        return [line.value for line in self.lines if line.name.lower() == name]


@dataclass(slots=True)
class Paste:
    """What was found: a request, a response, or both, what follows the response's head, and remarks on the form."""

    request: Head | None = None
    response: Head | None = None
    body: str = ""
    remarks: list[str] = field(default_factory=list)


def handshake_of(head: Head | None) -> Handshake:
    """The request as `validate` takes it; one of nothing where there is none."""
    if head is None:
        return Handshake()
    fields = [(line.name, as_bytes(line.value)) for line in head.lines if not line.name.startswith(":")]
    pseudo = {line.name: line.value for line in head.lines if line.name.startswith(":")}
    if start := REQUEST_LINE.fullmatch(head.start):
        return Handshake(start[1], start[2], start[3], fields)
    if pseudo:
        return Handshake(pseudo.get(":method"), pseudo.get(":path", "/"), "2", fields)
    return Handshake(None, "/", "1.1", fields)


def response_of(head: Head) -> HandshakeResponse:
    """The answer as `verify` takes it, a 101 where its first line was not pasted."""
    start = STATUS_LINE.fullmatch(head.start)
    fields = [(line.name, as_bytes(line.value)) for line in head.lines]
    return HandshakeResponse(int(start[2]), fields, start[1]) if start else HandshakeResponse(101, fields)


def as_bytes(text: str) -> bytes:
    """Pasted text as the bytes that it was: each character up to 0xFF is one."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
