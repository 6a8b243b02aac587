"""What browsers and libraries send, known at a glance: which checks of `validation` a handshake needs.

Nothing is decided here. A check that is named goes through all that it has to look at; one that is not named would
find nothing. A test holds both ways to the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from .fields import TCHAR
from .lazy_pattern import LazyPattern
from .request import Handshake
from .target import has_control

# Of what `authority` reads, what most send, as bytes: no decoding, and no value made of it.
_HOST = LazyPattern(rb"[a-z0-9.\-]+(?::[0-9]+)?")
GOOD_KEY = LazyPattern(rb"[A-Za-z0-9+/]{21}[AQgw]==")
_ORIGIN = LazyPattern(rb"https?://[a-z0-9.\-]+(?::[0-9]+)?")
_SUBPROTOCOL = LazyPattern(f"{TCHAR}+".encode())

_UPGRADES = frozenset({b"websocket", b"WebSocket"})
_CONNECTIONS = frozenset({b"Upgrade", b"upgrade", b"keep-alive, Upgrade"})
_EXTENSIONS = frozenset({b"permessage-deflate; client_max_window_bits", b"permessage-deflate", None})


def doubtful(handshake: Handshake) -> Sequence[str] | None:
    """The names of the checks that this handshake needs, in their order; None where it needs all of them."""
    fields = handshake.fields
    plain = fields.plain
    if plain is None or not fields.is_clean or handshake.http_version != "1.1":
        return None
    get = plain.get
    upgraded, origin, subprotocol = handshake.upgraded, get(b"origin"), get(b"sec-websocket-protocol")
    upgrade, connection = get(b"upgrade"), get(b"connection")
    doubts = []
    if handshake.method != "GET" and handshake.method is not None:
        doubts.append("method")
    if has_control(handshake.target):
        doubts.append("target")
    if not _HOST.fullmatch(get(b"host", b"")):
        doubts.append("host")
    if b"content-length" in plain or b"transfer-encoding" in plain:
        doubts.append("body")
    if upgrade not in _UPGRADES and not (upgraded and upgrade is None):
        doubts.append("upgrade")
    if connection not in _CONNECTIONS and not (upgraded and connection is None):
        doubts.append("connection")
    if not GOOD_KEY.fullmatch(get(b"sec-websocket-key", b"")):
        doubts.append("key")
    if get(b"sec-websocket-version") != b"13":
        doubts.append("version")
    if origin is not None and not _ORIGIN.fullmatch(origin):
        doubts.append("origin")
    if handshake.subprotocols if subprotocol is None else not _SUBPROTOCOL.fullmatch(subprotocol):
        doubts.append("subprotocols")
    if get(b"sec-websocket-extensions") not in _EXTENSIONS:
        doubts.append("extensions")
    return doubts
