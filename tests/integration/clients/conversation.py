"""What every client does: offers two subprotocols, has a text and a binary message echoed, closes, tells it all."""

from __future__ import annotations

from dataclasses import dataclass

OFFERS = ["chat", "superchat"]
TEXT = "gr\u00fc\u00df dich"
BINARY = bytes(range(256))
DEADLINE = 20.0  # seconds for a whole conversation


@dataclass(frozen=True)
class Conversation:
    """`accept`: the Sec-WebSocket-Accept that the client read, None for a client that keeps it to itself."""

    subprotocol: str | None
    text: str
    binary: bytes
    close_code: int | None
    accept: str | None = None

    def went_well(self) -> bool:
        return (self.subprotocol, self.text, self.binary, self.close_code) == (OFFERS[0], TEXT, BINARY, 1000)
