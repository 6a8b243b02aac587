"""The handshake that browsers and libraries send, known at a glance.

Nothing is decided here: what is not plain goes through the checks of `validation`, one by one, and what is plain would
break none of them. A test holds both to the same answer.
"""

from __future__ import annotations

import re

from .fields import TCHAR
from .request import Handshake

# What RFC 9110 §5.5 keeps out of a field value, as bytes to be taken away: a value that gets shorter held one.
_CONTROLS = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])

_HOST = re.compile(rb"[a-z0-9.\-]+(?::[0-9]+)?")
_KEY = re.compile(rb"[A-Za-z0-9+/]{21}[AQgw]==")
_ORIGIN = re.compile(rb"https?://[a-z0-9.\-]+(?::[0-9]+)?")
_SUBPROTOCOL = re.compile(f"{TCHAR}+".encode())

_UPGRADES = frozenset({b"websocket", b"WebSocket", None})
_CONNECTIONS = frozenset({b"Upgrade", b"upgrade", b"keep-alive, Upgrade", None})
_EXTENSIONS = frozenset({b"permessage-deflate; client_max_window_bits", b"permessage-deflate", None})


def is_plainly_valid(handshake: Handshake) -> bool:
    """Whether this is one of the common forms of a valid HTTP/1.1 handshake. False says nothing."""
    plain = handshake.fields.plain
    if plain is None or handshake.http_version != "1.1" or handshake.method not in ("GET", None):
        return False
    get = plain.get
    upgrade, connection = get(b"upgrade"), get(b"connection")
    origin, subprotocol = get(b"origin"), get(b"sec-websocket-protocol")
    values = handshake.fields.values
    return (
        get(b"sec-websocket-version") == b"13"
        and _KEY.fullmatch(get(b"sec-websocket-key", b"")) is not None
        and _HOST.fullmatch(get(b"host", b"")) is not None
        and upgrade in _UPGRADES
        and connection in _CONNECTIONS
        and (handshake.upgraded or (upgrade is not None and connection is not None))
        and get(b"sec-websocket-extensions") in _EXTENSIONS
        and (origin is None or _ORIGIN.fullmatch(origin) is not None)
        and (subprotocol is not None or not handshake.subprotocols)
        and (subprotocol is None or _SUBPROTOCOL.fullmatch(subprotocol) is not None)
        and b"content-length" not in plain
        and b"transfer-encoding" not in plain
        and values.isascii()
        and len(values.translate(None, _CONTROLS)) == len(values)
    )
