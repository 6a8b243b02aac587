"""Extension offers, as they are checked and as wsproto is given them, on any bytes: 0x1E parts two field lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

from websockets.exceptions import InvalidHeaderFormat
from websockets.headers import parse_extension
from wsproto.connection import ConnectionType
from wsproto.events import AcceptConnection, Request
from wsproto.extensions import PerMessageDeflate
from wsproto.handshake import H11Handshake

from asgi_ws_guard import verify
from asgi_ws_guard.handshake import Handshake, parse_request, parse_response, validate
from asgi_ws_guard.handshake.fields import list_elements
from asgi_ws_guard.handshake.validation import check_extensions
from asgi_ws_guard.servers.uvicorn_libraries import readable_offers, with_plain_upgrade, with_readable_offers
from asgi_ws_guard.testing import make_handshake
from tests.handshake.generated import REQUEST_VALUES, RESPONSE_VALUES

from .heads import assert_presentable, written

SEPARATOR = b"\x1e"
NAME = "Sec-WebSocket-Extensions"
_DEFLATE = "permessage-deflate"
_PARAMETERS = (
    *("client_max_window_bits", "client_max_window_bits=9", "server_max_window_bits=15", "server_max_window_bits"),
    *("client_no_context_takeover", "server_no_context_takeover", "server_no_context_takeover=1", "unheard-of"),
    *('client_max_window_bits="10"', "server_max_window_bits=8", "client_max_window_bits = 12"),
)
_OFFERS = (*REQUEST_VALUES[NAME], *RESPONSE_VALUES[NAME], *(f"{_DEFLATE}; {one}" for one in _PARAMETERS))
SEEDS = (
    *(offer.encode() for offer in _OFFERS),
    *(SEPARATOR.join([first.encode(), second.encode()]) for first, second in zip(_OFFERS, _OFFERS[5:], strict=False)),
    f"{_DEFLATE}; {_PARAMETERS[0]}; {_PARAMETERS[2]}, {_DEFLATE}, x-other; a=b".encode(),
)
WORDS = (_DEFLATE.encode(), *(one.encode() for one in _PARAMETERS), b"; ", b", ", b"=", b'"', b'\\"', b"\t", SEPARATOR)

_WINDOWS = tuple(str(bits) for bits in range(8, 16))
# The values of each parameter of permessage-deflate in an offer; "" where none is written (RFC 7692 §7.1).
LEGAL: Mapping[str, tuple[str, ...]] = {
    "server_no_context_takeover": ("",),
    "client_no_context_takeover": ("",),
    "server_max_window_bits": _WINDOWS,
    "client_max_window_bits": ("", *_WINDOWS),
}


def check(data: bytes) -> None:
    """Read as websockets reads it; and wsproto, given what it can read of it, answers what may be answered."""
    lines = data.split(SEPARATOR)
    handshake = make_handshake({NAME: list(lines)})
    violation = check_extensions(handshake)
    if violation is not None:
        assert_presentable((violation,))
    values = handshake.fields.get_all(NAME)
    if violation is not None and violation.requirement.id == "field-content":
        assert re.search(r"[^\t -~]", "".join(values))
        return
    assert not re.search(r"[^\t -~]", "".join(values))
    ours, theirs = violation is None, _websockets_reads(values)
    assert ours == theirs, "read otherwise"
    _check_offers(b",".join(value.encode() for value in values), ours)
    if ours:
        _check_head(handshake)


def _websockets_reads(values: list[str]) -> bool:
    try:
        parse_extension(",".join(values))
    except InvalidHeaderFormat:
        return False
    return True


def _check_offers(value: bytes, good: bool) -> None:
    kept = readable_offers(value)
    assert readable_offers(kept) == kept, "what is readable is not left as it is"
    before, after = (list_elements([text.decode()]) for text in (value, kept))
    remaining = iter(before)
    assert all(offer in remaining for offer in after), "an offer that the client did not make, or in another order"
    assert [one for one in before if not _is_deflate(one)] == [one for one in after if not _is_deflate(one)]
    assert sum(map(_is_deflate, after)) <= 1
    if good and kept:
        assert check_extensions(make_handshake({NAME: kept})) is None, "good offers were made bad ones"


def _is_deflate(offer: str) -> bool:
    return offer.split(";", 1)[0].strip() == _DEFLATE


def _check_head(handshake: Handshake) -> None:
    """The door's way: the head is made readable, and what wsproto then answers stands up to `verify`."""
    head = written("GET / HTTP/1.1", handshake.fields)
    assert validate(parse_request(head)) == ()
    given = with_readable_offers(with_plain_upgrade(head))
    again = parse_request(given)
    assert validate(again) == () and len(again.fields.get_all(NAME)) <= 1
    others = [pair for pair in handshake.fields if pair[0] != NAME]
    assert others == [pair for pair in again.fields if pair[0].lower() != NAME.lower()], "another field was changed"
    server = H11Handshake(ConnectionType.SERVER)
    server.receive_data(given)
    [event] = server.events()
    assert isinstance(event, Request)
    answer = parse_response(server.send(AcceptConnection(extensions=[PerMessageDeflate()])))
    assert verify(handshake, answer) == ()
    offers = [offer for offer in list_elements(again.fields.get_all(NAME)) if _is_deflate(offer)]
    for chosen in list_elements(answer.fields.get_all(NAME)):
        assert offers and _answers(chosen, offers[0]), f"{chosen} answers no offer"


def _answers(chosen: str, offer: str) -> bool:
    """RFC 7692 §7.1: a legal offer; the answer has what the client has to hear of it, and nothing that it did not."""
    pairs, told = _parameters(offer), dict(_parameters(chosen))
    asked = dict(pairs)
    if len(asked) < len(pairs) or any(value not in LEGAL.get(name, ()) for name, value in pairs):
        return False  # a server MUST decline it
    windows = (told.get("server_max_window_bits", "15"), asked.get("server_max_window_bits", "15"))
    return (
        ("server_no_context_takeover" not in asked or "server_no_context_takeover" in told)
        and ("client_max_window_bits" not in told or "client_max_window_bits" in asked)
        and int(windows[0]) <= int(windows[1])
    )


def _parameters(text: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in text.split(";")[1:])
    return [(name.strip(), value.strip()) for name, _, value in parts]
