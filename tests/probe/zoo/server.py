"""A correct minimal WebSocket server in asyncio, whose every step can be broken alone: the animals of the zoo.

It reads and judges with our own core, so that a case and the core cannot disagree unseen; its steps are methods, and a
broken server is a subclass that overrides one of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from asgi_ws_guard.handshake import Handshake, Violation, accept_value, parse_request, validate
from asgi_ws_guard.handshake.requirements import violated

MAX_HEAD = 65536
PONG = b"\x8a"

Fields = list[tuple[str, str]]


class Correct:
    """Does everything right. One instance a server; a connection is one call of `serve`."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a head, an answer, then frames or the end."""
        head = await self.read_head(reader)
        if head is None:
            return await self.end(writer)
        handshake = self.parse(head)
        violations = self.judge(handshake) if handshake is not None else (violated("field-content", "no head"),)
        if handshake is None or violations:
            writer.write(self.refusal(handshake, violations[0], violations))
            return await self.after_refusal(reader, writer)
        writer.write(await self.answer(handshake))
        await self.frames(reader, writer)

    async def read_head(self, reader: asyncio.StreamReader) -> bytes | None:
        """The head up to its empty line, whichever line ends it uses; None where the client left or sent too much."""
        head = b""
        while len(head) < MAX_HEAD + 4096:
            line = await reader.readline()
            if line in (b"\r\n", b"\n") and head:
                return head + line
            if line not in (b"\r\n", b"\n"):
                head += line
            if not line:
                return None
        return head

    def parse(self, head: bytes) -> Handshake | None:
        """The handshake; None where the head is none."""
        try:
            handshake = parse_request(head)
        except ValueError:
            return None
        plain = handshake.target.startswith(("/", "http://")) and "#" not in handshake.target
        return handshake if plain else None

    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        """What the request breaks, less what is only flagged."""
        return tuple(violation for violation in validate(handshake) if not violation.requirement.flagged)

    async def answer(self, handshake: Handshake) -> bytes:
        """The 101."""
        return self.head("HTTP/1.1 101 Switching Protocols", self.fields(handshake))

    def head(self, start: str, fields: Fields) -> bytes:
        """A head of an answer in bytes."""
        return "\r\n".join([start, *(f"{name}: {value}" for name, value in fields), "", ""]).encode("latin-1")

    def fields(self, handshake: Handshake) -> Fields:
        """The fields of the 101."""
        return [
            ("Server", "zoo"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", self.accept(handshake.key or "")),
        ]

    def accept(self, key: str) -> str:
        """The accept value."""
        return accept_value(key)

    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        """The whole refusal: head and body."""
        return self.head(f"HTTP/1.1 {first.status} Refused", self.refusal_fields(violations)) + b"no"

    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        """The fields of a refusal."""
        wanted = {name: value for violation in violations for name, value in violation.response_fields}
        return list({"Connection": "close", "Content-Length": "2", **wanted}.items())

    async def after_refusal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What comes after a refusal: the end."""
        await self.end(writer)

    async def frames(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers pings, and ends at a close frame or at what is no frame of a client."""
        while frame := await self.frame(reader):
            opcode, payload = frame
            if opcode == 9:
                writer.write(PONG + bytes([len(payload)]) + payload)
            elif opcode == 8:
                break
        else:
            writer.write(b"\x88\x02\x03\xea")
        await self.end(writer)

    async def frame(self, reader: asyncio.StreamReader) -> tuple[int, bytes] | None:
        """The next frame, unmasked; None where there is none."""
        try:
            first, second = await reader.readexactly(2)
            if not second & 0x80 or second & 0x7F > 125 or first & 0x0F not in (1, 2, 8, 9, 10):
                return None
            mask, payload = await reader.readexactly(4), await reader.readexactly(second & 0x7F)
        except asyncio.IncompleteReadError:
            return None
        return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))

    async def end(self, writer: asyncio.StreamWriter) -> None:
        """Closes."""
        writer.close()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """`handler` for each connection to a free port of loopback, which is yielded; nothing is left behind."""
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        writers.append(writer)
        with contextlib.suppress(ConnectionError, ValueError, asyncio.CancelledError):
            await handler(reader, writer)
        tasks.discard(task)

    listener = await asyncio.start_server(connection, "127.0.0.1", 0, limit=256 * 1024, ssl=context)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # connection_lost is called in the loop's next turn
        await listener.wait_closed()


@asynccontextmanager
async def serving(server: Correct) -> AsyncIterator[str]:
    """`server` on loopback; yields its URL."""
    async with listening(server.serve) as port:
        yield f"ws://127.0.0.1:{port}/ws"
