"""Everything that RFC 6455 §4.2.1 asks of a client's opening handshake, in its order, and nothing else.

Wishes of a deployment (which origins, which hosts) live in `rules/`. Each check reads one field, stops at its first
violation, and looks at the bytes of the value before it looks at their meaning. All violations are collected.
Offered subprotocols are never shown: people put bearer tokens there.
"""

from __future__ import annotations

import re
from base64 import b64encode

from .accept import KEY_BYTES, decode_key
from .authority import parse_authority, parse_origin
from .fields import QUOTED_TOKEN, TCHAR, TOKEN, escaped, list_elements, shown
from .lazy_pattern import LazyPattern
from .masking import masked_address
from .reads import Check, reads
from .request import Handshake
from .requirements import Violation, violated
from .shortcut import doubtful
from .target import CONTROL, decoded_path

# field-value = VCHAR, obs-text, SP and HTAB; nothing else                    RFC 9110 §5.5
_CONTROL = LazyPattern(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_ASCII_TEXT = LazyPattern(rb"[\x00-\x08\x0a-\x1f\x7f-\xff]")

# extension       = extension-token *( ";" extension-param )                  RFC 6455 §9.1
# extension-param = token [ "=" (token | quoted-string) ]
# OWS is allowed where RFC 2616, whose grammar this is, implies it.
EXTENSION = LazyPattern(
    rf"{TCHAR}+[ \t]*(?:;[ \t]*{TCHAR}+[ \t]*(?:=[ \t]*(?:{TCHAR}+|{QUOTED_TOKEN})[ \t]*)?)*",
)

# Fields that have a check of their own, which looks at their bytes first.
_READ_BELOW = frozenset(
    {b"host", b"upgrade", b"connection", b"origin", b"sec-websocket-key", b"sec-websocket-version"}
    | {b"sec-websocket-protocol", b"sec-websocket-extensions"}
)

# The cure is named where the mistake is seen; the lines are nginx's, whose default sends HTTP/1.0 and strips both.
PROXY_CURE = (
    "a proxy on the way removed the hop-by-hop fields; it must speak HTTP/1.1 and pass them on "
    '(nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";)'
)


def validate(handshake: Handshake) -> tuple[Violation, ...]:
    """What `handshake` breaks, in the RFC's reading order; empty for a good one. Raises nothing."""
    doubts = doubtful(handshake)
    if not doubts and doubts is not None:
        return ()
    checks = CHECKS.values() if doubts is None else [CHECKS[name] for name in doubts]
    return tuple([violation for check in checks if (violation := check(handshake)) is not None])


@reads("method", "http_version")
def check_method(handshake: Handshake) -> Violation | None:
    # HTTP/2 and 3 open with CONNECT (RFC 8441 §4); their servers alone see :protocol, so GET is left to pass as well.
    if handshake.method in (None, "GET") or (handshake.extended_connect and handshake.method == "CONNECT"):
        return None
    return violated("method-get", f"the method is {shown(str(handshake.method))}, wanted GET")


@reads("http_version")
def check_http_version(handshake: Handshake) -> Violation | None:
    if handshake.http_version == "1.1" or handshake.extended_connect:
        return None
    cure = f"; {PROXY_CURE}" if handshake.http_version in ("1.0", "1") else ""
    return violated("http-version", f"HTTP/{escaped(handshake.http_version, 64)}, wanted 1.1, 2 or 3{cure}")


@reads("target")
def check_target(handshake: Handshake) -> Violation | None:
    return check_path(decoded_path(handshake.target))


def check_path(path: str) -> Violation | None:
    """What is wrong with a path (str, decoded). NUL and line feed end it for some routers, and for others not."""
    control = CONTROL.search(path)
    if control is None:
        return None
    seen = f"the path has the character U+{ord(control[0]) & 0xFF:04X} at position {control.start()}"
    return violated("path-content", f"{seen}, wanted none below U+0020 nor from U+007F to U+009F")


@reads(b"host", "http_version")
def check_host(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("host")
    if content := _content(handshake, "Host"):
        return content
    if handshake.extended_connect:  # the authority is a pseudo-header there, and its server's to read
        return None
    if not values:
        # HTTP/1.0 has no Host to ask for (RFC 9112 §3.2); that it is HTTP/1.0 is said already.
        return violated("host-once", "no Host, wanted one") if handshake.http_version == "1.1" else None
    if len(values) > 1:
        return violated("host-once", f"{len(values)} Host fields, wanted one")
    if parse_authority(values[0]) is None:
        seen = shown(masked_address(values[0]))
        return violated("host-once", f"Host is {seen}, wanted a host with an optional port")
    return None


@reads("content")
def check_other_fields(handshake: Handshake) -> Violation | None:
    if handshake.fields.is_clean:
        return None
    for name, value in handshake.fields.raw:
        lowered = name.lower()
        if lowered in _READ_BELOW:
            continue
        pattern = _NOT_ASCII_TEXT if lowered.startswith(b"sec-websocket-") else _CONTROL
        if bad := pattern.search(value.strip(b" \t")):
            return violated("field-content", _bad_byte(name.decode("latin-1"), bad))
    return None


@reads(b"content-length", b"transfer-encoding")
def check_body(handshake: Handshake) -> Violation | None:
    if "transfer-encoding" in handshake.fields:
        return violated("no-body", "Transfer-Encoding announces a body, wanted none")
    values = handshake.fields.get_all("content-length")
    if all(value and not value.strip("0") for value in values):
        return None
    return violated("no-body", f"Content-Length is {shown(', '.join(values))}, wanted none or 0")


@reads(b"upgrade", "http_version", "upgraded")
def check_upgrade(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("upgrade")
    if content := _content(handshake, "Upgrade"):
        return content
    if handshake.extended_connect or (handshake.upgraded and not values) or _lists(values, "websocket"):
        return None
    if values:
        return violated("upgrade-websocket", f"Upgrade is {shown(', '.join(values))}, wanted websocket in the list")
    return violated("upgrade-websocket", f"no Upgrade, wanted websocket; {PROXY_CURE}")


@reads(b"connection", b"upgrade", "http_version", "upgraded")
def check_connection(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("connection")
    if content := _content(handshake, "Connection"):
        return content
    if handshake.extended_connect or (handshake.upgraded and not values) or _lists(values, "upgrade"):
        return None
    seen = f"Connection is {shown(', '.join(values))}" if values else "no Connection"
    cure = f"; {PROXY_CURE}" if "upgrade" in handshake.fields else ""  # without Upgrade, it is said there
    return violated("connection-upgrade", f"{seen}, wanted the option upgrade{cure}")


@reads(b"sec-websocket-key", "http_version")
def check_key(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_raw(b"sec-websocket-key")
    if content := _content(handshake, "Sec-WebSocket-Key"):
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
    if content := _content(handshake, "Sec-WebSocket-Version"):
        return content
    if len(values) > 1:
        return violated("version-once", f"{len(values)} Sec-WebSocket-Version fields, wanted one")
    if values[0] != "13":
        return violated("version-13", f"Sec-WebSocket-Version is {shown(values[0])}, wanted 13")
    return None


@reads(b"origin")
def check_origin(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("origin")
    if content := _content(handshake, "Origin"):
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
    if content := _content(handshake, "Sec-WebSocket-Protocol"):
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
    if content := _content(handshake, "Sec-WebSocket-Extensions"):
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


def _content(handshake: Handshake, name: str) -> Violation | None:
    """The violation of a handshake field that holds what is no printable ASCII."""
    if handshake.fields.is_clean:
        return None
    for value in handshake.fields.get_raw(name.lower().encode()):
        if bad := _NOT_ASCII_TEXT.search(value):
            return violated("field-content", _bad_byte(name, bad))
    return None


def _bad_byte(name: str, match: re.Match[bytes]) -> str:
    return f"{escaped(name, 64)} has the byte 0x{match[0][0]:02X} at position {match.start()}"


def _lists(values: list[str], wanted: str) -> bool:
    return any(element.lower() == wanted for element in list_elements(values))


def _test_client(keys: list[bytes]) -> str:
    if b"testserver==" not in keys:
        return ""
    return (
        '; one is the test client\'s own "testserver==", left standing beside yours because the names differ in case: '
        'pass "sec-websocket-key" in lower case, or asgi_ws_guard.testing.handshake_headers()'
    )
