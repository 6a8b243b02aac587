"""The ways in which a server's 101 can be wrong, as data: what is done to a right head, and what that breaks."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Mangle: TypeAlias = Callable[[bytes, bytes], bytes]  # of a whole head and the request's key

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
STALE = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # the answer to the RFC's own key: what a replaying cache has in store

_ACCEPT = re.compile(rb"(?i)(\r\nsec-websocket-accept: )([^\r]*)")


@dataclass(frozen=True)
class Breakage:
    """One wrong head; `breaks` is the requirement that it breaks."""

    breaks: str
    mangle: Mangle


def _accept(make: Callable[[bytes], bytes]) -> Breakage:
    """Another accept value, made from the key."""
    return Breakage("accept-value", lambda head, key: _ACCEPT.sub(lambda line: line[1] + make(key), head))


def _edited(breaks: str, edit: Callable[[bytes], bytes]) -> Breakage:
    """The value of the accept field edited."""
    return Breakage(breaks, lambda head, _: _ACCEPT.sub(lambda line: line[1] + edit(line[2]), head))


def _line(breaks: str, pattern: bytes, replacement: bytes) -> Breakage:
    return Breakage(breaks, lambda head, _: re.sub(pattern, replacement, head, count=1))


def _digest(name: str, data: bytes) -> bytes:
    return b64encode(hashlib.new(name, data).digest())


BREAKAGES: Mapping[str, Breakage] = {
    "wrong-guid": _accept(lambda key: _digest("sha1", key + GUID.lower())),
    "no-guid": _accept(lambda key: _digest("sha1", key)),
    "decoded-key": _accept(lambda key: _digest("sha1", b64decode(key) + GUID)),
    "hex-digest": _accept(lambda key: hashlib.sha1(key + GUID).hexdigest().encode()),
    "sha-256": _accept(lambda key: _digest("sha256", key + GUID)),
    "stale-accept": _accept(lambda _: STALE),
    "accept-missing": _line("accept-present", rb"(?i)\r\nsec-websocket-accept: [^\r]*", b""),
    "accept-twice": Breakage("accept-once", lambda head, _: _ACCEPT.sub(lambda line: line[0] * 2, head)),
    "accept-empty": _edited("accept-value", lambda _: b""),
    "accept-space": _edited("accept-value", lambda value: value[:12] + b" " + value[12:]),
    "accept-line-break": _edited("accept-value", lambda value: value[:12] + b"\r\n" + value[12:]),
    "accept-line-feed": _edited("accept-value", lambda value: value[:12] + b"\n" + value[12:]),
    "accept-folded": _edited("accept-value", lambda value: value[:12] + b"\r\n " + value[12:]),
    "accept-pad-bits": _edited("accept-canonical", lambda value: value[:26] + bytes((value[26] + 1,)) + b"="),
    "status-200": _line("status-101", rb"^HTTP/1\.1 101[^\r]*", b"HTTP/1.1 200 OK"),
    "no-http": _line("status-101", rb"^HTTP/1\.1 101", b"WS/1 101"),
    "upgrade-missing": _line("response-upgrade", rb"(?i)\r\nupgrade: [^\r]*", b""),
    "connection-missing": _line("response-connection", rb"(?i)\r\nconnection: [^\r]*", b""),
    "subprotocol-not-offered": _line("subprotocol-offered", rb"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: other\r\n\r\n"),
    "extension-not-offered": _line("extension-offered", rb"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-other\r\n\r\n"),
}
