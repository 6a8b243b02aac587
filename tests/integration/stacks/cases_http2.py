"""Opening handshakes over HTTP/2: extended CONNECT with one thing changed (RFC 8441 §5)."""

from __future__ import annotations

from collections.abc import Mapping

from tests.integration.stacks.case import EXTENSIONS, ORIGIN, PROTOCOL, VERSION, Case, Value
from tests.integration.stacks.departures import Table, hidden, own

_VALID: Mapping[str, Value] = {
    ":scheme": b"http",
    ":authority": b"example.com",
    VERSION: b"13",
}


def _connect(case_id: str, breaks: str | None = None, /, **changes: Value) -> Case:
    names = {"version": VERSION, "origin": ORIGIN, "subprotocol": PROTOCOL, "extension": EXTENSIONS}
    renamed = {names.get(name, name.replace("_", "-")): value for name, value in changes.items()}
    return Case(case_id, (breaks,) if breaks else (), renamed, method="CONNECT")


CASES = (
    _connect("valid"),
    _connect("origin", origin=b"https://example.com"),
    _connect("subprotocols", subprotocol=(b"chat", b"superchat")),
    _connect("extension", extension=b"x-unknown; a=1"),
    _connect("key-is-not-read", sec_websocket_key=b"hello"),
    _connect("version-missing", "version-present", version=None),
    _connect("version-twice", "version-once", version=(b"13", b"13")),
    _connect("version-8", "version-13", version=b"8"),
    _connect("version-013", "version-13", version=b"013"),
    _connect("origin-twice", "origin-once", origin=(b"https://a.example", b"https://b.example")),
    _connect("origin-host-only", "origin-syntax", origin=b"example.com"),
    _connect("subprotocol-space", "subprotocol-token", subprotocol=b"my chat"),
    _connect("subprotocol-empty", "subprotocol-token", subprotocol=b""),
    _connect("subprotocol-repeated", "subprotocol-unique", subprotocol=b"chat, chat"),
    _connect("extension-no-parameter", "extension-syntax", extension=b"permessage-deflate;"),
    _connect("note-bell", "field-content", x_note=b"a\ab"),
    _connect("origin-latin-1", "field-content", origin=b"https://ex\xe4mple.com"),
    _connect("content-length", "no-body", content_length=b"5"),
    Case("other-protocol", (), {":protocol": b"chat"}, method="CONNECT"),
    Case("upgrade-field", (), {"upgrade": b"websocket"}, method="CONNECT"),
    Case("connection-field", (), {"connection": b"Upgrade"}, method="CONNECT"),
    # A plain request means a WebSocket by its version, and the fields of an upgrade are not asked of it.
    Case("get-version-8", ("version-13",), {VERSION: b"8"}, method="GET"),
    Case("get-plain", (), {VERSION: None}, method="GET", meaning="http"),
)

TABLE = Table(
    (
        hidden("hypercorn neither checks :protocol nor puts it into the scope", "other-protocol"),
        own(
            None, "h2 ends a connection on which a connection-specific field comes", "upgrade-field", "connection-field"
        ),
        own(400, "hypercorn wants the version field, and 13 in it", "version-missing", "version-8", "version-013"),
    )
)


def fields(case: Case, nonce: str) -> list[tuple[bytes, bytes]]:
    """The request's field lines, pseudo-header fields first, as RFC 9113 §8.3 wants them."""
    lines: dict[str, Value] = {":method": case.method.encode(), ":path": case.path(nonce).encode(), **_VALID}
    if case.method == "CONNECT":
        lines[":protocol"] = b"websocket"
    lines.update(case.changes)
    pairs = [(name.lower().encode(), value) for name, value in lines.items()]
    pseudo_first = sorted(pairs, key=lambda pair: not pair[0].startswith(b":"))
    return [
        (name, value)
        for name, values in pseudo_first
        for value in ((values,) if isinstance(values, bytes) else values or ())
    ]
