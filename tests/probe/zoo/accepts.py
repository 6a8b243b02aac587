"""Servers that get the accept value wrong."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from hashlib import sha1, sha256

from asgi_ws_guard.handshake import GUID, Handshake, accept_value

from .animal import broken
from .server import Correct, Fields


@broken("response-accept-value", says="the GUID has a misprint")
class WrongGuid(Correct):
    def accept(self, key: str) -> str:
        return b64encode(sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B1").digest()).decode()


@broken("response-accept-value", says="the decoded key was hashed")
class DecodedKeyHashed(Correct):
    def accept(self, key: str) -> str:
        return b64encode(sha1(b64decode(key) + GUID).digest()).decode()


@broken("response-accept-value", says="GUID was left out")
class NoGuid(Correct):
    def accept(self, key: str) -> str:
        return b64encode(sha1(key.encode()).digest()).decode()


@broken("response-accept-value", says="printed in hex")
class HexDigest(Correct):
    def accept(self, key: str) -> str:
        return sha1(key.encode() + GUID).hexdigest()


@broken("response-accept-value", says="SHA-256 was used")
class OtherHash(Correct):
    def accept(self, key: str) -> str:
        return b64encode(sha256(key.encode() + GUID).digest()).decode()


@broken("response-accept-value", says="padding = was cut off")
class Unpadded(Correct):
    def accept(self, key: str) -> str:
        return accept_value(key).rstrip("=")


@broken("response-accept-value", says="line break after the key was hashed")
class LineBreakHashed(Correct):
    def accept(self, key: str) -> str:
        return accept_value(key + "\r\n")


@broken("response-accept-value", says="quotes")
class QuotesHashed(Correct):
    def accept(self, key: str) -> str:
        return accept_value(f'"{key}"')


@broken("response-accept-value", says="the key was sent back")
class KeyEchoed(Correct):
    def accept(self, key: str) -> str:
        return key


@broken("response-accept-value", says="cut after 20 of 28 characters")
class Truncated(Correct):
    def accept(self, key: str) -> str:
        return accept_value(key)[:20]


@broken("response-accept-canonical", says="pad bits")
class PadBits(Correct):
    def accept(self, key: str) -> str:
        good = accept_value(key)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return good[:26] + alphabet[alphabet.index(good[26]) + 1] + "="


@broken("accept-of-ows-key", says="was hashed: strip")
class SpaceHashed(Correct):
    def parse(self, head: bytes) -> Handshake | None:
        self.spaced = b"Key:   " in head
        return super().parse(head)

    def accept(self, key: str) -> str:
        return accept_value(f" {key}" if self.spaced else key)


@broken("accept-of-plus-key", says="form value")
class FormDecoded(Correct):
    def accept(self, key: str) -> str:
        return accept_value(key.replace("+", " ") if key.count("+") > 9 else key)


@broken("accept-of-pad-bits", says="encode")
class KeyEncodedAnew(Correct):
    def accept(self, key: str) -> str:
        return accept_value(b64encode(b64decode(key)).decode())


@broken("response-accept-present", says="plain HTTP 101")
class NoAccept(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return super().fields(handshake)[:-1]


@broken("response-accept-once", says="two layers")
class AcceptTwice(Correct):
    def fields(self, handshake: Handshake) -> Fields:
        return super().fields(handshake) + super().fields(handshake)[-1:]


@broken("response-accept-value", "replay-in-turn", "replay-at-once", says="another connection", in_turn=True)
class Replayed(Correct):
    last = "dGhlIHNhbXBsZSBub25jZQ=="

    def accept(self, key: str) -> str:
        previous, self.last = self.last, key
        return accept_value(previous)


@broken("replay-at-once", says="variable which connections share", in_turn=True)
class SharedKey(Correct):
    async def answer(self, handshake: Handshake) -> bytes:
        self.key = handshake.key or ""
        for _ in range(200):  # turns of the loop, not time: a busy machine must not hide the race
            await asyncio.sleep(0)
        return await super().answer(handshake)

    def accept(self, key: str) -> str:
        return accept_value(self.key)
