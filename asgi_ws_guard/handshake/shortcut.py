"""What browsers and libraries send, known at a glance: which checks of `validation` a handshake needs.

Nothing is decided here. A check that is named goes through all that it has to look at; one that is not named would
find nothing. A test holds both ways to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .fields import TCHAR
from .request import Handshake

_host = re.compile(rb"[a-z0-9.\-]+(?::[0-9]+)?").fullmatch
_key = re.compile(rb"[A-Za-z0-9+/]{21}[AQgw]==").fullmatch
_origin = re.compile(rb"https?://[a-z0-9.\-]+(?::[0-9]+)?").fullmatch
_subprotocol = re.compile(f"{TCHAR}+".encode()).fullmatch

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
    if not _host(get(b"host", b"")):
        doubts.append("host")
    if b"content-length" in plain or b"transfer-encoding" in plain:
        doubts.append("body")
    if upgrade not in _UPGRADES and not (upgraded and upgrade is None):
        doubts.append("upgrade")
    if connection not in _CONNECTIONS and not (upgraded and connection is None):
        doubts.append("connection")
    if not _key(get(b"sec-websocket-key", b"")):
        doubts.append("key")
    if get(b"sec-websocket-version") != b"13":
        doubts.append("version")
    if origin is not None and not _origin(origin):
        doubts.append("origin")
    if handshake.subprotocols if subprotocol is None else not _subprotocol(subprotocol):
        doubts.append("subprotocols")
    if get(b"sec-websocket-extensions") not in _EXTENSIONS:
        doubts.append("extensions")
    return doubts
