"""What one line of a browser's console, a client's error or a server's log means, and what to do about it.

What only says a status means what that status means; the rest is looked up in three tables.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..handshake.request import Handshake
from ..handshake.response import HandshakeResponse
from . import browser_errors, client_errors, server_errors
from .failure import diagnose


class Explained(NamedTuple):
    """Who says it, what it means, what to do."""

    source: str
    meaning: str
    cure: str


# What only says a status: its meaning is that of the status.
_STATUS = re.compile(
    r"(?:Unexpected response code:|Unexpected server response:|server rejected WebSocket connection: HTTP"
    r"|Handshake status|WSServerHandshakeError:|response status code(?: is)?|status=|InvalidStatus(?:Code)?:.*?HTTP"
    r"|connection (?:rejected|failed) \(|\"WebSocket \S+\"|WebSocketUpgradeError:.*?) ?(\d{3})\b"
)


def explain_message(text: str) -> Explained | None:
    """What the line `text` means; None where no row knows it."""
    if (status := _STATUS.search(text)) and status[1] != "101":
        return _of_status(int(status[1]), text)
    for pattern, source, (meaning, cure) in (*browser_errors.ROWS, *client_errors.ROWS, *server_errors.ROWS):
        if match := re.search(pattern, text):
            first = next((group for group in match.groups() if group), "")
            return Explained(source, meaning.replace("{1}", first), cure)
    return None


def _of_status(status: int, text: str) -> Explained:
    valid = Handshake(
        fields=[
            ("Host", "server.example.com"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "AAECAwQFBgcICQoLDA0ODw=="),
            ("Sec-WebSocket-Version", "13"),
        ]
    )
    found = diagnose(valid, HandshakeResponse(status))
    return Explained(_source(text), f"the server answered {status} instead of 101", found.text if found else "")


def _source(text: str) -> str:
    if "WebSocket connection to" in text:  # Chromium's words, and Safari's
        return "the browser's console"
    return "the server's log" if "connection" in text or '"WebSocket' in text else "the client"
