"""Keys, accept values and the mistakes behind wrong ones, on any bytes: a key, 0x1E, an accept value."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from binascii import Error

from asgi_ws_guard import accept_value
from asgi_ws_guard.diagnosis.accept import diagnose_accept, misshapen_accept
from asgi_ws_guard.diagnosis.accept_mistakes import explanations
from asgi_ws_guard.handshake.accept import GUID, decode_key
from tests.handshake.broken import GOOD_KEY, OTHER_KEY

from .heads import assert_text

SEPARATOR = b"\x1e"
_RIGHT = accept_value(GOOD_KEY)
_WRONG = [value for value, _, _ in explanations(GOOD_KEY.encode())][::97]
SEEDS = (
    *(GOOD_KEY.encode() + SEPARATOR + value for value in _WRONG),
    *(
        f"{GOOD_KEY}\x1e{accept}".encode()
        for accept in (
            _RIGHT,
            accept_value(OTHER_KEY),
            "",
            GOOD_KEY,
            _RIGHT * 2,
            f'"{_RIGHT}"',
            _RIGHT[:9],
            f" {_RIGHT}",
        )
    ),
    b"hello\x1eworld",
)
WORDS = (GOOD_KEY.encode(), OTHER_KEY.encode(), _RIGHT.encode(), GUID, b"=", b"==", SEPARATOR)


def check(data: bytes) -> None:
    """The accept value is what hashlib makes of the key; a diagnosis is there for every other value, and only there."""
    key, _, accept = (part.decode("latin-1") for part in data.partition(SEPARATOR))
    raw = key.encode("latin-1")
    right = b64encode(hashlib.sha1(raw + GUID).digest()).decode("ascii")
    assert accept_value(raw) == accept_value(key) == right
    assert _decoded(key) == _plainly_decoded(raw), "base64 to one reader, and not to the other"
    diagnosis = diagnose_accept(key, accept, (OTHER_KEY,))
    assert (diagnosis is None) == (accept == right)
    for found in (diagnosis, misshapen_accept(accept)):
        if found is not None:
            assert_text(found.text)
            assert found.id and found.id == found.id.lower()


def _decoded(key: str) -> bytes | None:
    try:
        return decode_key(key)
    except ValueError:
        return None


def _plainly_decoded(key: bytes) -> bytes | None:
    """By the standard library, which is to be asked for the alphabet alone: it takes padding in excess."""
    characters = key.rstrip(b"=")
    if not key or len(key) % 4 or len(key) - len(characters) > 2 or b"=" in characters:
        return None
    try:
        return b64decode(key, validate=True)
    except (ValueError, Error):
        return None
