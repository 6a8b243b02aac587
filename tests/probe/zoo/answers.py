"""Servers whose 101 is wrong beside the accept value."""

from __future__ import annotations

import asyncio

from asgi_ws_guard.handshake import Handshake
from asgi_ws_guard.handshake.fields import list_elements

from .animal import broken
from .server import Correct, Fields


@broken("response-response-upgrade", says="Upgrade")
class NoUpgradeInAnswer(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return [pair for pair in super().fields(handshake) if pair[0] != "Upgrade"]


@broken("response-response-connection", says="overwrote it")
class KeepAliveInAnswer(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return [(name, "keep-alive" if name == "Connection" else value) for name, value in super().fields(handshake)]


@broken(lenient=("response-no-close",), says="adds close")
class CloseInAnswer(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return [*super().fields(handshake), ("Connection", "close")]


@broken("response-subprotocol-offered", "subprotocol-none", says="offer")
class UnofferedSubprotocol(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        none = not handshake.offered_subprotocols
        return super().fields(handshake) + ([("Sec-WebSocket-Protocol", "chat")] if none else [])


@broken("subprotocol-single", says="one token on one line")
class TwoSubprotocols(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        offers = [offer for offer in handshake.offered_subprotocols if "chat" in offer]
        both = [("Sec-WebSocket-Protocol", ", ".join(offers))] if len(offers) > 1 else []
        return super().fields(handshake) + both


@broken("subprotocol-case", says="choose among the offers")
class CaselessSubprotocol(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        chosen = [("Sec-WebSocket-Protocol", "chat")] if "CHAT" in handshake.offered_subprotocols else []
        return super().fields(handshake) + chosen


@broken("extension-unknown", "extension-unknown-parameters", "extension-empty-elements", says="not offered")
class SpeltExtension(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        offers = list_elements(handshake.fields.get_all("sec-websocket-extensions"))
        only = [offer for offer in offers if offer.startswith("x-probe")] == offers and len(offers) == 1
        return super().fields(handshake) + ([("Sec-WebSocket-Extensions", "probe")] if only else [])


@broken("extension-once", says="one line")
class ExtensionsTwice(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        offers = list_elements(handshake.fields.get_all("sec-websocket-extensions"))
        lines = [("Sec-WebSocket-Extensions", offer) for offer in offers if "bzip2" in offer or "frame" in offer]
        return super().fields(handshake) + lines


@broken(
    "deflate-unknown-parameter",
    "deflate-parameter-twice",
    "deflate-bits-*",
    "deflate-takeover-value",
    says="decline",
)
class DeflateAlways(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        offer = next(iter(list_elements(handshake.fields.get_all("sec-websocket-extensions"))), "")
        bad = ("x_probe", "takeover; server", "bits=7", "bits=16", "bits=08", "takeover=1")
        odd = offer.endswith("server_max_window_bits") or any(part in offer for part in bad)
        return super().fields(handshake) + ([("Sec-WebSocket-Extensions", "permessage-deflate")] if odd else [])


@broken("deflate-server-bits", "deflate-server-bits-quoted", "deflate-no-takeover", says="RFC 7692")
class DeflateUnanswered(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        offer = next(iter(list_elements(handshake.fields.get_all("sec-websocket-extensions"))), "")
        asks = "=10" in offer or '="10"' in offer or offer == "permessage-deflate; server_no_context_takeover"
        return super().fields(handshake) + ([("Sec-WebSocket-Extensions", "permessage-deflate")] if asks else [])


@broken("response-response-head", "response-head", says="CR LF")
class LineFeeds(Correct):
    async def answer(self, handshake: Handshake) -> bytes:
        return (await super().answer(handshake)).replace(b"\r\n", b"\n")


@broken("response-head", says="HTTP/1.1 101")
class OldStatusLine(Correct):
    def head(self, start: str, fields: Fields) -> bytes:
        return super().head(start.replace("HTTP/1.1 101", "HTTP/1.0 101"), fields)


@broken("response-content", says="misread the frames")
class LengthIn101(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return [*super().fields(handshake), ("Content-Length", "0")]


@broken("response-once", says="two layers")
class ServerTwice(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return [*super().fields(handshake), ("Server", "zoo, again")]


@broken("response-frames", says="behind the 101")
class LineEndTooMany(Correct):
    async def answer(self, handshake: Handshake) -> bytes:
        return await super().answer(handshake) + b"\r\n"


@broken("response-ping", lenient=("early-ping", "early-half-frame"), says="nothing speaks WebSocket")
class DeadAfter101(Correct):
    async def frames(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        await self.end(writer)


@broken(lenient=("early-ping", "early-half-frame"), says="hand the rest of the buffer on")
class LosesEarlyData(Correct):
    async def frames(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._buffer.clear()  # type: ignore[attr-defined]
        await super().frames(reader, writer)
