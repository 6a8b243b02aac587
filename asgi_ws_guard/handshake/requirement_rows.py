"""The requirements on an opening handshake, as one table in the order in which RFC 6455 reads one.

A row's id is the log field, the metric label, the problem's code, the probe's case and the anchor in the docs.
"""

from __future__ import annotations

from typing import TypeAlias

ResponseFields: TypeAlias = tuple[tuple[str, str], ...]

_ALLOW: ResponseFields = (("Allow", "GET"),)
_RETRY: ResponseFields = (("Retry-After", "5"),)  # seconds; a restarting upstream is often back by then
_VERSION_13: ResponseFields = (("Sec-WebSocket-Version", "13"),)
# One line for Connection: the refusal both names the upgrade (RFC 9110 §7.8) and ends the connection (RFC 9112 §9.6).
_UPGRADE: ResponseFields = (("Upgrade", "websocket"), ("Connection", "Upgrade, close"))

_KEY, _VERSION, _ACCEPT = "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Accept"
_SUBPROTOCOL, _EXTENSIONS = "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"

# id, field, section, statement, status, and where they are not the usual ones response fields and flagged
ROWS = (
    # The client's half, read by `validate`.
    ("method-get", "", "RFC 6455 §4.2.1 item 1", "The method of an opening handshake is GET.", 405, _ALLOW),
    ("http-version", "", "RFC 6455 §4.2.1 item 1", "An opening handshake is HTTP/1.1, HTTP/2 or HTTP/3.", 400),
    ("path-content", "", "RFC 3986 §7.3", "The path, once it is decoded, holds no control character.", 400),
    ("host-once", "Host", "RFC 9112 §3.2", "An HTTP/1.1 request has exactly one well-formed Host field.", 400),
    (
        "field-content",
        "",
        "RFC 9110 §5.5",
        "Field values hold no control byte, and the fields of the handshake nothing but ASCII.",
        400,
    ),
    ("no-body", "", "RFC 6455 §4.1", "An opening handshake announces no body.", 400),
    ("upgrade-websocket", "Upgrade", "RFC 6455 §4.2.1 item 3", "The Upgrade field lists websocket.", 426, _UPGRADE),
    (
        "connection-upgrade",
        "Connection",
        "RFC 6455 §4.2.1 item 4",
        "The Connection field lists the option upgrade.",
        426,
        _UPGRADE,
    ),
    ("key-present", _KEY, "RFC 6455 §4.2.1 item 5", "There is a Sec-WebSocket-Key field.", 400),
    ("key-once", _KEY, "RFC 6455 §11.3.1", "Sec-WebSocket-Key appears once in a request.", 400),
    (
        "key-base64",
        _KEY,
        "RFC 6455 §4.3",
        "Sec-WebSocket-Key is base64, not empty, padded, of the standard alphabet.",
        400,
    ),
    ("key-length", _KEY, "RFC 6455 §4.2.1 item 5", "Sec-WebSocket-Key decodes to exactly 16 bytes.", 400),
    (
        "key-canonical",
        _KEY,
        "RFC 4648 §3.5",
        "The pad bits of Sec-WebSocket-Key are zero. The RFC's own example breaks this (erratum 3150).",
        400,
        (),
        True,
    ),
    (
        "key-sample",
        _KEY,
        "RFC 6455 §4.1 item 7",
        "Sec-WebSocket-Key is chosen at random: not one printed in documents, and not all zeros.",
        400,
        (),
        True,
    ),
    (
        "version-present",
        _VERSION,
        "RFC 6455 §4.2.1 item 6",
        "There is a Sec-WebSocket-Version field.",
        400,
        _VERSION_13,
    ),
    (
        "version-once",
        _VERSION,
        "RFC 6455 §11.3.5",
        "Sec-WebSocket-Version appears once in a request.",
        400,
        _VERSION_13,
    ),
    (
        "version-13",
        _VERSION,
        "RFC 6455 §4.2.1 item 6",
        "Sec-WebSocket-Version is exactly 13.",
        426,
        _VERSION_13 + _UPGRADE,
    ),
    ("origin-once", "Origin", "RFC 6454 §7.3", "Origin appears at most once.", 400),
    ("origin-syntax", "Origin", "RFC 6454 §6.2", "Origin is null or scheme://host with an optional port.", 400),
    (
        "subprotocol-token",
        _SUBPROTOCOL,
        "RFC 6455 §4.1 item 10",
        "The subprotocol offers are tokens, and there is at least one.",
        400,
    ),
    ("subprotocol-unique", _SUBPROTOCOL, "RFC 6455 §4.1 item 10", "No subprotocol is offered twice.", 400),
    ("extension-syntax", _EXTENSIONS, "RFC 6455 §9.1", "The extension offers are well-formed.", 400),
    # What the deployment wants of it, read by `rules/` and by its own `authorize`.
    ("size", "", "RFC 6585 §5", "The fields are no more and no larger than this server takes.", 431),
    ("host-allowed", "Host", "RFC 9110 §7.4", "Host is one of the names of this server.", 421),
    ("tls-required", "", "RFC 6455 §10.6", "The handshake came over TLS.", 403),
    ("origin-allowed", "Origin", "RFC 6455 §10.2", "The page that opens the WebSocket is of an allowed origin.", 403),
    (
        "subprotocol-required",
        _SUBPROTOCOL,
        "RFC 6455 §4.2.2 item 4",
        "The client offers a subprotocol that is spoken here.",
        400,
    ),
    ("authorized", "", "RFC 6455 §10.5", "The application's own authorization allows the handshake.", 403),
    # The server's half, read by `verify`.
    ("status-101", "", "RFC 6455 §4.1", "The answer that opens a WebSocket is 101, over HTTP/2 and HTTP/3 a 2xx.", 500),
    ("response-upgrade", "Upgrade", "RFC 6455 §4.1", "The Upgrade field of the 101 is websocket.", 500),
    (
        "response-connection",
        "Connection",
        "RFC 6455 §4.1",
        "The Connection field of the 101 lists the option upgrade.",
        500,
    ),
    ("accept-present", _ACCEPT, "RFC 6455 §4.2.2 item 5", "The 101 has a Sec-WebSocket-Accept field.", 500),
    ("accept-once", _ACCEPT, "RFC 6455 §11.3.3", "Sec-WebSocket-Accept appears once in a response.", 500),
    (
        "accept-value",
        _ACCEPT,
        "RFC 6455 §4.2.2 item 5",
        "Sec-WebSocket-Accept is the base64 of SHA-1(key + GUID).",
        500,
    ),
    ("accept-canonical", _ACCEPT, "RFC 4648 §3.5", "The pad bits of Sec-WebSocket-Accept are zero.", 500),
    (
        "subprotocol-single",
        _SUBPROTOCOL,
        "RFC 6455 §11.3.4",
        "The answer names at most one subprotocol: one line with one token.",
        500,
    ),
    (
        "subprotocol-offered",
        _SUBPROTOCOL,
        "RFC 6455 §4.2.2 item 4",
        "The chosen subprotocol is one that the client offered.",
        500,
    ),
    (
        "extensions-once",
        _EXTENSIONS,
        "RFC 6455 §11.3.2",
        "Sec-WebSocket-Extensions appears at most once in a response.",
        500,
    ),
    ("extension-offered", _EXTENSIONS, "RFC 6455 §9.1", "The chosen extensions are well-formed and were offered.", 500),
    # The application's half, held by the middleware.
    ("app-answers", "", "ASGI, websocket scope", "The application accepts or refuses before it returns.", 500),
    (
        "accept-timeout",
        "",
        "RFC 9110 §15.6.4",
        "The application accepts or refuses in time.",
        503,
        _RETRY,
    ),
    (
        "app-fields",
        "",
        "ASGI, websocket.accept",
        "The application leaves the handshake's own fields to the server.",
        500,
    ),
    (
        "http-101",
        "",
        "RFC 9110 §7.8",
        "An http scope is answered by 101 only with a raw upgrade and a right accept.",
        500,
    ),
    (
        "raw-upgrade",
        "",
        "RFC 9110 §7.8",
        "The server upgrades a valid opening handshake instead of handing it on as plain HTTP.",
        501,
    ),
)
