"""Everything that RFC 6455 §4.2.1 asks of a client's opening handshake, in its order, and nothing else.

Wishes of a deployment (which origins, which hosts) live in `rules/`. Each check reads one field, stops at its first
violation, and looks at the bytes of the value before it looks at their meaning. All violations are collected.
Offered subprotocols are never shown: people put bearer tokens there.
"""

from __future__ import annotations

from base64 import b64encode

from .accept import KEY_BYTES, decode_key
from .authority import parse_origin
from .fields import QUOTED_TOKEN, TCHAR, TOKEN, list_elements, shown
from .http_checks import (
    check_body,
    check_connection,
    check_host,
    check_http_version,
    check_method,
    check_other_fields,
    check_target,
    check_upgrade,
    content_of,
)
from .lazy_pattern import LazyPattern
from .masking import masked_address
from .reads import Check, reads
from .request import Handshake
from .requirements import Violation, violated
from .shortcut import doubtful

# extension       = extension-token *( ";" extension-param )                  RFC 6455 §9.1
# extension-param = token [ "=" (token | quoted-string) ]
# OWS is allowed where RFC 2616, whose grammar this is, implies it.
EXTENSION = LazyPattern(
    rf"{TCHAR}+[ \t]*(?:;[ \t]*{TCHAR}+[ \t]*(?:=[ \t]*(?:{TCHAR}+|{QUOTED_TOKEN})[ \t]*)?)*",
)


def validate(handshake: Handshake) -> tuple[Violation, ...]:
    """What `handshake` breaks, in the RFC's reading order; empty for a good one. Raises nothing."""
    doubts = doubtful(handshake)
    if not doubts and doubts is not None:
        return ()
    checks = CHECKS.values() if doubts is None else [CHECKS[name] for name in doubts]
    return tuple([violation for check in checks if (violation := check(handshake)) is not None])


@reads(b"sec-websocket-key", "http_version")
def check_key(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_raw(b"sec-websocket-key")
    if content := content_of(handshake, "Sec-WebSocket-Key"):
        return content
    if handshake.extended_connect:
        return None
    if not values:
        return violated("key-present", "no Sec-WebSocket-Key, wanted the base64 of 16 random bytes")
    if len(values) > 1:
        return violated("key-once", f"{len(values)} Sec-WebSocket-Key fields, wanted one{_test_client(values)}")
    key = values[0].decode("ascii")
    try:
        nonce = decode_key(key)
    except ValueError:
        return violated("key-base64", f"Sec-WebSocket-Key is {shown(key)}, wanted 24 characters of base64")
    if len(nonce) != KEY_BYTES:
        return violated(
            "key-length", f"Sec-WebSocket-Key is {shown(key)}, which is {len(nonce)} bytes; wanted {KEY_BYTES}"
        )
    canonical = b64encode(nonce).decode("ascii")
    if key != canonical:
        return violated("key-canonical", f"Sec-WebSocket-Key is {shown(key)}, whose pad bits are set: {canonical}")
    return None


@reads(b"sec-websocket-version")
def check_version(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("sec-websocket-version")
    if not values:
        return violated("version-present", "no Sec-WebSocket-Version, wanted 13")
    if content := content_of(handshake, "Sec-WebSocket-Version"):
        return content
    if len(values) > 1:
        return violated("version-once", f"{len(values)} Sec-WebSocket-Version fields, wanted one")
    if values[0] != "13":
        return violated("version-13", f"Sec-WebSocket-Version is {shown(values[0])}, wanted 13")
    return None


@reads(b"origin")
def check_origin(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("origin")
    if content := content_of(handshake, "Origin"):
        return content
    if len(values) > 1:
        return violated("origin-once", f"{len(values)} Origin fields, wanted at most one")
    if values and values[0] != "null" and parse_origin(values[0]) is None:
        seen = shown(masked_address(values[0]))
        return violated("origin-syntax", f"Origin is {seen}, wanted null or scheme://host[:port]")
    return None


@reads(b"sec-websocket-protocol", "subprotocols")
def check_subprotocols(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("sec-websocket-protocol")
    if content := content_of(handshake, "Sec-WebSocket-Protocol"):
        return content
    said = values or handshake.subprotocols  # uvicorn + wsproto has the field there only, empty elements and all
    offers = list_elements(said)
    if said and not offers:
        return violated("subprotocol-token", "Sec-WebSocket-Protocol is empty, wanted a token or no field")
    for place, offer in enumerate(offers, 1):
        if not TOKEN.fullmatch(offer):
            return violated("subprotocol-token", f"offer {place} of {len(offers)} is no token")
    if len(set(offers)) < len(offers):
        return violated("subprotocol-unique", f"{len(offers)} offers, of which {len(set(offers))} differ; wanted all")
    return None


@reads(b"sec-websocket-extensions")
def check_extensions(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("sec-websocket-extensions")
    if content := content_of(handshake, "Sec-WebSocket-Extensions"):
        return content
    offers = list_elements(values)
    if values and not offers:
        return violated("extension-syntax", "Sec-WebSocket-Extensions is empty, wanted an offer or no field")
    for offer in offers:
        # A comma inside a quoted value splits it here, and both halves fail, rightly: a comma is in no token.
        if not EXTENSION.fullmatch(offer):
            return violated("extension-syntax", f"the offer {shown(offer)} is not token[; name[=value]]")
    return None


CHECKS: dict[str, Check] = {
    "method": check_method,
    "http_version": check_http_version,
    "target": check_target,
    "host": check_host,
    "other_fields": check_other_fields,
    "body": check_body,
    "upgrade": check_upgrade,
    "connection": check_connection,
    "key": check_key,
    "version": check_version,
    "origin": check_origin,
    "subprotocols": check_subprotocols,
    "extensions": check_extensions,
}


def _test_client(keys: list[bytes]) -> str:
    if b"testserver==" not in keys:
        return ""
    return (
        '; one is the test client\'s own "testserver==", left standing beside yours because the names differ in case: '
        'pass "sec-websocket-key" in lower case, or asgi_ws_guard.testing.handshake_headers()'
    )
