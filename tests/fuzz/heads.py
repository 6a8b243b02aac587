"""What the targets on heads have in common: a head written again, and h11's reading of one, which shares no line."""

from __future__ import annotations

from typing import NamedTuple

import h11

from asgi_ws_guard.handshake import Fields, Violation
from asgi_ws_guard.handshake.requirements import REQUIREMENTS

ORDER = list(REQUIREMENTS)

# h11 makes one of several Content-Length, and lower case of Transfer-Encoding.
_NORMALISED = (b"content-length", b"transfer-encoding")


class Reading(NamedTuple):
    """A head as a parser sees it: the parts of its first line, and its field lines, names in lower case."""

    start: tuple[bytes, ...]
    fields: list[tuple[bytes, bytes]]


def reading_of(start: tuple[bytes, ...], pairs: tuple[tuple[bytes, bytes], ...]) -> Reading:
    return Reading(start, [(name.lower(), value) for name, value in pairs if name.lower() not in _NORMALISED])


def written(start: str, fields: Fields) -> bytes:
    """The head anew. No space after the colon: it must not grow past the cap."""
    return b"\r\n".join([start.encode("latin-1"), *(name + b":" + value for name, value in fields.raw), b"", b""])


def cut(data: bytes) -> bytes:
    """The head in `data` with its end, whatever follows left out."""
    return data.split(b"\r\n\r\n", 1)[0].removesuffix(b"\r\n") + b"\r\n\r\n"


def has_bare_lf(head: bytes) -> bool:
    """h11 ends a line there; to us it is a control byte in a value."""
    return b"\n" in head.replace(b"\r\n", b"")


def is_split_otherwise(head: bytes) -> bool:
    """Whether h11 has other lines in a head than we: it ends one at a bare LF, and joins a folded one to the last."""
    return has_bare_lf(head) or b"\r\n " in head or b"\r\n\t" in head


def h11_request(head: bytes) -> Reading | None:
    """h11's reading of a whole head, None where it refuses."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    try:
        connection.receive_data(head)
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.Request):
        return None
    start = (event.method, event.target, event.http_version)
    return reading_of(start, tuple(event.headers))


def h11_response(head: bytes) -> Reading | None:
    """The same of the answer to a request that asked for an upgrade."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a"), ("Upgrade", "websocket")]))
    connection.send(h11.EndOfMessage())
    try:
        connection.receive_data(head)
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.InformationalResponse | h11.Response):
        return None
    return reading_of((str(event.status_code).encode(), event.http_version), tuple(event.headers))


def assert_presentable(violations: tuple[Violation, ...]) -> None:
    """Violations whose details can be shown, each requirement once, in the order of the table."""
    places = [ORDER.index(violation.requirement.id) for violation in violations]
    assert len(set(places)) == len(places) or "field-content" in {ORDER[place] for place in places}, places
    for violation in violations:
        assert_text(violation.detail)


def assert_text(text: str) -> None:
    assert text.isascii() and text.isprintable() and len(text) < 1000, text
