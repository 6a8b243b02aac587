"""From a key to its accept value, step by step, as the guard computes it."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

from asgi_ws_guard import Guard, Handshake, Policy, Verdict, accept_value, generate_key
from asgi_ws_guard.handshake import GUID, decode_key

from .recent import violation_summary

KEY_LIMIT = 512  # characters; a real key has 24

# What people paste, in the order in which it is worth saying. The first that fits is told.
_HINTS = (
    (r"\s*", "The key is empty."),
    (r"b'.*'|b\".*\"", "This is how Python prints bytes. Decode before you send: key.decode('ascii')."),
    (r"(['\"]).*\1", "The quotation marks have become part of the key."),
    (r".*\s.*", "There is white space inside. Encoders that wrap lines put it there; a key is one piece."),
    (r"[0-9A-Fa-f]{32}", "Sixteen bytes in hexadecimal, it seems. The key wants them in base64."),
    (r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "A UUID as text. Its 16 bytes in base64 would do."),
    (r"[A-Za-z0-9+/]*[-_][A-Za-z0-9+/_-]*=*", "The alphabet of URLs (- and _). The key uses + and / instead."),
    (r"[A-Za-z0-9+/]{22}", "The padding is missing: two = belong to the end."),
    (r"testserver==", "The key of Starlette's TestClient, which never meets a server. It decodes to 7 bytes."),
)


def steps(key: str | None) -> dict[str, Any]:
    """Every step for `key`, or for a fresh one where it is None. ValueError where it is too long, or not text."""
    text = generate_key() if key is None else key.strip(" \t")
    if len(text) > KEY_LIMIT:
        raise ValueError(f"a key of {len(text)} characters; at most {KEY_LIMIT} are read here")
    encoded = text.encode("utf-8")  # as the browser beside us encodes it; a good key is ASCII anyway
    accept = accept_value(encoded)
    policy = Policy()
    decided = Guard(policy).decide(handshake_with(encoded), policy)
    return {
        "key": text,
        "decoded": decoded_hex(text),
        "concatenated": text + GUID.decode("ascii"),
        "sha1": b64decode(accept).hex(),
        "accept": accept,
        "violations": [violation_summary(violation) for violation in decided.violations],
        "verdict": verdict_name(decided),
        "hint": hint(text),
    }


def handshake_with(key: bytes) -> Handshake:
    """A handshake that is valid except, perhaps, for its key."""
    good = [(b"Host", b"example.com"), (b"Upgrade", b"websocket"), (b"Connection", b"Upgrade")]
    return Handshake(fields=[*good, (b"Sec-WebSocket-Version", b"13"), (b"Sec-WebSocket-Key", key)])


def verdict_name(verdict: Verdict) -> str:
    """One word: good, flagged (noted and let pass) or refused."""
    if not verdict.allowed:
        return "refused"
    return "flagged" if verdict.violations else "good"


def decoded_hex(key: str) -> str | None:
    """The bytes that `key` stands for, None where it is not base64."""
    try:
        return decode_key(key).hex()
    except ValueError:
        return None


def hint(key: str) -> str | None:
    """What somebody probably did to get this key, None where we have no idea, or where nothing is wrong."""
    return next((text for pattern, text in _HINTS if re.fullmatch(pattern, key, re.DOTALL)), None)
