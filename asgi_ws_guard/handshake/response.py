"""The server's half of an opening handshake as a value: the head of its answer (RFC 6455 §4.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import Fields, Pairs


@dataclass(init=False, slots=True)
class HandshakeResponse:
    """The head of an answer: status as int, fields as Fields or pairs of str or bytes, http_version as in Handshake."""

    status: int
    fields: Fields
    http_version: str

    def __init__(self, status: int = 101, fields: Fields | Pairs = (), http_version: str = "1.1") -> None:
        self.status = status
        self.fields = fields if isinstance(fields, Fields) else Fields(fields)
        self.http_version = http_version

    @property
    def accept(self) -> str | None:
        """The emitted Sec-WebSocket-Accept; several are shown joined by a comma, None where there is none."""
        return ", ".join(self.fields.get_all("sec-websocket-accept")) or None
