"""A raw client: sends exact bytes to a server on loopback and tells what came back, all of it."""

from __future__ import annotations

import json
import os
import socket
import time
import zlib
from dataclasses import dataclass
from typing import Any

DEADLINE = 6.0  # seconds; daphne gives an application 5 to answer
TEXT, _CLOSE = 0x81, 0x88


@dataclass(frozen=True)
class Answer:
    """What a server did with one request: `status` is None where it said nothing; field names are in lower case."""

    status: int | None = None
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    rest: bytes = b""  # what came after the answer on the same connection
    ended: bool = False  # the server ended the connection
    echoed: bool = False  # the WebSocket that it opened carries a message there and back

    def get_all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def options(self, name: str) -> set[str]:
        """The elements of a list field, in lower case."""
        return {element.strip().lower() for value in self.get_all(name) for element in value.split(",")}

    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


class _Ended(Exception):
    """The server ended the connection before what was read for was there."""


class _Connection:
    """A socket with a buffer and one deadline for the whole exchange."""

    def __init__(self, port: int, deadline: float) -> None:
        self._deadline = time.monotonic() + deadline
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=deadline)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except ConnectionError as error:
            raise _Ended from error

    def fill(self) -> None:
        """Wait for more bytes: TimeoutError past the deadline, _Ended where there are no more."""
        self._socket.settimeout(max(0.001, self._deadline - time.monotonic()))
        try:
            data = self._socket.recv(65536)
        except ConnectionError as error:
            raise _Ended from error
        if not data:
            raise _Ended
        self.buffer += data

    def read(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.fill()
        data, self.buffer = self.buffer.split(mark, 1)
        return data

    def read_to_end(self) -> bool:
        """Read whatever else comes; whether the server then ended the connection in time."""
        try:
            while True:
                self.fill()
        except _Ended:
            return True
        except TimeoutError:
            return False


def exchange(port: int, request: bytes, deadline: float = DEADLINE, to_the_end: bool = False) -> Answer:
    """Send `request` in one segment, read the answer, and exchange a message where it opened a WebSocket.

    `to_the_end`: keep reading until the server ends the connection; what came meanwhile is the answer's `rest`.
    """
    with _Connection(port, deadline) as connection:
        try:
            connection.send(request)
            status, fields = _read_head(connection)
        except (_Ended, TimeoutError) as error:
            return Answer(rest=connection.buffer, ended=isinstance(error, _Ended))
        if status == 101:
            return Answer(status, fields, echoed=_echoes(connection, Answer(fields=fields)))
        body = _read_body(connection, Answer(status, fields), head_only=request.startswith(b"HEAD "))
        ended = to_the_end and connection.read_to_end()
        return Answer(status, fields, body, connection.buffer, ended)


def _read_head(connection: _Connection) -> tuple[int, tuple[tuple[str, str], ...]]:
    status_line, *lines = connection.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    return int(status_line.split()[1]), tuple((name.lower(), value.strip()) for name, value in pairs)


def _read_body(connection: _Connection, head: Answer, head_only: bool) -> bytes:
    """The body as far as it came, framed as RFC 9112 §6.3 says."""
    body = b""
    if head_only or head.status in (204, 304):
        return body
    try:
        if "chunked" in head.options("transfer-encoding"):
            while size := int(connection.read_until(b"\r\n"), 16):
                body += connection.read(size + 2)[:-2]
            connection.read_until(b"\r\n")
        elif lengths := head.get_all("content-length"):
            body = connection.read(int(lengths[0]))
        else:
            connection.read_to_end()
            body, connection.buffer = connection.buffer, b""
    except (_Ended, TimeoutError):
        pass
    return body


def _echoes(connection: _Connection, head: Answer) -> bool:
    """Send one message, read it back, and close as a client should."""
    message = b"there and back"
    try:
        connection.send(frame(TEXT, message))
        opcode, payload = _read_frame(connection)
        while opcode & 0x0F == 0x09:  # granian and daphne may ping first
            opcode, payload = _read_frame(connection)
        if opcode & 0x40 and head.get_all("sec-websocket-extensions"):  # compressed: RFC 7692 §7.2.2
            payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
        connection.send(frame(_CLOSE, (1000).to_bytes(2, "big")))
        connection.read_to_end()
    except (_Ended, TimeoutError, zlib.error):
        return False
    return opcode & 0x0F == 0x01 and payload == message


def frame(opcode: int, payload: bytes) -> bytes:
    """A short client frame, masked as RFC 6455 §5.3 wants."""
    mask = os.urandom(4)
    return bytes((opcode, 0x80 | len(payload))) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def _read_frame(connection: _Connection) -> tuple[int, bytes]:
    opcode, size = connection.read(2)
    return opcode, connection.read(size)
