"""What an application puts into a list of headers, read as servers do: as pairs of text, or as nothing.

ASGI wants (name, value) in bytes. Servers take more, and some write a name out as it is: what each of them does with
a str, with white space, or with a line break was measured (docs/decisions/app-fields.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..asgi import Message
from ..handshake.fields import TOKEN
from ..handshake.lazy_pattern import LazyPattern

ACCEPT = "sec-websocket-accept"
ACCEPT_LENGTH = len(ACCEPT)
# Last bytes of a name that cannot be read as `ACCEPT`: neither its own T, nor what a server may strip. A str has none.
OTHER_ENDS = frozenset(range(0x21, 0x7F)) - {*b"tT"}

# field-value: no CR, LF or NUL (RFC 9110 §5.5). With one of them, a field is two lines, or the head ends in it.
_BREAK = LazyPattern(r"[\r\n\0]")


def read_field(item: Any) -> tuple[str, str] | None:
    """The name and the value of one header, str or anything like bytes; None where it is no such pair."""
    try:
        name, value = item
        return _text(name), _text(value)
    except (TypeError, ValueError):
        return None


def read_name(name: str) -> str:
    """The name that is meant: hypercorn strips what is written round it, and so may who reads it."""
    return name.strip().lower()


def is_line(name: str, value: str) -> bool:
    """Whether the field is one line of a head, whoever writes it: its name a token, its value without a break."""
    return TOKEN.fullmatch(name) is not None and _BREAK.search(value) is None


def status_of(message: Message) -> int | None:
    """The status as servers read it, None where none of them can: hypercorn takes what `int` does, "101" and 101.5."""
    try:
        return int(message["status"])
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def sent_fields(message: Message) -> list[tuple[str, str]]:
    """The headers of an app's message as text, without those that are no pair of a name and a value."""
    headers = message.get("headers")
    if not isinstance(headers, Iterable):
        return []
    return [field for item in headers if (field := read_field(item)) is not None]


def has_101_or_accept(message: Message) -> bool:
    """Whether the start of an answer has what only the server's half of an opening handshake has.

    A status in text that is no number may: gunicorn writes one out in an informational response, line breaks and all.
    So may any below 200: such an answer has no body (RFC 9112 §6.3), and what uvicorn with httptools writes as that is
    the next answer to who reads it.
    """
    status = status_of(message)
    if status is not None and status < 200 and message.get("type", "").endswith("response.start"):
        return True
    if status == 101 or (status is None and isinstance(message.get("status"), str | bytes | bytearray)):
        return True
    return any(read_name(name) == ACCEPT for name, _ in sent_fields(message))


def switches_protocols(message: Message) -> bool:
    """Whether the start of an answer to a handshake looks like the server's half of it, or may on the wire.

    A name that is no token may: uvicorn writes "a: b\\r\\nSec-WebSocket-Accept" out as it is.
    """
    return has_101_or_accept(message) or not all(is_line(*field) for field in sent_fields(message))


def _text(text: object) -> str:
    if isinstance(text, str):
        return text
    if isinstance(text, bytes | bytearray | memoryview):
        return bytes(text).decode("latin-1")
    raise TypeError
