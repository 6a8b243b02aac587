"""How a handshake of this suite is written down: a valid one, what is changed in it, and what that breaks.

In a value, %key% stands for the request's one good key and %15% for the base64 of 15 random bytes, fresh each time.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import urandom
from typing import Literal, TypeAlias
from urllib.parse import unquote

Value: TypeAlias = bytes | tuple[bytes, ...] | None  # one line, several, or none
Meaning: TypeAlias = Literal["handshake", "http"]

HOST, UPGRADE, CONNECTION = "Host", "Upgrade", "Connection"
KEY, VERSION = "Sec-WebSocket-Key", "Sec-WebSocket-Version"
ORIGIN, PROTOCOL, EXTENSIONS = "Origin", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"

_VALID: Mapping[str, Value] = {
    HOST: b"example.com",
    UPGRADE: b"websocket",
    CONNECTION: b"Upgrade",
    KEY: b"%key%",
    VERSION: b"13",
}


@dataclass(frozen=True)
class Case:
    """One handshake: what is changed in a valid one, what that breaks (refused) and what is only flagged (accepted).

    `meaning` "http" is a request that means no WebSocket at all: the guard leaves it alone.
    """

    id: str
    breaks: tuple[str, ...] = ()
    changes: Mapping[str, Value] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    method: str = "GET"
    target: str = "%path%"
    http_version: str = "HTTP/1.1"
    body: bytes = b""
    meaning: Meaning = "handshake"

    def path(self, nonce: str) -> str:
        """The path as an application reads it; a target in absolute-form has it all the same on some servers."""
        before = unquote(self.target.partition("%path%")[0])
        return f"{before if before.startswith('/') else ''}/case/{self.id}/{nonce}"

    def request(self, nonce: str) -> bytes:
        """The exact bytes, for a path that names the case and the run."""
        target = self.target.replace("%path%", f"/case/{self.id}/{nonce}")
        lines = [f"{self.method} {target} {self.http_version}".encode()]
        lines += [name.encode() + b": " + value for name, value in self._fields()]
        return _with_keys(b"\r\n".join(lines)) + b"\r\n\r\n" + self.body

    def _fields(self) -> Iterator[tuple[str, bytes]]:
        for name, values in {**_VALID, **self.changes}.items():
            for value in (values,) if isinstance(values, bytes) else values or ():
                yield name, value


def _with_keys(head: bytes) -> bytes:
    head = head.replace(b"%key%", b64encode(urandom(16)))
    return re.sub(rb"%(\d+)%", lambda size: b64encode(urandom(int(size[1]))), head)


def each(name: str, breaks: str | None, values: Mapping[str, Value], flags: tuple[str, ...] = ()) -> Iterator[Case]:
    """A case for each value of one field."""
    for case_id, value in values.items():
        yield Case(case_id, (breaks,) if breaks else (), {name: value}, flags)
