"""Valid handshakes in the forms that clients send: each opens."""

from __future__ import annotations

from ..case import OPENS, SHOULD_OPEN, Case
from .base import CONNECTION, EXTENSIONS, VALID, maker

_case = maker("control", mistake="a valid handshake is refused: real clients that send this form cannot connect")

_CASELESS = "field names are compared byte by byte: RFC 9110 §5.1 makes them case-insensitive"
_SEGMENTS = "the head is read with one recv: TCP keeps no segment borders, so read on until the empty line"
_ORDER = "the order of the fields matters to the server: RFC 6455 §4.2.1 says that it does not"
_IGNORE = "fields that the server does not know are held against the client: ignore them"

_CHROME = VALID.put(EXTENSIONS, "permessage-deflate; client_max_window_bits").add(
    b"Pragma: no-cache",
    b"Cache-Control: no-cache",
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0",
    b"Origin: {origin}",
    b"Accept-Encoding: gzip, deflate, br, zstd",
    b"Accept-Language: en-GB,en-US;q=0.9,en;q=0.8",
)
_FIREFOX = (
    VALID.put(CONNECTION, "keep-alive, Upgrade")
    .put(EXTENSIONS, "permessage-deflate")
    .add(
        b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        b"Accept: */*",
        b"Origin: {origin}",
        b"Sec-Fetch-Dest: empty",
        b"Sec-Fetch-Mode: websocket",
        b"Sec-Fetch-Site: same-origin",
        b"Pragma: no-cache",
    )
)

CASES: tuple[Case, ...] = (
    _case("control-valid", "status-101", "a minimal valid handshake", VALID, OPENS),
    _case("control-chrome", "status-101", "the fields that Chromium sends", _CHROME, OPENS),
    _case("control-firefox", "connection-upgrade", "the fields that Firefox sends", _FIREFOX, OPENS),
    _case(
        "control-names-lower",
        "status-101",
        "field names in lower case",
        VALID.but(lines=tuple(line.split(b":")[0].lower() + b":" + line.split(b":", 1)[1] for line in VALID.lines)),
        OPENS,
        mistake=_CASELESS,
    ),
    _case(
        "control-names-upper",
        "status-101",
        "field names in upper case",
        VALID.but(lines=tuple(line.split(b":")[0].upper() + b":" + line.split(b":", 1)[1] for line in VALID.lines)),
        OPENS,
        mistake=_CASELESS,
    ),
    _case(
        "control-order",
        "status-101",
        "the fields in reverse order, Host last",
        VALID.but(lines=VALID.lines[::-1]),
        OPENS,
        mistake=_ORDER,
    ),
    _case(
        "control-unknown-field",
        "fields-ignored",
        "a field that nobody knows",
        VALID.add(b"X-Probe: 1"),
        OPENS,
        mistake=_IGNORE,
    ),
    _case(
        "control-unknown-sec-field",
        "fields-ignored",
        "an unknown field of the Sec-WebSocket- family",
        VALID.add(b"Sec-WebSocket-Probe: 1"),
        OPENS,
        mistake=_IGNORE,
    ),
    _case(
        "control-accept-in-request",
        "fields-ignored",
        "a Sec-WebSocket-Accept in the request, where it means nothing",
        VALID.add(b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        SHOULD_OPEN,
        mistake=_IGNORE,
        note="No client sends it; a server that refuses it out of caution loses nobody.",
    ),
    _case("control-cookie", "fields-ignored", "a cookie", VALID.add(b"Cookie: probe=1; other=2"), OPENS),
    _case(
        "control-query",
        "request-target",
        "a query in the target",
        VALID.but(target=b"{query}"),
        SHOULD_OPEN,
        mistake="the route compares the whole target: split the query off before the path is looked up",
        note="The query is part of the resource name (RFC 6455 §3), so an application may refuse one that it rejects.",
    ),
    _case(
        "control-two-segments", "status-101", "the head in two segments", VALID.but(pieces=2), OPENS, mistake=_SEGMENTS
    ),
    _case(
        "control-many-segments",
        "status-101",
        "the head in twelve segments",
        VALID.but(pieces=12),
        OPENS,
        mistake=_SEGMENTS,
    ),
)
