"""Servers that refuse in the wrong way."""

from __future__ import annotations

import asyncio

from asgi_ws_guard.handshake import Handshake, Violation, accept_value

from .animal import broken
from .server import Correct, Fields


@broken(
    "refusal-version-8",
    "refusal-version-14",
    "refusal-version-255",
    lenient=("refusal-version-missing",),
    says="without naming",
)
class VersionNotNamed(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [pair for pair in super().refusal_fields(violations) if pair[0] != "Sec-WebSocket-Version"]


@broken("refusal-version-8", says="without naming")
class RefusedVersionNamed(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        named = [
            (name, "13, 8" if name == "Sec-WebSocket-Version" else value)
            for name, value in super().refusal_fields(violations)
        ]
        return named


@broken("refusal-426-version", "refusal-426-upgrade", says="426 without Upgrade")
class Bare426(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [pair for pair in super().refusal_fields(violations) if pair[0] != "Upgrade"]


@broken("refusal-405-allow", says="405 without Allow")
class Bare405(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [pair for pair in super().refusal_fields(violations) if pair[0] != "Allow"]


@broken("closes-*", says="takes the upgrade for done")
class CloseNotKept(Correct):
    async def after_refusal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await self.end(writer)


@broken(
    lenient=("closes-*", "alone-bad-key", "alone-bad-version", "alone-no-version", "alone-post"), says="refused upgrade"
)
class ServesOn(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [
            (name, "keep-alive" if name == "Connection" and "Upgrade" not in value else value.replace(", close", ""))
            for name, value in super().refusal_fields(violations)
        ]

    async def after_refusal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.serve(reader, writer)


@broken("alone-bad-key", "alone-bad-version", "alone-no-version", "alone-post", "closes-*", says="")
class ServesOnAfterClose(Correct):
    async def after_refusal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.serve(reader, writer)


@broken("refusal-no-accept-*", says="says yes")
class AcceptInRefusal(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [*super().refusal_fields(violations), ("Sec-WebSocket-Accept", accept_value("x"))]


@broken("refusal-framed-*", says="does not fit its body")
class ShortBody(Correct):
    def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
        return [
            (name, "9" if name == "Content-Length" else value) for name, value in super().refusal_fields(violations)
        ]


@broken("key-0xff", "key-utf-8", "key-nbsp", "key-nel", says="traceback")
class BreaksOverBytes(Correct):
    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        raw = handshake.fields.get_raw(b"sec-websocket-key") if handshake else []
        if any(byte > 127 for value in raw for byte in value):
            return self.head("HTTP/1.1 500 Oh", [("Connection", "close"), ("Content-Length", "0")])
        return super().refusal(handshake, first, violations)


@broken(lenient=("key-junk",), says="checked for presence")
class PlainAnswer(Correct):
    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        if handshake and (handshake.key or "").startswith("!"):
            return self.head("HTTP/1.1 200 OK", [("Connection", "close"), ("Content-Length", "0")])
        return super().refusal(handshake, first, violations)


@broken(unanswered=("version-7",), says="exhausts")
class HangsOnVersion7(Correct):
    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        self.hang = bool(handshake and handshake.fields.get_all("sec-websocket-version") == ["7"])
        return b"" if self.hang else super().refusal(handshake, first, violations)

    async def after_refusal(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.hang:
            await reader.read()
        await self.end(writer)


@broken(unanswered=("version-12",), says="without a word")
class DropsVersion12(Correct):
    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        drop = handshake and handshake.fields.get_all("sec-websocket-version") == ["12"]
        return b"" if drop else super().refusal(handshake, first, violations)


@broken("version-14", "refusal-version-14", says="no HTTP/1.1 server")
class GarbageOnVersion14(Correct):
    def refusal(self, handshake: Handshake | None, first: Violation, violations: tuple[Violation, ...]) -> bytes:
        bad = handshake and handshake.fields.get_all("sec-websocket-version") == ["14"]
        return b"<html>no</html>" if bad else super().refusal(handshake, first, violations)


@broken("limits-fields-2000", says="traceback")
class BreaksOverFields(Correct):
    async def answer(self, handshake: Handshake) -> bytes:
        if len(handshake.fields) > 1000:
            return self.head("HTTP/1.1 500 Oh", [("Content-Length", "0")])
        return await super().answer(handshake)
