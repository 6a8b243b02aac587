"""Extended CONNECT over HTTP/2, one connection a case. The one file that imports h2."""

from __future__ import annotations

import asyncio
import contextlib
from time import monotonic

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event, ResponseReceived, SettingsAcknowledged, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from ..handshake.request import Handshake
from ..handshake.wire import write_head
from .answer import Answer
from .case import Case
from .client import describe
from .target import Target

# A case sends what is wrong on purpose, so h2 must neither correct nor refuse it.
_CONFIG = H2Configuration(
    client_side=True, header_encoding="latin-1", validate_outbound_headers=False, normalize_outbound_headers=False
)
Pairs = list[tuple[str, str]]


class _Link:
    """One HTTP/2 connection: bytes in, events out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deadline: float) -> None:
        self.reader = reader
        self.writer = writer
        self.deadline = deadline
        self.h2 = H2Connection(_CONFIG)
        self.h2.initiate_connection()
        self.flush()

    def flush(self) -> None:
        """What h2 has to say goes out."""
        self.writer.write(self.h2.data_to_send())

    async def events(self) -> list[Event]:
        """The next events; empty at the end, at the deadline, and where it is no HTTP/2."""
        try:
            data = await asyncio.wait_for(self.reader.read(65536), max(0.0, self.deadline - monotonic()))
            found = self.h2.receive_data(data) if data else []
        except (asyncio.TimeoutError, ProtocolError, OSError):
            return []
        self.flush()
        return found

    async def settled(self) -> bool:
        """Whether the server's SETTINGS came, so that this is HTTP/2; they stand in `h2.remote_settings` then."""
        while events := await self.events():
            if any(isinstance(event, SettingsAcknowledged) for event in events):
                return True
        return False


async def offered(target: Target, timeout: float) -> str | None:
    """None where extended CONNECT is offered, else why not, as a note for the report; "" where there is no HTTP/2."""
    try:
        link = await _connect(target, timeout)
    except (OSError, asyncio.TimeoutError):
        return ""
    try:
        if not await link.settled():
            return ""
        enabled = link.h2.remote_settings.get(SettingCodes.ENABLE_CONNECT_PROTOCOL, 0)
        return None if enabled == 1 else "HTTP/2 is spoken, but without SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441)."
    finally:
        link.writer.close()


async def exchange(target: Target, case: Case, timeout: float) -> Answer:
    """Sends the case's fields on a new connection and listens for the answer's. Raises nothing but CancelledError."""
    started, sent = monotonic(), case.request.fill(target.blanks(""), target.lines)
    pairs = [_pair(line) for line in sent.decode("latin-1").split("\r\n") if line]
    answer = Answer(sent, "", request=_handshake(pairs))
    try:
        link = await _connect(target, timeout)
    except (OSError, asyncio.TimeoutError) as error:
        answer.ended, answer.trouble = "failed", describe(error)
        return answer
    try:
        if await link.settled():
            await _ask(link, pairs, answer)
    finally:
        with contextlib.suppress(ProtocolError):
            link.h2.close_connection(ErrorCodes.NO_ERROR)
            link.flush()
        link.writer.close()
    answer.seconds = monotonic() - started
    return answer


async def _connect(target: Target, timeout: float) -> _Link:
    context = target.tls("h2")
    name = (target.server_name or target.host) if context else None
    opening = asyncio.open_connection(target.host, target.port, ssl=context, server_hostname=name)
    reader, writer = await asyncio.wait_for(opening, timeout)
    tls = writer.get_extra_info("ssl_object")
    if tls is not None and tls.selected_alpn_protocol() != "h2":
        writer.close()
        raise ConnectionAbortedError("ALPN chose no HTTP/2")
    return _Link(reader, writer, monotonic() + timeout)


async def _ask(link: _Link, pairs: Pairs, answer: Answer) -> None:
    """Fills `answer`. A refusal as text of HTTP/2 has no wire form that a reader would know: it is written as one."""
    link.h2.send_headers(1, pairs)
    link.flush()
    while events := await link.events():
        for event in events:
            if isinstance(event, ResponseReceived):
                fields = [(str(name), str(value)) for name, value in event.headers or ()]
                answer.received = _as_text(fields)
                return
            if isinstance(event, (StreamReset, ConnectionTerminated)):
                answer.ended = "reset"
                return
    answer.ended = "closed" if link.reader.at_eof() else "open"


def _as_text(fields: Pairs) -> bytes:
    status = dict(fields).get(":status", "000")
    plain = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields if not name.startswith(":")]
    return write_head(f"HTTP/2 {status}".encode("latin-1"), plain)


def _handshake(pairs: Pairs) -> Handshake:
    pseudo = dict(pairs)
    plain = [(name, value) for name, value in pairs if not name.startswith(":")]
    return Handshake(pseudo.get(":method"), pseudo.get(":path", "/"), "2", plain)


def _pair(line: str) -> tuple[str, str]:
    """A field of a pseudo-header or a plain one; over HTTP/2 names are lower case."""
    name, _, value = line[1:].partition(":") if line.startswith(":") else line.partition(":")
    return (f":{name}" if line.startswith(":") else name.lower()), value.strip()
