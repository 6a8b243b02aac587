"""A request as a case writes it down: a valid opening handshake with one thing changed, and blanks still to be filled.

Blanks are {path}, {host}, {origin}, {key} and {offers}, so that a case is data: the same for every server, printed by
`probe --list`, and turned into bytes only when a target and a fresh key are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

_VALID = (
    b"Host: {host}",
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Key: {key}",
    b"Sec-WebSocket-Version: 13",
)


@dataclass(frozen=True, slots=True)
class Request:
    """The request line, the field lines and what else goes out. Unchanged, it is a valid opening handshake.

    before   bytes ahead of the request line          after   bytes in the same segment, behind the empty line
    newline  what ends each line                      pieces  the number of segments that the head is cut into
    own      the names (lower case) of the fields that this case decides; the user's own such fields stay away
    """

    method: bytes = b"GET"
    target: bytes = b"{path}"
    version: bytes = b"HTTP/1.1"
    lines: tuple[bytes, ...] = _VALID
    own: frozenset[bytes] = frozenset()
    before: bytes = b""
    after: bytes = b""
    newline: bytes = b"\r\n"
    pieces: int = 1

    def put(self, name: str, *values: str | bytes) -> Request:
        """With one line for each of `values` in place of the lines of `name`; without values the field is gone."""
        lowered, added = name.lower().encode(), tuple(name.encode() + b": " + _bytes(value) for value in values)
        place = next((n for n, line in enumerate(self.lines) if _name(line) == lowered), len(self.lines))
        kept = tuple(line for line in self.lines[:place])
        rest = tuple(line for line in self.lines[place:] if _name(line) != lowered)
        return replace(self, lines=kept + added + rest, own=self.own | {lowered})

    def add(self, *lines: bytes) -> Request:
        """With `lines` at the end of the head, as they are."""
        return replace(self, lines=self.lines + lines, own=self.own | {_name(line) for line in lines})

    def but(self, **changes: object) -> Request:
        """With other parts replaced: method, target, version, lines, before, after, newline, pieces."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def fill(self, blanks: Mapping[bytes, bytes], extra: tuple[bytes, ...] = ()) -> bytes:
        """The bytes to send. `extra` are the user's own field lines; those that the case decides are left out."""
        more = tuple(line for line in extra if _name(line) not in self.own)
        # Not `wire.write_head`: a case may have no start line, lines that end in LF, and lines that are no fields.
        start = b" ".join(part for part in (self.method, self.target, self.version) if part)
        text = self.newline.join([*([start] if start else []), *self.lines, *more, b"", b""])
        text = self.before + text + self.after
        for blank, value in blanks.items():
            text = text.replace(b"{" + blank + b"}", value)
        return text


def cut(data: bytes, pieces: int) -> list[bytes]:
    """`data` in so many segments of about the same size."""
    size = -(-len(data) // pieces)
    return [data[place : place + size] for place in range(0, len(data), size)]


def _name(line: bytes) -> bytes:
    return line.split(b":", 1)[0].strip().lower()


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("ascii")
