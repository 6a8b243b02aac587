"""What is wrong with a pasted handshake is said, on its line."""

from __future__ import annotations

import pytest

from .pasted import KEY, REQUEST, RESPONSE, said, with_line

# Faults, each on its line. The first block is what the background pages list under mistakes and troubleshooting.

FAULTS = [
    (
        "wrong GUID",
        [*REQUEST, "", *with_line(RESPONSE, 4, "Sec-WebSocket-Accept: kaboM4oUTW4T36lXLqxZ9FdhHvo=")],
        "line 11: accept-value",
    ),
    ("missing key", REQUEST[:4] + REQUEST[5:], "missing: key-present"),
    ("malformed key", with_line(REQUEST, 5, "Sec-WebSocket-Key: hello"), "line 5: key-base64"),
    ("space in the key", with_line(REQUEST, 5, f"Sec-WebSocket-Key: {KEY[:9]} {KEY[9:]}"), "line 5: key-base64"),
    (
        "line break in the key",
        [*REQUEST[:4], f"Sec-WebSocket-Key: {KEY[:9]}", KEY[9:], *REQUEST[5:]],
        "a line break inside the value above?",
    ),
    (
        "fold in the key",
        [*REQUEST[:4], f"Sec-WebSocket-Key: {KEY[:9]}", f"  {KEY[9:]}", *REQUEST[5:]],
        "line 5: field-content",
    ),
    ("unsupported version", with_line(REQUEST, 6, "Sec-WebSocket-Version: 8"), "line 6: version-13"),
    ("missing version", REQUEST[:5], "missing: version-present"),
    ("mismatched Connection", with_line(REQUEST, 4, "Connection: keep-alive"), "line 4: connection-upgrade"),
    ("mismatched Upgrade", with_line(REQUEST, 3, "Upgrade: h2c"), "line 3: upgrade-websocket"),
    ("stripped Upgrade", REQUEST[:2] + REQUEST[3:], "missing: upgrade-websocket"),
    (
        "Connection of the 101",
        [*REQUEST, "", *with_line(RESPONSE, 3, "Connection: keep-alive")],
        "line 10: response-connection",
    ),
    ("Upgrade of the 101", [*REQUEST, "", *with_line(RESPONSE, 2, "Upgrade: h2c")], "line 9: response-upgrade"),
    ("plain 101", [*REQUEST, "", *RESPONSE[:3]], "missing: accept-present"),
    (
        "hex digest",
        [*REQUEST, "", *with_line(RESPONSE, 4, f"Sec-WebSocket-Accept: {'ab' * 20}")],
        "line 11: accept-value",
    ),
    ("two keys", [*REQUEST, f"Sec-WebSocket-Key: {KEY}"], "line 7: key-once"),
    ("two accepts", [*REQUEST, "", *RESPONSE, RESPONSE[3]], "line 12: accept-once"),
    ("POST", with_line(REQUEST, 1, "POST /chat HTTP/1.1"), "line 1: method-get"),
    ("HTTP/1.0", with_line(REQUEST, 1, "GET /chat HTTP/1.0"), "line 1: http-version"),
    ("no Host", REQUEST[:1] + REQUEST[2:], "missing: host-once"),
    ("a body", [*REQUEST, "Content-Length: 5"], "line 7: no-body"),
    ("misspelt name", with_line(REQUEST, 5, f"Sec-WebSockets-Key: {KEY}"), "is Sec-WebSocket-Key meant?"),
    (
        "unoffered subprotocol",
        [*REQUEST, "", *RESPONSE, "Sec-WebSocket-Protocol: chat"],
        "line 12: subprotocol-offered",
    ),
    ("no field line", [*REQUEST, "what is this"], 'line 7: "what is this" is no field line'),
    ("accept of another hash", with_line(RESPONSE, 4, "Sec-WebSocket-Accept: " + "A" * 43 + "="), "SHA-256"),
]


@pytest.mark.parametrize(("lines", "says"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_a_fault_is_found_on_its_line(lines: list[str], says: str, end: str) -> None:
    text = said(*lines, end=end)
    assert says in text
    assert "wrong: " in text
