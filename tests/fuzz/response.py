"""`parse_response`, `verify` and the diagnosis of an answer, on any bytes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha1

from asgi_ws_guard import HandshakeResponse, accept_value, verify
from asgi_ws_guard.diagnosis.failure import diagnose
from asgi_ws_guard.handshake import parse_response
from asgi_ws_guard.handshake.wire import MAX_HEAD
from asgi_ws_guard.testing import make_handshake
from tests.handshake.broken import GOOD_KEY, OTHER_KEY
from tests.handshake.generated import RESPONSE_VALUES, head

from .heads import (
    assert_presentable,
    assert_text,
    cut,
    h11_response,
    has_bare_lf,
    is_split_otherwise,
    reading_of,
    written,
)

OFFERS = ("chat", "superchat")
PLAIN = make_handshake({"Sec-WebSocket-Key": GOOD_KEY})
OFFERING = make_handshake(
    {
        "Sec-WebSocket-Key": GOOD_KEY,
        "Sec-WebSocket-Protocol": ", ".join(OFFERS),
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    }
)
KEYLESS = make_handshake({"Sec-WebSocket-Key": None})
REQUESTS = (PLAIN, OFFERING, KEYLESS, make_handshake({}, http_version="2"))

_ACCEPT = accept_value(GOOD_KEY)
_RIGHT = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", _ACCEPT)]
_VALUES = {
    name: [value.format(accept=_ACCEPT, other=accept_value(OTHER_KEY)) for value in values]
    for name, values in RESPONSE_VALUES.items()
}
SEEDS = (
    head("HTTP/1.1 101 Switching Protocols", _RIGHT),
    *(head("HTTP/1.1 101 x", [*_RIGHT, (name, value)]) for name, values in _VALUES.items() for value in values[:5]),
    *(head("HTTP/1.1 101 x", [*_RIGHT[:2], (_RIGHT[2][0], value)]) for value in _VALUES["Sec-WebSocket-Accept"]),
    head("HTTP/1.1 403 Forbidden", [("Content-Length", "2")]) + b"no",
    head("HTTP/1.1 200", []) + b"unsupported upgrade request",
    head("HTTP/1.0 301 Moved", [("Location", "/x")]),
)
WORDS = (
    *(name.encode() + b": " for name in RESPONSE_VALUES),
    *(value.encode("latin-1") for values in _VALUES.values() for value in values if 1 < len(value) < 60),
    *(b"\r\n", b"\r\n\r\n", b"HTTP/1.1 ", b" 101 ", b"HTTP/2 200", b"\r\n ", b"Location: ", b"Sec-WebSocket-Version: "),
)

# h11 reads what is no answer to us.
H11_LENIENT: Mapping[str, Callable[[bytes], bool]] = {
    "a line may end in a bare LF": has_bare_lf,
    "empty lines may come first": lambda head: head.startswith(b"\r\n"),
    "more than the cap": lambda head: len(head) > MAX_HEAD,
}


def check(data: bytes) -> None:
    """Refused by ValueError alone; else read as it stands and as h11 reads it; what is verified is right by hand."""
    try:
        response = parse_response(data)
    except ValueError as error:
        assert_text(str(error))
        head = cut(data)
        assert h11_response(head) is None or any(there(head) for there in H11_LENIENT.values()), "only h11 reads this"
        return
    start = f"HTTP/{response.http_version} {response.status:03}"
    assert parse_response(written(start, response.fields) + b"rest") == response, "written and read: another"
    body = data.partition(b"\r\n\r\n")[2]
    for request in REQUESTS:
        violations = verify(request, response)
        assert_presentable(violations)
        if request is not PLAIN:  # an accept value that is wrong is looked for long enough once
            diagnosis = diagnose(request, response, body)
            assert bool(violations) == (diagnosis is not None), "a failed handshake has a diagnosis, and no other has"
            assert_text(diagnosis.text if diagnosis else "")
        if not violations and not request.extended_connect:
            assert request is not KEYLESS and _is_good(response, OFFERS if request is OFFERING else ())
    _held_against_h11(response, cut(data))


def _is_good(response: HandshakeResponse, offered: tuple[str, ...]) -> bool:
    """RFC 6455 §4.1 once more, from the raw lines."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in response.fields.raw:
        values.setdefault(name.lower(), []).append(value.strip(b" \t"))
    options = [part.strip(b" \t").lower() for value in values.get(b"connection", ()) for part in value.split(b",")]
    key_and_guid = GOOD_KEY.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    chosen = values.get(b"sec-websocket-protocol", [])
    extensions = b",".join(values.get(b"sec-websocket-extensions", ()))
    names = {part.split(b";")[0].strip(b" \t") for part in extensions.split(b",")} - {b""}
    return (
        response.status == 101
        and [value.lower() for value in values.get(b"upgrade", ())] == [b"websocket"]
        and b"upgrade" in options
        and values.get(b"sec-websocket-accept") == [b64encode(sha1(key_and_guid).digest())]
        and (not chosen or (len(chosen) == 1 and chosen[0].decode("latin-1") in offered))
        and names <= ({b"permessage-deflate"} if offered else set())
    )


def _held_against_h11(response: HandshakeResponse, head: bytes) -> None:
    theirs = h11_response(head)
    if theirs is None:  # a client that shows what came has to read more than h11 does
        return
    ours = reading_of((str(response.status).encode(), response.http_version.encode()), response.fields.raw)
    assert ours == theirs or is_split_otherwise(head), "read otherwise"
