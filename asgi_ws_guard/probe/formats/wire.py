"""Bytes for a reader: line by line, what is not printable escaped, cut where it is long, secrets struck out."""

from __future__ import annotations

from ...handshake.fields import escaped
from ...handshake.masking import masked_lines
from ..target import Target

MAX_LINE = 200
MAX_LINES = 40


def readable(data: bytes, target: Target) -> str:
    """`data` as text. Line ends are shown where they are not CR LF."""
    text = target.struck(data.decode("latin-1"))
    # Subprotocols are spared: those on the wire are the cases' own, or names that the user gave.
    lines = [_line(line) for line in masked_lines(text, spared="sec-websocket-protocol").split("\r\n")]
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"... {len(lines) - MAX_LINES} lines more"]
    return "\n".join(lines).rstrip("\n")


def _line(line: str) -> str:
    text = escaped(line, None).replace("\\\\", "\\")
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}... ({len(line)} bytes)"
