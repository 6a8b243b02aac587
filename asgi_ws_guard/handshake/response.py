"""The server's half of an opening handshake as a value: the head of its answer (RFC 6455 §4.2.2)."""

from __future__ import annotations

from .fields import Fields, Pairs


class HandshakeResponse:
    """The head of an answer: status as int, fields as Fields or pairs of str or bytes, http_version as in Handshake."""

    __slots__ = ("fields", "http_version", "status")

    def __init__(self, status: int = 101, fields: Fields | Pairs = (), http_version: str = "1.1") -> None:
        self.status = status
        self.fields = fields if isinstance(fields, Fields) else Fields(fields)
        self.http_version = http_version

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, HandshakeResponse) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return "HandshakeResponse({!r}, {!r}, {!r})".format(*self._values())

    def _values(self) -> tuple[object, ...]:
        return (self.status, self.fields, self.http_version)

    @property
    def accept(self) -> str | None:
        """The emitted Sec-WebSocket-Accept; several are shown joined by a comma, None where there is none."""
        return ", ".join(self.fields.get_all("sec-websocket-accept")) or None
