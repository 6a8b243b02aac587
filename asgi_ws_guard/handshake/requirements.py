"""The requirements on an opening handshake, as one table in the order in which RFC 6455 reads one.

A row's id is the log field, the metric label, the problem's code, the probe's case and the anchor in the docs.
What a peer broke is a value, a `Violation`, that carries its own answer: the status and the response fields.
The values here and above are named tuples: a frozen dataclass takes twice as long to make, and six times to define.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

ResponseFields: TypeAlias = tuple[tuple[str, str], ...]

_ALLOW: ResponseFields = (("Allow", "GET"),)
_RETRY: ResponseFields = (("Retry-After", "5"),)  # seconds; a restarting upstream is often back by then
_VERSION: ResponseFields = (("Sec-WebSocket-Version", "13"),)
# One line for Connection: the refusal both names the upgrade (RFC 9110 §7.8) and ends the connection (RFC 9112 §9.6).
_UPGRADE: ResponseFields = (("Upgrade", "websocket"), ("Connection", "Upgrade, close"))


class Requirement(NamedTuple):
    """One rule: its id, where it stands, what it says, and the answer to who breaks it.

    `flagged` says that by default a violation is reported and not refused.
    """

    id: str
    section: str
    statement: str
    status: int
    response_fields: ResponseFields = ()
    flagged: bool = False


class Violation(NamedTuple):
    """A requirement that was not met: `detail` says what was seen and what was wanted.

    `status` and `response_fields` are the requirement's own, save where the refusing party brought its own answer.
    """

    requirement: Requirement
    detail: str
    status: int
    response_fields: ResponseFields = ()


_ROWS = (
    # The client's half, read by `validate`.
    ("method-get", "RFC 6455 §4.2.1 item 1", "The method of an opening handshake is GET.", 405, _ALLOW),
    ("http-version", "RFC 6455 §4.2.1 item 1", "An opening handshake is HTTP/1.1, HTTP/2 or HTTP/3.", 400),
    ("path-content", "RFC 3986 §7.3", "The path, once it is decoded, holds no control character.", 400),
    ("host-once", "RFC 9112 §3.2", "An HTTP/1.1 request has exactly one well-formed Host field.", 400),
    (
        "field-content",
        "RFC 9110 §5.5",
        "Field values hold no control byte, and the fields of the handshake nothing but ASCII.",
        400,
    ),
    ("no-body", "RFC 6455 §4.1", "An opening handshake announces no body.", 400),
    ("upgrade-websocket", "RFC 6455 §4.2.1 item 3", "The Upgrade field lists websocket.", 426, _UPGRADE),
    ("connection-upgrade", "RFC 6455 §4.2.1 item 4", "The Connection field lists the option upgrade.", 426, _UPGRADE),
    ("key-present", "RFC 6455 §4.2.1 item 5", "There is a Sec-WebSocket-Key field.", 400),
    ("key-once", "RFC 6455 §11.3.1", "Sec-WebSocket-Key appears once in a request.", 400),
    ("key-base64", "RFC 6455 §4.3", "Sec-WebSocket-Key is base64, not empty, padded, of the standard alphabet.", 400),
    ("key-length", "RFC 6455 §4.2.1 item 5", "Sec-WebSocket-Key decodes to exactly 16 bytes.", 400),
    (
        "key-canonical",
        "RFC 4648 §3.5",
        "The pad bits of Sec-WebSocket-Key are zero. The RFC's own example breaks this (erratum 3150).",
        400,
        (),
        True,
    ),
    (
        "key-sample",
        "RFC 6455 §4.1 item 7",
        "Sec-WebSocket-Key is chosen at random: not one printed in documents, and not all zeros.",
        400,
        (),
        True,
    ),
    ("version-present", "RFC 6455 §4.2.1 item 6", "There is a Sec-WebSocket-Version field.", 400, _VERSION),
    ("version-once", "RFC 6455 §11.3.5", "Sec-WebSocket-Version appears once in a request.", 400, _VERSION),
    ("version-13", "RFC 6455 §4.2.1 item 6", "Sec-WebSocket-Version is exactly 13.", 426, _VERSION + _UPGRADE),
    ("origin-once", "RFC 6454 §7.3", "Origin appears at most once.", 400),
    ("origin-syntax", "RFC 6454 §6.2", "Origin is null or scheme://host with an optional port.", 400),
    (
        "subprotocol-token",
        "RFC 6455 §4.1 item 10",
        "The subprotocol offers are tokens, and there is at least one.",
        400,
    ),
    ("subprotocol-unique", "RFC 6455 §4.1 item 10", "No subprotocol is offered twice.", 400),
    ("extension-syntax", "RFC 6455 §9.1", "The extension offers are well-formed.", 400),
    # What the deployment wants of it, read by `rules/` and by its own `authorize`.
    ("size", "RFC 6585 §5", "The fields are no more and no larger than this server takes.", 431),
    ("host-allowed", "RFC 9110 §7.4", "Host is one of the names of this server.", 421),
    ("tls-required", "RFC 6455 §10.6", "The handshake came over TLS.", 403),
    ("origin-allowed", "RFC 6455 §10.2", "The page that opens the WebSocket is of an allowed origin.", 403),
    ("subprotocol-required", "RFC 6455 §4.2.2 item 4", "The client offers a subprotocol that is spoken here.", 400),
    ("authorized", "RFC 6455 §10.5", "The application's own authorization allows the handshake.", 403),
    # The server's half, read by `verify`.
    ("status-101", "RFC 6455 §4.1", "The answer that opens a WebSocket is 101, over HTTP/2 and HTTP/3 a 2xx.", 500),
    ("response-upgrade", "RFC 6455 §4.1", "The Upgrade field of the 101 is websocket.", 500),
    ("response-connection", "RFC 6455 §4.1", "The Connection field of the 101 lists the option upgrade.", 500),
    ("accept-present", "RFC 6455 §4.2.2 item 5", "The 101 has a Sec-WebSocket-Accept field.", 500),
    ("accept-once", "RFC 6455 §11.3.3", "Sec-WebSocket-Accept appears once in a response.", 500),
    ("accept-value", "RFC 6455 §4.2.2 item 5", "Sec-WebSocket-Accept is the base64 of SHA-1(key + GUID).", 500),
    ("accept-canonical", "RFC 4648 §3.5", "The pad bits of Sec-WebSocket-Accept are zero.", 500),
    (
        "subprotocol-single",
        "RFC 6455 §11.3.4",
        "The answer names at most one subprotocol: one line with one token.",
        500,
    ),
    ("subprotocol-offered", "RFC 6455 §4.2.2 item 4", "The chosen subprotocol is one that the client offered.", 500),
    ("extensions-once", "RFC 6455 §11.3.2", "Sec-WebSocket-Extensions appears at most once in a response.", 500),
    ("extension-offered", "RFC 6455 §9.1", "The chosen extensions are well-formed and were offered.", 500),
    # The application's half, held by the middleware.
    ("app-answers", "ASGI, websocket scope", "The application accepts or refuses before it returns.", 500),
    (
        "accept-timeout",
        "RFC 9110 §15.6.4",
        "The application accepts or refuses in time.",
        503,
        _RETRY,
    ),
    ("app-fields", "ASGI, websocket.accept", "The application leaves the handshake's own fields to the server.", 500),
    ("http-101", "RFC 9110 §7.8", "An http scope is answered by 101 only with a raw upgrade and a right accept.", 500),
    (
        "raw-upgrade",
        "RFC 9110 §7.8",
        "The server upgrades a valid opening handshake instead of handing it on as plain HTTP.",
        501,
    ),
)

REQUIREMENTS: Mapping[str, Requirement] = MappingProxyType({row[0]: Requirement(*row) for row in _ROWS})


def violated(requirement_id: str, detail: str) -> Violation:
    """The violation of a row, answered as the row says."""
    requirement = REQUIREMENTS[requirement_id]
    return Violation(requirement, detail, requirement.status, requirement.response_fields)
