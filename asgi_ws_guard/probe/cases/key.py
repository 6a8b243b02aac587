"""Sec-WebSocket-Key: there, once, base64, 16 bytes (RFC 6455 §4.2.1 item 5, §11.3.1)."""

from __future__ import annotations

from ..case import EITHER, OPENS, REFUSED, Case
from .base import KEY, VALID, maker

_case = maker("key")

_PRESENCE = (
    "the upgrade is answered without looking for a key, as a plain HTTP 101: refuse with 400 where there is none"
)
_DECODE = "the key is only checked for presence: decode it as base64, strictly, and refuse with 400 what is none"
_LENGTH = "the key is decoded, if at all, and its length not looked at: it stands for 16 bytes"
_ONCE = "one of several keys is taken, or all joined: a proxy may have looked at the other; refuse with 400"
_BYTES = "bytes that no key has are let through: check the value against the base64 alphabet"
_STRIP = "space and tab round a field value are not part of it (RFC 9110 §5.5): strip them, and nothing else"


def _refused(name: str, requirement: str, title: str, *values: str | bytes, mistake: str = _DECODE) -> Case:
    return _case(f"key-{name}", requirement, title, VALID.put(KEY, *values), REFUSED, mistake=mistake)


CASES: tuple[Case, ...] = (
    _refused("missing", "key-present", "no key", mistake=_PRESENCE),
    _refused("empty", "key-base64", "an empty key", "", mistake=_PRESENCE),
    _refused("blank", "key-base64", "a key of spaces", "    ", mistake=_PRESENCE),
    _refused("padding-only", "key-base64", "a key that is only padding", "=="),
    _refused("1-byte", "key-length", "a key of 1 byte", "AA==", mistake=_LENGTH),
    _refused("7-bytes", "key-length", "a key of 7 bytes, as test clients send", "testserver==", mistake=_LENGTH),
    _refused("15-bytes", "key-length", "a key of 15 bytes", "AAECAwQFBgcICQoLDA0O", mistake=_LENGTH),
    _refused("17-bytes", "key-length", "a key of 17 bytes", "AAECAwQFBgcICQoLDA0ODxA=", mistake=_LENGTH),
    _refused(
        "18-bytes", "key-length", "24 characters that decode to 18 bytes", "AAECAwQFBgcICQoLDA0ODxAR", mistake=_LENGTH
    ),
    _refused(
        "32-bytes", "key-length", "a key of 32 bytes", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", mistake=_LENGTH
    ),
    _refused("2-kib", "key-length", "a key of 2 KiB", "QUJD" * 512, mistake=_LENGTH),
    _refused("junk", "key-base64", "24 characters that are no base64", "!?!?!?!?!?!?!?!?!?!?!?=="),
    _refused("base64url", "key-base64", "a key in the URL-safe alphabet", "-_-_-_-_-_-_-_-_-_-_-A=="),
    _refused("unpadded", "key-base64", "a key without its padding", "AAECAwQFBgcICQoLDA0ODw"),
    _refused("one-pad", "key-base64", "a key with one = instead of two", "AAECAwQFBgcICQoLDA0ODw="),
    _refused("three-pads", "key-base64", "a key with three =", "AAECAwQFBgcICQoLDA0ODw==="),
    _refused("after-padding", "key-base64", "a character behind the padding", "AAECAwQFBgcICQoLDA0ODw==A"),
    _refused("inner-space", "key-base64", "a space inside the key", "AAECAwQFBgc ICQoLDA0ODw=="),
    _refused("inner-tab", "key-base64", "a tab inside the key", "AAECAwQFBgc\tICQoLDA0ODw=="),
    _refused("quoted", "key-base64", "a key in quotes", '"AAECAwQFBgcICQoLDA0ODw=="'),
    _refused("repr", "key-base64", "a key as Python prints bytes", "b'AAECAwQFBgcICQoLDA0ODw=='"),
    _refused(
        "hex",
        "key-length",
        "a key in hex, which is base64 of 24 bytes",
        "000102030405060708090a0b0c0d0e0f",
        mistake=_LENGTH,
    ),
    _refused("escaped", "key-base64", "a percent-encoded key", "AAECAwQFBgcICQoLDA0ODw%3D%3D"),
    _refused(
        "comma",
        "key-base64",
        "two keys on one line",
        "AAECAwQFBgcICQoLDA0ODw==, EBESExQVFhcYGRobHB0eHw==",
        mistake=_ONCE,
    ),
    _refused(
        "twice", "key-once", "two different keys", "AAECAwQFBgcICQoLDA0ODw==", "EBESExQVFhcYGRobHB0eHw==", mistake=_ONCE
    ),
    _refused("twice-same", "key-once", "the same key on two lines", "{key}", "{key}", mistake=_ONCE),
    _refused("twice-empty", "key-once", "a key, and then an empty one", "{key}", "", mistake=_ONCE),
    _refused("twice-bad-first", "key-once", "a bad key, then a good one", "hello", "{key}", mistake=_ONCE),
    _refused("twice-bad-last", "key-once", "a good key, then a bad one", "{key}", "hello", mistake=_ONCE),
    _case(
        "key-twice-case",
        "key-once",
        "two keys whose names differ in case",
        VALID.put(KEY, "{key}").add(b"sec-websocket-key: AAECAwQFBgcICQoLDA0ODw=="),
        REFUSED,
        mistake=_ONCE,
    ),
    _refused("nul", "field-content", "a NUL inside the key", b"AAECAwQFBgc\x00ICQoLDA0ODw==", mistake=_BYTES),
    _refused("cr", "field-content", "a CR inside the key", b"AAECAwQFBgc\rICQoLDA0ODw==", mistake=_BYTES),
    _refused("vt", "field-content", "a vertical tab behind the key", b"{key}\x0b", mistake=_BYTES),
    _refused("nel", "field-content", "the byte 0x85 behind the key", b"{key}\x85", mistake=_BYTES),
    _refused("nbsp", "field-content", "a no-break space (0xA0) before the key", b"\xa0{key}", mistake=_BYTES),
    _refused("0xff", "field-content", "the byte 0xFF inside the key", b"AAECAwQFBgc\xffICQoLDA0ODw==", mistake=_BYTES),
    _refused(
        "utf-8",
        "field-content",
        "full-width letters in UTF-8 inside the key",
        b"\xef\xbc\xa1\xef\xbc\xa1\xef\xbc\xa5\xef\xbc\xa3" + b"AwQFBgcICQoLDA0ODw==",
        mistake=_BYTES,
    ),
    _case("key-ows", "key-base64", "spaces round the key", VALID.put(KEY, "  {key}  "), OPENS, mistake=_STRIP),
    _case("key-ows-tab", "key-base64", "tabs round the key", VALID.put(KEY, "\t{key}\t"), OPENS, mistake=_STRIP),
    _case(
        "key-no-space",
        "key-base64",
        "no space after the colon",
        VALID.but(lines=tuple(line.replace(b"Key: ", b"Key:") for line in VALID.lines)),
        OPENS,
        mistake="a space after the colon is asked for: it is optional (RFC 9112 §5.1)",
    ),
    _case(
        "key-plus-slash",
        "key-base64",
        "a key of + and /",
        VALID.put(KEY, "+/+/+/+/+/+/+/+/+/+/+w=="),
        OPENS,
        mistake="+ or / in a key is refused: both are of the base64 alphabet",
    ),
    _case(
        "key-pad-bits",
        "key-canonical",
        "pad bits that are not zero",
        VALID.put(KEY, "AQIDBAUGBwgJCgsMDQ4PEC=="),
        EITHER,
        note="RFC 4648 §3.5 lets a decoder take or refuse it; RFC 6455 prints such a key itself (erratum 3150).",
    ),
    _case(
        "key-zeros",
        "key-sample",
        "the key of 16 zero bytes",
        VALID.put(KEY, "AAAAAAAAAAAAAAAAAAAAAA=="),
        EITHER,
        note="A client MUST choose at random; no MUST tells a server to notice.",
    ),
    _case(
        "key-sample",
        "key-sample",
        "the key that the RFC prints",
        VALID.put(KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        EITHER,
        note="As for the zero key: the client is at fault, and a server need not notice.",
    ),
)
