"""As much of WebSocket framing as a probe of the handshake needs: a masked ping, and whether its pong came back."""

from __future__ import annotations

from collections.abc import Iterator

PAYLOAD = b"probe"
MASK = b"\x00\x00\x00\x00"  # masked with zeros, so that the bytes can be read in a report
PONG = b"\x8a" + bytes([len(PAYLOAD)]) + PAYLOAD
PING = b"\x89" + bytes([0x80 | len(PAYLOAD)]) + MASK + PAYLOAD


def server_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The whole frames in `data` as (first byte, payload). Stops at what is no frame of a server."""
    while len(data) >= 2 and not data[1] & 0x80 and data[0] & 0x0F in (0, 1, 2, 8, 9, 10):
        length, start = data[1] & 0x7F, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start], "big")
        yield data[0], data[start : start + length]
        data = data[start + length :]


def is_server_frame(data: bytes) -> bool:
    """Whether `data` starts with a frame as a server sends it: known opcode, not masked (RFC 6455 §5.1, §5.2)."""
    return next(server_frames(data), None) is not None or (len(data) == 1 and data[0] & 0x0F in (0, 1, 2, 8, 9, 10))


def is_pong(data: bytes) -> bool:
    """Whether a pong to our ping came back, whatever stands before it."""
    return PONG in data


def protocol_error(data: bytes) -> bool:
    """Whether the server closed since it could not read our frames: status 1002 (RFC 6455 §7.4.1)."""
    return any(first == 0x88 and payload[:2] == b"\x03\xea" for first, payload in server_frames(data))
