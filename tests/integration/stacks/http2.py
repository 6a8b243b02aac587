"""A WebSocket client over HTTP/2 with prior knowledge: extended CONNECT (RFC 8441), one stream a connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, Event, ResponseReceived, StreamEnded, StreamReset

from tests.integration.stacks.wire import TEXT, Answer, frame

_STREAM = 1
_MESSAGE = b"there and back"

# A server's frame: FIN and text, the length, and no mask (RFC 6455 §5.2).
_ECHO = bytes((TEXT, len(_MESSAGE))) + _MESSAGE


@dataclass
class Stream:
    """What came on the stream so far."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    ended: bool = False

    def take(self, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            self.fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers]
        elif isinstance(event, DataReceived):
            self.body += event.data
        elif isinstance(event, StreamEnded | StreamReset | ConnectionTerminated):
            self.ended = True

    @property
    def status(self) -> int | None:
        return int(dict(self.fields)[":status"]) if self.fields else None


def exchange(port: int, fields: Sequence[tuple[bytes, bytes]], deadline: float) -> Answer:
    """Send the request `fields`, read the whole answer, or a message that came back where a WebSocket opened."""
    configuration = H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False)
    connection = H2Connection(configuration)
    seen = Stream()
    is_connect = dict(fields)[b":method"] == b"CONNECT"
    with socket.create_connection(("127.0.0.1", port), timeout=deadline) as peer:
        connection.initiate_connection()
        connection.send_headers(_STREAM, fields, end_stream=not is_connect)
        for event in _events(peer, connection):
            seen.take(event)
            if isinstance(event, ResponseReceived) and seen.status == 200 and is_connect:
                connection.send_data(_STREAM, frame(TEXT, _MESSAGE))
            if seen.ended or seen.body == _ECHO:
                break
    return Answer(seen.status, tuple(seen.fields), seen.body, ended=seen.ended, echoed=seen.body == _ECHO)


def _events(peer: socket.socket, connection: H2Connection) -> Iterator[Event]:
    """All events until the connection ends; whatever the connection wants to say meanwhile is sent."""
    while True:
        peer.sendall(connection.data_to_send())
        data = peer.recv(65536)
        if not data:
            return
        yield from connection.receive_data(data)
