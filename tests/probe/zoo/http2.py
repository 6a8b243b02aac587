"""A correct minimal server of extended CONNECT over HTTP/2, by prior knowledge and without TLS, and broken ones."""

from __future__ import annotations

import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from asgi_ws_guard.handshake import Handshake, Violation, validate

from .server import Correct

Headers = list[tuple[str, str]]


class CorrectHttp2(Correct):
    """Speaks HTTP/2 to who begins with its preface, and HTTP/1.1 to all others."""

    enabled = 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        if first.startswith(b"PRI * HTTP/2.0"):
            await self.serve_http2(first, reader, writer)
        else:
            reader.feed_data(first)
            await super().serve(reader, writer)

    async def serve_http2(self, data: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of HTTP/2, until the client leaves."""
        # What is wrong on purpose has to reach us: h2 would answer for it.
        config = H2Configuration(client_side=False, header_encoding="utf-8", validate_inbound_headers=False)
        link = H2Connection(config)
        link.initiate_connection()
        link.update_settings({SettingCodes.ENABLE_CONNECT_PROTOCOL: self.enabled})
        try:
            while data:
                for event in link.receive_data(data):
                    if isinstance(event, RequestReceived) and event.stream_id is not None:
                        headers = [(str(name), str(value)) for name, value in event.headers or ()]
                        self.reply(link, event.stream_id, headers)
                writer.write(link.data_to_send())
                data = await reader.read(65536)
        except ProtocolError:
            pass
        writer.close()

    def reply(self, link: H2Connection, stream: int, headers: Headers) -> None:
        """A 2xx, a refusal, or the reset of a malformed stream."""
        if self.malformed(headers):
            link.reset_stream(stream, ErrorCodes.PROTOCOL_ERROR)
            return
        if dict(headers).get(":protocol") != "websocket":
            link.send_headers(stream, [(":status", "501")], end_stream=True)
            return
        plain = [pair for pair in headers if not pair[0].startswith(":")]
        violations = validate(Handshake("CONNECT", dict(headers)[":path"], "2", plain))
        if violations:
            link.send_headers(stream, self.refused(violations), end_stream=True)
        else:
            link.send_headers(stream, self.accepted())

    def malformed(self, headers: Headers) -> bool:
        """Whether the message breaks RFC 9113 §8.2.2 or RFC 8441 §4."""
        names = dict(headers)
        extended = ":protocol" in names
        return bool({"connection", "upgrade"} & set(names)) or (extended and not {":path", ":scheme"} <= set(names))

    def accepted(self) -> Headers:
        """The fields of the 2xx."""
        return [(":status", "200")]

    def refused(self, violations: tuple[Violation, ...]) -> Headers:
        """The fields of a refusal."""
        return [(":status", "400"), ("sec-websocket-version", "13")]


class NotEnabled(CorrectHttp2):
    enabled = 0


class AnyProtocol(CorrectHttp2):
    def reply(self, link: H2Connection, stream: int, headers: Headers) -> None:
        changed = [(name, "websocket" if name == ":protocol" else value) for name, value in headers]
        super().reply(link, stream, changed)


class MalformedLetIn(CorrectHttp2):
    def malformed(self, headers: Headers) -> bool:
        return False

    def reply(self, link: H2Connection, stream: int, headers: Headers) -> None:
        super().reply(
            link, stream, [(":path", "/"), *(pair for pair in headers if pair[0] not in ("connection", "upgrade"))]
        )


class AcceptOverHttp2(CorrectHttp2):
    def accepted(self) -> Headers:
        return [*super().accepted(), ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]


class VersionNotNamed(CorrectHttp2):
    def refused(self, violations: tuple[Violation, ...]) -> Headers:
        return [(":status", "400")]


class KeyWanted(CorrectHttp2):
    def reply(self, link: H2Connection, stream: int, headers: Headers) -> None:
        if (
            "sec-websocket-key" in dict(headers)
            or self.malformed(headers)
            or dict(headers).get(":protocol") != "websocket"
        ):
            super().reply(link, stream, headers)
        else:
            link.send_headers(stream, [(":status", "400"), ("sec-websocket-version", "13")], end_stream=True)


class UnofferedOverHttp2(CorrectHttp2):
    def accepted(self) -> Headers:
        return [*super().accepted(), ("sec-websocket-protocol", "chat")]
