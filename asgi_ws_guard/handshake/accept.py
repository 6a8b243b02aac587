"""The key and the accept value: a client's nonce, and the proof that the server read it (RFC 6455 §4.2.2 item 5.4).

The encoded key is hashed as it stands on the wire, not the 16 bytes that it stands for. Neither is a secret:
the pair keeps caches and servers that know nothing of WebSocket from looking like one that does.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import a2b_base64, b2a_base64
from hashlib import sha1
from os import urandom

from .lazy_pattern import LazyPattern

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16

# base64-value-non-empty = (1*base64-data [ base64-padding ]) | base64-padding      RFC 6455 §4.3
# base64-data      = 4base64-character
# base64-padding   = (2base64-character "==") | (3base64-character "=")
# base64-character = ALPHA | DIGIT | "+" | "/"
_CHARACTER = "[A-Za-z0-9+/]"
_BASE64 = LazyPattern(f"(?:{_CHARACTER}{{4}})*(?:{_CHARACTER}{{2}}==|{_CHARACTER}{{3}}=)?")


def generate_key() -> str:
    """A fresh Sec-WebSocket-Key: 16 random bytes, base64-encoded to 24 characters (RFC 6455 §4.1 item 7)."""
    return b64encode(urandom(KEY_BYTES)).decode("ascii")


def accept_value(key: str | bytes) -> str:
    """The Sec-WebSocket-Accept for `key`, a field value as the client sent it: base64(SHA-1(key + GUID)).

    OWS round the value is not part of it and must be gone. Whether the key is a good one is `validate`'s to say.
    """
    return accept_of(key if isinstance(key, bytes) else key.encode("latin-1", "backslashreplace")).decode("ascii")


def accept_of(key: bytes) -> bytes:
    """The same of bytes, in bytes."""
    return b2a_base64(sha1(key + GUID, usedforsecurity=False).digest(), newline=False)


def decode_key(key: str) -> bytes:
    """The bytes that `key` stands for, however many. ValueError where it is not base64 as RFC 6455 §4.3 writes it."""
    try:
        decoded = a2b_base64(key)
        if key and b2a_base64(decoded, newline=False) == key.encode("ascii"):  # so it is base64, and canonical
            return decoded
    except ValueError:
        pass
    if not key or not _BASE64.fullmatch(key):
        raise ValueError("not base64")
    return b64decode(key)
