"""Bytes for a reader: line by line, what is not printable escaped, cut where it is long, secrets struck out."""

from __future__ import annotations

import re

from ..target import Target

MAX_LINE = 200
MAX_LINES = 40
_SECRET = re.compile(r"cookie|auth|token|secret|api-?key", re.IGNORECASE)


def readable(data: bytes, target: Target) -> str:
    """`data` as text. Line ends are shown where they are not CR LF."""
    for secret in _secrets(target):
        data = data.replace(secret, b"***")
    lines = [_line(line) for line in data.split(b"\r\n")]
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"... {len(lines) - MAX_LINES} lines more"]
    return "\n".join(lines).rstrip("\n")


def _line(line: bytes) -> str:
    text = line.decode("latin-1").encode("unicode_escape").decode("ascii").replace("\\\\", "\\")
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}... ({len(line)} bytes)"


def _secrets(target: Target) -> list[bytes]:
    """The values that the user gave in fields whose names promise a secret."""
    return [value.encode("latin-1") for name, value in target.fields if value and _SECRET.search(name)]
