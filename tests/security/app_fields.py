"""The attack set: headers of an app that are, or on some wire become, what only the server may send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Each is a Sec-WebSocket-Accept, or becomes one where a server writes it as it is, or fails the server.
ACCEPTS: Mapping[str, Any] = {
    "bytes": (b"Sec-WebSocket-Accept", b"EVIL"),
    "str": ("sec-websocket-accept", "EVIL"),
    "str-name": ("Sec-WebSocket-Accept", b"EVIL"),
    "str-value": (b"SEC-WEBSOCKET-ACCEPT", "EVIL"),
    "bytearray": (bytearray(b"sec-websocket-accept"), bytearray(b"EVIL")),
    "memoryview": (memoryview(b"sec-websocket-accept"), b"EVIL"),
    "list": [b"sec-websocket-accept", b"EVIL"],
    "space-behind": (b"sec-websocket-accept ", b"EVIL"),
    "tab-behind": (b"Sec-WebSocket-Accept\t", b"EVIL"),
    "space-before": (b" sec-websocket-accept", b"EVIL"),
    "str-and-space": ("sec-websocket-accept ", "EVIL"),
    "vertical-tab": (b"sec-websocket-accept\x0b", b"EVIL"),
    "no-break-space": (b"sec-websocket-accept\xa0", b"EVIL"),
    "line-break-before": (b"\r\nSec-WebSocket-Accept", b"EVIL"),
}
BREAKS: Mapping[str, Any] = {
    "colon": (b"sec-websocket-accept: EVIL", b""),
    "crlf-in-value": (b"x-a", b"1\r\nSec-WebSocket-Accept: EVIL"),
    "lf-in-value": (b"x-a", b"1\nSec-WebSocket-Accept: EVIL"),
    "cr-in-value": (b"x-a", b"1\rSec-WebSocket-Accept: EVIL"),
    "crlf-in-str": ("x-a", "1\r\nSec-WebSocket-Accept: EVIL"),
    "crlf-in-name": (b"x-a: 1\r\nSec-WebSocket-Accept", b"EVIL"),
    "lf-in-name": (b"x-a: 1\nSec-WebSocket-Accept", b"EVIL"),
    "nul-in-value": (b"x-a", b"1\0EVIL"),
    "second-head": (b"x-a", b"1\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: EVIL\r\n\r\n"),
}
NO_PAIRS: Mapping[str, Any] = {
    "int-name": (1, b"x"),
    "no-name": (None, b"x"),
    "int-value": (b"x-a", 7),
    "no-value": (b"x-a", None),
    "one": (b"x-a",),
    "three": (b"x-a", b"1", b"2"),
    "none": None,
    "bytes-alone": b"x-a: 1",
}
FORMS = {**ACCEPTS, **BREAKS, **NO_PAIRS}
