"""`parse_request` and `validate` on any bytes."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping

from asgi_ws_guard.handshake import Handshake, parse_request, validate
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.handshake.wire import MAX_HEAD
from tests.handshake.generated import REQUEST, REQUEST_VALUES, head

from .heads import (
    assert_presentable,
    assert_text,
    cut,
    h11_request,
    has_bare_lf,
    is_split_otherwise,
    reading_of,
    written,
)

SEEDS = (
    head("GET /chat HTTP/1.1", REQUEST),
    *(
        head("GET / HTTP/1.1", [*(line for line in REQUEST if line[0] != name), (name, value)])
        for name, values in REQUEST_VALUES.items()
        for value in values[:4]
    ),
    b"GET / HTTP/1.1\nHost: a\n\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\nrest",
)
WORDS = (
    *(name.encode() + b": " for name in REQUEST_VALUES),
    *(value.encode("latin-1") for values in REQUEST_VALUES.values() for value in values if 1 < len(value) < 40),
    *(b"\r\n", b"\r\n\r\n", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2", b"GET ", b"\r\n ", b"\n\n"),
)

# h11 refuses what is a good opening handshake to us.
H11_STRICT: Mapping[str, Callable[[Handshake], bool]] = {
    "HTTP/2 and HTTP/3 have no request line, save where a tool prints one": lambda handshake: (
        handshake.extended_connect
    ),
    "a target is ASCII": lambda handshake: not handshake.target.isascii(),
    "several Content-Length have to be equal": lambda handshake: (
        len(set(handshake.fields.get_all("content-length"))) > 1
    ),
}
# h11 reads what is no request head to us.
H11_LENIENT: Mapping[str, Callable[[bytes], bool]] = {
    "a line may end in a bare LF": has_bare_lf,
    "empty lines may come first": lambda head: head.startswith(b"\r\n"),
    "more than the cap": lambda head: len(head) > MAX_HEAD,
}


def check(data: bytes) -> None:
    """Refused by ValueError alone; else read as it stands, as h11 reads it, and judged alike by each way to judge."""
    try:
        handshake = parse_request(data)
    except ValueError as error:
        assert_text(str(error))
        head = cut(data)
        assert h11_request(head) is None or any(there(head) for there in H11_LENIENT.values()), "only h11 reads this"
        return
    start = f"{handshake.method} {handshake.target} HTTP/{handshake.http_version}"
    assert parse_request(written(start, handshake.fields) + b"\r\n\r\nGET") == handshake, "written and read: another"
    for variant in _variants(handshake):
        violations = validate(variant)
        assert_presentable(violations)
        plainly = tuple(violation for one in CHECKS.values() if (violation := one(variant)) is not None)
        assert violations == plainly, "the shortcut and the checks differ"
    refused = [violation for violation in validate(handshake) if not violation.requirement.flagged]
    if not refused and not handshake.extended_connect:
        assert _is_good(handshake), "let through, and no opening handshake by a plain reading"
    _held_against_h11(handshake, cut(data), not refused)


def _variants(handshake: Handshake) -> list[Handshake]:
    """The same fields as each kind of scope would have them."""
    target, fields = handshake.target, handshake.fields
    offers = handshake.offered_subprotocols
    return [
        handshake,
        Handshake(None, target, handshake.http_version, fields, upgraded=True, subprotocols=offers),
        Handshake(None, target, "1.1", fields, upgraded=True),
        Handshake("CONNECT", target, "2", fields),
    ]


def _is_good(handshake: Handshake) -> bool:
    """RFC 6455 §4.2.1 once more, read from the raw lines by the shortest code there is."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in handshake.fields.raw:
        values.setdefault(name.lower(), []).append(value.strip(b" \t"))

    def lists(name: bytes, token: bytes) -> bool:
        return token in [part.strip(b" \t").lower() for value in values.get(name, ()) for part in value.split(b",")]

    try:
        [key] = values.get(b"sec-websocket-key", [])
        nonce = b64decode(key, validate=True)
    except (ValueError, Error):
        return False
    return (
        (handshake.method, handshake.http_version, len(nonce), len(key)) == ("GET", "1.1", 16, 24)
        and lists(b"upgrade", b"websocket")
        and lists(b"connection", b"upgrade")
        and values.get(b"sec-websocket-version") == [b"13"]
        and len(values.get(b"host", ())) == 1
        and len(values.get(b"origin", ())) <= 1
        and b"transfer-encoding" not in values
        and all(int(value) == 0 for value in values.get(b"content-length", ()))
        and not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", b"".join(value for _, value in handshake.fields.raw))
    )


def _held_against_h11(handshake: Handshake, head: bytes, good: bool) -> None:
    theirs = h11_request(head)
    if theirs is None:
        reasons = [reason for reason, there in H11_STRICT.items() if there(handshake)]
        assert reasons or not good, "a good handshake to us, and no request to h11"
        return
    method = (handshake.method or "").encode()
    start = (method, handshake.target.encode("latin-1"), handshake.http_version.encode())
    ours = reading_of(start, handshake.fields.raw)
    assert ours == theirs or (not good and is_split_otherwise(head)), "read otherwise"
