"""What the WebSocket libraries behind uvicorn's door cannot read, and the head that they are given instead.

Measured with `asgi-ws-guard probe`, uvicorn 0.54.0, websockets 17.4, wsproto 1.3.2.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from ..handshake.wire import join_head

_PACKAGE = "uvicorn.protocols.websockets"
SANSIO, WSPROTO = f"{_PACKAGE}.websockets_sansio_impl", f"{_PACKAGE}.wsproto_impl"

_EXTENSIONS = b"sec-websocket-extensions"
_PARAMETER = re.compile(
    rb"(?:server|client)_no_context_takeover|client_max_window_bits"
    rb"|(?:server|client)_max_window_bits[ \t]*=[ \t]*(?:9|1[0-5])"
)


def is_of(base: type, module: str) -> bool:
    """Whether a protocol class is that of one of uvicorn's modules, or a subclass."""
    return any(one.__module__ == module for one in base.__mro__)


def max_line(base: type) -> int | None:
    """How many bytes a line may have, CR LF included. None where the library answers longer ones by itself.

    websockets' sans-I/O half fails on a longer line before there is a request, and uvicorn then writes nothing: the
    client waits until it gives up. The number is the library's, which WEBSOCKETS_MAX_LINE_LENGTH can change.
    """
    if not is_of(base, SANSIO):
        return None
    return int(getattr(import_module("websockets.http11"), "MAX_LINE_LENGTH", 8192))


def longest_line(head: bytes) -> int:
    """The bytes of the longest line, CR LF included."""
    return max(map(len, head.split(b"\r\n"))) + 2


def with_plain_upgrade(head: bytes) -> bytes:
    """The head with one Upgrade and one Connection line, where there are more: the libraries read one element a line.

    Both are hop-by-hop, and end here (RFC 9110 §7.6.1).
    """
    start, fields = _split(head)
    upgrades = [line[8:].strip(b" \t").lower() for name, line in fields if name == b"upgrade"]
    if upgrades == [b"websocket"] and [name for name, _ in fields].count(b"connection") == 1:
        return head
    kept = [line for name, line in fields if name not in (b"upgrade", b"connection")]
    return join_head(start, [*kept, b"upgrade: websocket", b"connection: Upgrade"])


def with_readable_offers(head: bytes) -> bytes:
    """The head for wsproto: all extension offers on one line, without those that `readable_offers` leaves out."""
    start, fields = _split(head)
    values = [line.partition(b":")[2] for name, line in fields if name == _EXTENSIONS]
    if not values:
        return head
    offers = readable_offers(b",".join(values))
    kept = [line for name, line in fields if name != _EXTENSIONS]
    return join_head(start, [*kept, _EXTENSIONS + b": " + offers] if offers else kept)


def readable_offers(value: bytes) -> bytes:
    """The offers without those of permessage-deflate that wsproto would answer wrongly; of the others the first.

    It accepts unknown, repeated and valueless parameters, which a server MUST decline (RFC 7692 §7.1), and raises on
    a value in quotes. Of several offers it mixes the parameters: the window of one, and the answer to another.
    """
    kept: list[bytes] = []
    accepted = False
    for offer in filter(None, (part.strip(b" \t") for part in value.split(b","))):
        if offer.split(b";", 1)[0].strip() != b"permessage-deflate":
            kept.append(offer)
        elif not accepted and _is_readable(offer):
            kept.append(offer)
            accepted = True
    return b", ".join(kept)


def _is_readable(offer: bytes) -> bool:
    parameters = [part.strip(b" \t") for part in offer.split(b";")[1:]]
    names = {parameter.partition(b"=")[0].strip(b" \t") for parameter in parameters}
    return len(names) == len(parameters) and all(map(_PARAMETER.fullmatch, parameters))


def _split(head: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The request line, and each field line with its name in lower case."""
    start, *lines = head[:-4].split(b"\r\n")
    return start, [(line.split(b":", 1)[0].lower(), line) for line in lines]


def head_for(base: Any, head: bytes) -> bytes:
    """The head as the library of `base` is given it."""
    head = with_plain_upgrade(head)
    return with_readable_offers(head) if is_of(base, WSPROTO) else head
