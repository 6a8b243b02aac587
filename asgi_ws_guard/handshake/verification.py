"""What RFC 6455 §4.1 tells a client to check in the server's answer, read against the request that it answers."""

from __future__ import annotations

from collections.abc import Callable

from .accept import decode_key
from .fields import OWS, TOKEN, list_elements, shown
from .reads import Reads
from .request import Handshake
from .requirements import Violation, violated
from .response import HandshakeResponse
from .validation import EXTENSION

# What of a handshake `verify` reads.
READS: Reads = frozenset(
    {b"sec-websocket-key", b"sec-websocket-protocol", b"sec-websocket-extensions", "http_version", "subprotocols"}
)


def verify(handshake: Handshake, response: HandshakeResponse) -> tuple[Violation, ...]:
    """What `response` breaks as the answer to `handshake`; empty for a good one. Raises nothing.

    An answer that opens no WebSocket is one violation, status-101, and its fields are not judged.
    """
    if violation := check_status(handshake, response):
        return (violation,)
    checks = COMMON_CHECKS if handshake.extended_connect else UPGRADE_CHECKS + COMMON_CHECKS
    return tuple(violation for check in checks if (violation := check(handshake, response)) is not None)


def check_status(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    if handshake.extended_connect:
        good, wanted = 200 <= response.status < 300, "a 2xx"
    else:
        good, wanted = response.status == 101, "101"
    return None if good else violated("status-101", f"the status is {response.status}, wanted {wanted}")


def check_upgrade(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    values = response.fields.get_all("upgrade")
    if [value.lower() for value in values] == ["websocket"]:
        return None
    return violated("response-upgrade", f"{_seen('Upgrade', values)}, wanted websocket")


def check_connection(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    values = response.fields.get_all("connection")
    if any(option.lower() == "upgrade" for option in list_elements(values)):
        return None
    return violated("response-connection", f"{_seen('Connection', values)}, wanted the option upgrade")


def check_accept(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    values = response.fields.get_all("sec-websocket-accept")
    if not values:
        return violated("accept-present", "no Sec-WebSocket-Accept, wanted one")
    if len(values) > 1:
        return violated("accept-once", f"{len(values)} Sec-WebSocket-Accept fields, wanted one")
    expected, value = handshake.expected_accept, values[0]
    if expected is None:
        return violated("accept-value", f"{shown(value)} answers a request that has no single key: no value is right")
    if value == expected:
        return None
    if _digest(value) == _digest(expected):
        return violated("accept-canonical", f"{shown(value)} has its pad bits set, wanted {expected}")
    return violated("accept-value", f"{shown(value)}, wanted {expected}")


def check_subprotocol(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    values = response.fields.get_all("sec-websocket-protocol")
    return check_choice(handshake, values)


def check_choice(handshake: Handshake, values: list[str]) -> Violation | None:
    """The subprotocols that a server chose, `values` being the lines: none, or one token that was offered."""
    if not values:
        return None
    if len(values) > 1 or not TOKEN.fullmatch(values[0]):
        # Not shown: the usual slip is to send the client's own list back, and people put bearer tokens there.
        seen = f"{len(values)} Sec-WebSocket-Protocol fields" if len(values) > 1 else "a list, or no token, was chosen"
        return violated("subprotocol-single", f"{seen}; wanted one token or none")
    if values[0] in handshake.offered_subprotocols:
        return None
    count = len(handshake.offered_subprotocols)
    offered = f"the client's {count} offers do not have it" if count else "the client offered none"
    return violated("subprotocol-offered", f"the subprotocol {shown(values[0])} was chosen, and {offered}")


def check_extensions(handshake: Handshake, response: HandshakeResponse) -> Violation | None:
    values = response.fields.get_all("sec-websocket-extensions")
    if len(values) > 1:
        return violated("extensions-once", f"{len(values)} Sec-WebSocket-Extensions fields, wanted at most one")
    offered = {_name(offer) for offer in list_elements(handshake.fields.get_all("sec-websocket-extensions"))}
    chosen = list_elements(values)
    if values and not chosen:
        return violated("extension-offered", "Sec-WebSocket-Extensions is empty, wanted an extension or no field")
    for extension in chosen:
        if not EXTENSION.fullmatch(extension):
            return violated("extension-offered", f"{shown(extension)} is not token[; name[=value]]")
        if _name(extension) not in offered:
            return violated("extension-offered", f"the extension {shown(_name(extension))} was not offered")
    return None


Check = Callable[[Handshake, HandshakeResponse], Violation | None]
UPGRADE_CHECKS: tuple[Check, ...] = (check_upgrade, check_connection, check_accept)
COMMON_CHECKS: tuple[Check, ...] = (check_subprotocol, check_extensions)


def _seen(name: str, values: list[str]) -> str:
    return f"{name} is {shown(', '.join(values))}" if values else f"no {name}"


def _name(extension: str) -> str:
    return extension.split(";", 1)[0].strip(OWS)


def _digest(value: str) -> bytes | None:
    try:
        return decode_key(value)
    except ValueError:
        return None
