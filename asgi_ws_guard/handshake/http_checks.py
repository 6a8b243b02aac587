"""What HTTP asks of the request that an opening handshake is (RFC 9110, RFC 9112, RFC 6455 §4.2.1 items 1 to 4).

Its line, its Host, the bytes of its fields, no body, and the two fields that ask for an upgrade.
"""

from __future__ import annotations

import re

from .authority import parse_authority
from .fields import escaped, list_elements, shown
from .lazy_pattern import LazyPattern
from .masking import masked_address
from .reads import reads
from .request import Handshake
from .requirements import Violation, violated
from .target import CONTROL, decoded_path

# field-value = VCHAR, obs-text, SP and HTAB; nothing else                    RFC 9110 §5.5
_CONTROL = LazyPattern(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_ASCII_TEXT = LazyPattern(rb"[\x00-\x08\x0a-\x1f\x7f-\xff]")

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
    if content := content_of(handshake, "Host"):
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
    if content := content_of(handshake, "Upgrade"):
        return content
    if handshake.extended_connect or (handshake.upgraded and not values) or _lists(values, "websocket"):
        return None
    if values:
        return violated("upgrade-websocket", f"Upgrade is {shown(', '.join(values))}, wanted websocket in the list")
    return violated("upgrade-websocket", f"no Upgrade, wanted websocket; {PROXY_CURE}")


@reads(b"connection", b"upgrade", "http_version", "upgraded")
def check_connection(handshake: Handshake) -> Violation | None:
    values = handshake.fields.get_all("connection")
    if content := content_of(handshake, "Connection"):
        return content
    if handshake.extended_connect or (handshake.upgraded and not values) or _lists(values, "upgrade"):
        return None
    seen = f"Connection is {shown(', '.join(values))}" if values else "no Connection"
    cure = f"; {PROXY_CURE}" if "upgrade" in handshake.fields else ""  # without Upgrade, it is said there
    return violated("connection-upgrade", f"{seen}, wanted the option upgrade{cure}")


def content_of(handshake: Handshake, name: str) -> Violation | None:
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
