"""A raw client: what leaves and what comes back is bytes, also over TLS and over unix sockets."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import time
from base64 import b64encode
from pathlib import Path
from typing import TypeAlias

Address: TypeAlias = int | Path  # a port of loopback, or a unix socket

DEADLINE = 10.0
TEXT, BINARY, CLOSE = 0x81, 0x82, 0x88


class EndedError(Exception):
    """The server ended the connection before what was read for was there."""


def handshake(path: str, *lines: str, key: str | None = None) -> bytes:
    """The head of a good handshake with more field lines."""
    key = b64encode(os.urandom(16)).decode() if key is None else key
    fields = ["Host: example.com", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}"]
    return "\r\n".join([f"GET {path} HTTP/1.1", *fields, "Sec-WebSocket-Version: 13", *lines, "", ""]).encode("latin-1")


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame of up to 125 bytes, masked with zeros (RFC 6455 §5.3)."""
    return bytes((opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload


def server_frame(opcode: int, payload: bytes) -> bytes:
    return bytes((opcode, len(payload))) + payload


class Peer:
    """One connection, with a buffer and one deadline for all that is waited for."""

    def __init__(self, address: Address, *, tls: bool = False, deadline: float = DEADLINE) -> None:
        self._end = time.monotonic() + deadline
        plain = socket.socket(socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET)
        try:
            plain.settimeout(deadline)
            plain.connect(str(address) if isinstance(address, Path) else ("127.0.0.1", address))
            self._socket = _secured(plain) if tls else plain
        except OSError:
            plain.close()
            raise
        self.buffer = b""

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except ConnectionError as error:
            raise EndedError from error

    def read(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self._fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_head(self) -> bytes:
        """Up to and with the empty line."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            self._fill()
        return self.read(end + 4)

    def read_frame(self) -> tuple[int, bytes]:
        opcode, size = self.read(2)
        if size == 126:
            size = int.from_bytes(self.read(2), "big")
        return opcode, self.read(size)

    def read_to_end(self) -> bytes:
        """Everything until the server ends the connection; TimeoutError where it does not."""
        try:
            while True:
                self._fill()
        except EndedError:
            data, self.buffer = self.buffer, b""
            return data

    def poll(self, seconds: float) -> None:
        """Take what comes within so many seconds into `buffer`."""
        with contextlib.suppress(TimeoutError):
            self._socket.settimeout(seconds)
            self.buffer += self._socket.recv(65536)

    def _fill(self) -> None:
        self._socket.settimeout(max(0.001, self._end - time.monotonic()))
        try:
            data = self._socket.recv(65536)
        except (ConnectionError, ssl.SSLEOFError) as error:
            raise EndedError from error
        if not data:
            raise EndedError
        self.buffer += data


def _secured(plain: socket.socket) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the certificate is this suite's own
    return context.wrap_socket(plain, server_hostname="localhost")
