"""Servers that let in what they should not, or keep out what they should let in."""

from __future__ import annotations

import asyncio

from asgi_ws_guard.handshake import Handshake, Violation, parse_request

from .animal import broken
from .server import Correct


class Tolerant(Correct):
    """Lets in what `ids` name."""

    ids: tuple[str, ...] = ()

    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        return tuple(found for found in super().judge(handshake) if found.requirement.id not in self.ids)


@broken("key-missing", "split-nel", "split-underscore", says="")
class KeyNotWanted(Tolerant):
    ids = ("key-present",)


@broken(
    *("key-1-byte", "key-7-bytes", "key-15-bytes", "key-17-bytes", "key-18-bytes", "key-32-bytes", "key-2-kib"),
    *("key-hex", "limits-key-9-kib"),
    says="",
)
class AnyKeyLength(Tolerant):
    ids = ("key-length",)


@broken("key-base64url", says="checked for presence")
class UrlSafeKey(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        return () if (handshake.key or "").startswith("-_-_") else super().judge(handshake)


@broken("key-twice", "key-twice-*", says="proxy may have looked at the other")
class FirstKeyCounts(Tolerant):
    ids = ("key-once",)


@broken("version-leading-zero", "version-plus", "version-underscore", says="compared as a number")
class VersionAsNumber(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        values = handshake.fields.get_all("sec-websocket-version")
        try:
            good = len(values) == 1 and values[0].isascii() and int(values[0]) == 13
        except ValueError:
            good = False
        self.ids = ("version-13",) if good else ()
        return super().judge(handshake)


@broken("version-missing", says="counts as 13")
class VersionNotWanted(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        draft = "sec-websocket-key1" in handshake.fields
        self.ids = () if draft else ("version-present",)
        return super().judge(handshake)


@broken("version-twice-*", says="one of several versions is taken")
class FirstVersionCounts(Tolerant):
    ids = ("version-once",)


@broken("upgrade-h2c", says="another protocol")
class AnyUpgrade(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        self.ids = ("upgrade-websocket",) if handshake.fields.get_all("upgrade") == ["h2c"] else ()
        return super().judge(handshake)


@broken(
    *("connection-plural", "connection-prefix", "connection-prefix-in-list", "connection-space-separated"),
    *("connection-parameter", "connection-quoted"),
    says="substring",
)
class SubstringConnection(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        inside = "upgrade" in ",".join(handshake.fields.get_all("connection")).lower()
        self.ids = ("connection-upgrade",) if inside else ()
        return super().judge(handshake)


@broken("method-*", says="opening handshake is a GET")
class AnyMethod(Tolerant):
    ids = ("method-get",)


@broken("http-1.0", "http-1.0-keep-alive", says="HTTP/1.0")
class OldHttp(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        self.ids = ("http-version",) if handshake.http_version == "1.0" else ()
        return super().judge(handshake)


@broken("host-missing", says="missing Host")
class HostNotWanted(Tolerant):
    def judge(self, handshake: Handshake) -> tuple[Violation, ...]:
        self.ids = () if "host" in handshake.fields else ("host-once",)
        return super().judge(handshake)


@broken(lenient=("origin-twice", "origin-twice-same"), says="walked round")
class TwoOrigins(Tolerant):
    ids = ("origin-once",)


@broken(lenient=("subprotocol-twice", "subprotocol-twice-lines"), says="not compared with each other")
class SubprotocolTwice(Tolerant):
    ids = ("subprotocol-unique",)


@broken(
    *("extension-empty", "extension-commas", "extension-semicolon", "extension-no-name", "extension-bare-equals"),
    *("extension-no-value", "extension-equals", "extension-space", "extension-open-quote", "extension-quoted-space"),
    says="MUST fail the connection",
)
class AnyExtensionSyntax(Tolerant):
    ids = ("extension-syntax",)


@broken(
    "body-as-frames",
    "body-unknown-coding",
    "body-length-letters",
    "body-length-negative",
    "body-length-plus",
    "body-length-differs",
    lenient=("body-length-5", "body-chunked", "body-chunked-empty", "body-length-and-chunked"),
    says="",
)
class BodyAsFrames(Tolerant):
    ids = ("no-body",)


@broken(
    "split-vt", "split-ff", "split-fs", "split-gs", "split-rs", "split-nel", "syntax-upgrade-hidden", says="splitlines"
)
class SplitLines(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        if not any(b"X-Probe: 1" + byte in head for byte in (b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x85")):
            return super().parse(head)
        return parse_request("\r\n".join(head.decode("latin-1").splitlines()).encode("latin-1"))


@broken("split-underscore", says="underscores count as hyphens")
class Underscores(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return super().parse(head.replace(b"Sec_WebSocket_Key", b"Sec-WebSocket-Key"))


@broken("line-space-before-colon", "line-space-before-key-colon", says="whitespace before the colon")
class SpaceBeforeColon(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return super().parse(head.replace(b" :", b":"))


@broken("control-two-segments", "control-many-segments", says="one recv")
class OneRead(Correct):
    async def read_head(self, reader: asyncio.StreamReader) -> bytes | None:
        data = await reader.read(65536)
        if len(data) > 512 or b"\n\r\n" in data or b"\n\n" in data:
            reader.feed_data(data)  # a whole head, or a large one whose segments are not our doing
            return await super().read_head(reader)
        return data or None


@broken("control-names-lower", "control-names-upper", says="byte by byte")
class NamesByCase(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return None if b"sec-websocket-version" in head or b"SEC-WEBSOCKET-VERSION" in head else super().parse(head)


@broken("control-order", says="order of the fields")
class HostFirst(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return None if b"HTTP/1.1\r\nSec-WebSocket-Version" in head else super().parse(head)


@broken(
    "connection-keep-alive-first",
    "connection-keep-alive-last",
    "connection-no-space",
    "connection-tabs",
    "connection-empty-elements",
    "connection-two-lines-*",
    "connection-unknown-option",
    "control-firefox",
    says="",
)
class ConnectionAsString(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        handshake = super().parse(head)
        if handshake and ",".join(handshake.fields.get_all("connection")).lower() not in (
            "",
            "upgrade",
            "close, upgrade",
        ):
            return None
        return handshake


@broken("upgrade-mixed-case", "upgrade-upper-case", says="minds case")
class CaseOfUpgrade(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return None if b"Upgrade: WebSocket" in head or b"Upgrade: WEBSOCKET" in head else super().parse(head)


@broken("key-plus-slash", says="base64 alphabet")
class PlusRefused(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        return None if b"Key: +/+/" in head else super().parse(head)
