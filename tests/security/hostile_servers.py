"""Answers of hostile servers: what a probe gets to read, and should show without doing as it says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

from asgi_ws_guard.handshake import Handshake, Violation, accept_value
from tests.probe.zoo.server import Correct, Fields

from .attack_set import SECRET, TEXTS, in_a_field, on_the_wire

COOKIES: Fields = [("Set-Cookie", f"sid={SECRET}; Path=/"), ("set-cookie", f"other={SECRET}"), ("X-Auth-Token", SECRET)]


class Wordy(Correct):
    """Speaks HTTP, and has these texts wherever it may say something; a connection has one of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [in_a_field(text) for text in texts]
        self.numbers = count()

    async def answer(self, handshake: Handshake) -> bytes:
        """The 101, with one thing of it wrong; right for the first of each text."""
        number = next(self.numbers)
        text = self.texts[number % len(self.texts)]
        right = [("Server", text), *super().fields(handshake)[1:], ("X-Odd", text), *COOKIES]
        kinds: list[Fields] = [
            right,
            [(name, text if name == "Sec-WebSocket-Accept" else value) for name, value in right],
            [(name, text if name == "Upgrade" else value) for name, value in right],
            [(name, text if name == "Connection" else value) for name, value in right],
            [*right, ("Sec-WebSocket-Protocol", text)],
            [*right, ("Sec-WebSocket-Extensions", f"permessage-deflate; {text}={text}")],
            [*right, ("Sec-WebSocket-Extensions", f"permessage-deflate; server_max_window_bits=\xb2; {text}")],
            [*right, ("Content-Length", text), ("Location", text)],
        ]
        if number < len(self.texts):
            return self.head("HTTP/1.1 101 Switching Protocols", right)
        rest = on_the_wire(text) if number % 5 == 4 else b""
        return self.head(f"HTTP/1.1 101 {text[:1000]}", kinds[number % len(kinds)]) + rest

    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        """A refusal with as much of it."""
        number = next(self.numbers)
        text = self.texts[number % len(self.texts)]
        length = ("2", text, "9" * 5000, "\xb2")[number % 4]
        fields: Fields = [("Content-Length", length), ("Sec-WebSocket-Version", text), ("Connection", text), *COOKIES]
        start = f"HTTP/1.1 {(400, 426, 302, 503, 101)[number % 5]} {text[:1000]}"
        return self.head(start, [*fields, ("Location", f"https://a.example/?token={SECRET}")]) + on_the_wire(text)


class Raw(Correct):
    """Answers its first handshake rightly, and each later one with the next of `answers`, whatever they are."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self.answers = answers
        self.numbers = count()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(self.numbers)
        if number == 0:
            return await super().serve(reader, writer)
        await self.read_head(reader)
        writer.write(self.answers[number % len(self.answers)])
        await self.end(writer)


_KEY = "AAECAwQFBgcICQoLDA0ODw=="
_UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade"
_101 = f"HTTP/1.1 101 Yes\r\n{_UPGRADE}\r\nSec-WebSocket-Accept: {accept_value(_KEY)}\r\n"

# With a secret each, and with malformed lines that a parser trips over.
RAW = [
    text.encode("latin-1")
    for text in (
        f"Set-Cookie: sid={SECRET}\r\nHTTP/1.1 101 Yes\r\n\r\n",
        f"junk\r\nSet-Cookie: sid={SECRET}\r\n\r\n",
        f"\x1b[2J\r\nAuthorization: Bearer {SECRET}\r\n\r\n",
        f"HTTP/1.1 101 Yes\r\nSet-Cookie : sid={SECRET}\r\n\r\n",
        f"HTTP/1.1 101 Yes\r\nSet-Cookie sid={SECRET}\r\n\r\n",
        f"HTTP/1.1 400 No\nSet-Cookie: sid={SECRET}\nX: \x9b2J\n\n",
        f"HTTP/1.1 400 No\r\nSet-Cookie: sid=1;\r\n\tid={SECRET}\r\n\r\n",
        f"HTTP/1.1 400 No\r\nX: \x1b]0;owned\x07\rSet-Cookie: sid={SECRET}\r\n\r\n",
        f"HTTP/1.1 400 \x1b[2J\r\n{_UPGRADE}\r\nSet-Cookie:\x00{SECRET}\r\n\r\n",
        f"{_101}\r\nSet-Cookie: sid={SECRET}\r\n",
        f"{_101}Set-Cookie: sid={SECRET}\r\n\r\n\x1b]0;owned\x07",
        f"HTTP/1.1 302 Found\r\nLocation: https://me:{SECRET}@a.example/?token={SECRET}\r\n\r\n",
        f"HTTP/9.9 \x9b2J\r\nSet-Cookie: sid={SECRET}\r\n\r\n",
    )
] + [on_the_wire(text) for text in TEXTS.values()]
