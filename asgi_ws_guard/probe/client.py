"""One raw connection per handshake, with caps and deadlines: nothing that a server does hangs, floods or crashes it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Sequence
from time import monotonic

from ..handshake.fields import escaped
from .answer import Answer, Ended, find_head
from .target import Target

MAX_RECEIVED = 128 * 1024  # the head may have 64 KiB (handshake.wire), and some of the body is worth a look
BETWEEN_PIECES = 0.02
# A masked close frame, status 1000: the way out that leaves no error in the server's log.
CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"


class _Wire(asyncio.Protocol):
    """Collects what comes, up to the cap. asyncio's StreamReader would drop what it holds when a reset follows."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.ended: Ended = "open"
        self.changed = asyncio.Event()
        self._scanned = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data[: MAX_RECEIVED - len(self.received)]
        if self.full:
            self._transport.pause_reading()
        self.changed.set()

    def eof_received(self) -> bool:
        self.ended = "closed"
        self.changed.set()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        if self.ended == "open":
            self.ended = "reset" if error else "closed"
        self.changed.set()

    @property
    def has_head(self) -> bool:
        """Whether the final answer's head is whole. What was read before is not read again: bytes may drip."""
        start, whole = find_head(self.received, self._scanned)
        self._scanned = start
        return whole

    @property
    def full(self) -> bool:
        return len(self.received) >= MAX_RECEIVED


async def exchange(
    target: Target,
    pieces: Sequence[bytes],
    key: str,
    *,
    timeout: float,
    linger: float = 0.0,
    then: bytes = b"",
    until: bytes = b"",
) -> Answer:
    """Sends `pieces` and listens until the head of the answer is there, or `timeout` seconds are over.

    After the head `then` is sent, and listened `linger` seconds more, or until the bytes `until` have come.
    Raises nothing but CancelledError.
    """
    started, sent, wire = monotonic(), b"".join(pieces), _Wire()
    try:
        transport = await asyncio.wait_for(_connect(target, wire), timeout)
    except (OSError, asyncio.TimeoutError, UnicodeError) as error:
        return Answer(sent, key, ended="failed", trouble=describe(error), seconds=monotonic() - started)
    try:
        await _send(transport, pieces)
        await _listen(wire, started + timeout, lambda: wire.has_head)
        if wire.has_head and (then or linger):
            transport.write(then)
            await _listen(wire, monotonic() + linger, lambda: bool(until) and until in wire.received)
    finally:
        ended = wire.ended
        _leave(wire, transport)
    return Answer(sent, key, bytes(wire.received), ended, seconds=monotonic() - started)


async def _connect(target: Target, wire: _Wire) -> asyncio.Transport:
    context = target.tls("http/1.1")
    name = (target.server_name or target.host) if context else None
    transport, _ = await asyncio.get_running_loop().create_connection(
        lambda: wire, target.host, target.port, ssl=context, server_hostname=name
    )
    return transport


async def _send(transport: asyncio.Transport, pieces: Sequence[bytes]) -> None:
    for place, piece in enumerate(pieces):
        if place:
            await asyncio.sleep(BETWEEN_PIECES)
        if transport.is_closing():  # the server ended it: asyncio would warn on stderr of what is written after that
            return
        transport.write(piece)


async def _listen(wire: _Wire, deadline: float, done: Callable[[], bool]) -> None:
    """Until `done`, the server's end, a full buffer, or the deadline by the monotonic clock."""
    while wire.ended == "open" and not wire.full and (remaining := deadline - monotonic()) > 0 and not done():
        wire.changed.clear()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(wire.changed.wait(), remaining)


def _leave(wire: _Wire, transport: asyncio.Transport) -> None:
    """Politely where a WebSocket is open; at once where the server has ended it, floods us, or does not read."""
    if wire.ended != "open" or wire.full or transport.get_write_buffer_size():
        transport.abort()
        return
    if wire.received.startswith(b"HTTP/1.1 101"):
        transport.write(CLOSE)
    transport.close()


def describe(error: BaseException) -> str:
    """An error of the connection in one line, without addresses that the user did not give."""
    if isinstance(error, asyncio.TimeoutError):
        return "no connection before the deadline"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {escaped(error.verify_message)}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or str(error)).replace('_', ' ').lower()}"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return f"{type(error).__name__}: {escaped(str(getattr(error, 'strerror', None) or error))}"
