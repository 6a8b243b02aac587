"""The glance at a plain handshake and the checks one by one give the same answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from asgi_ws_guard import Handshake, Violation, validate
from asgi_ws_guard.handshake import Fields, parse_request
from asgi_ws_guard.handshake.shortcut import doubtful
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.testing import Changes, make_fields

from .broken import BROKEN, UPGRADED, Row, over
from .generated import REQUESTS
from .test_fuzz import HANDSHAKES
from .valid import VALID

PLAIN: tuple[Changes, ...] = (
    {},
    {"Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade"},
    {"Origin": "https://example.com", "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"},
    {"Host": "localhost:8000", "Sec-WebSocket-Protocol": "chat", "User-Agent": "a\tb", "Cookie": "a=b"},
)


def lowered(changes: Changes, *, upgraded: bool = False, method: str | None = "GET") -> Handshake:
    """A handshake as servers hand it on: names in lower case."""
    fields = Fields([(str(name).lower(), value) for name, value in make_fields(changes)])
    return Handshake(method, fields=fields, upgraded=upgraded)


def is_plainly_valid(handshake: Handshake) -> bool:
    return doubtful(handshake) in ([], ())


def read_in_full(handshake: Handshake) -> tuple[Violation, ...]:
    return tuple(violation for check in CHECKS.values() if (violation := check(handshake)) is not None)


def breaks_nothing(handshake: Handshake) -> bool:
    return all(check(handshake) is None for check in CHECKS.values())


@pytest.mark.parametrize("changes", PLAIN)
def test_the_common_forms_are_known_at_a_glance(changes: Changes) -> None:
    """Otherwise it would be a way round for nothing."""
    assert is_plainly_valid(lowered(changes))
    assert is_plainly_valid(lowered({**changes, "Upgrade": None, "Connection": None}, upgraded=True, method=None))


@pytest.mark.parametrize("row", [*BROKEN, *UPGRADED, *over("2")], ids=str)
def test_what_is_broken_is_never_plainly_valid(row: Row) -> None:
    fields = [(str(name).lower(), value) for name, value in make_fields(row.changes)]
    handshake = Handshake(row.method, row.target, row.http_version, fields, row.upgraded)
    assert not is_plainly_valid(handshake)
    assert validate(handshake) == read_in_full(handshake)


@pytest.mark.parametrize("row", VALID, ids=str)
def test_what_is_plainly_valid_is_valid(row: Row) -> None:
    handshake = Handshake(row.method, row.target, row.http_version, make_fields(row.changes), row.upgraded)
    assert breaks_nothing(handshake)


@given(HANDSHAKES)
@settings(max_examples=300)
def test_any_fields_are_read_alike(handshake: Handshake) -> None:
    assert validate(handshake) == read_in_full(handshake)


@given(REQUESTS)
@settings(max_examples=600)
def test_generated_requests_are_read_alike(raw: bytes) -> None:
    try:
        parsed = parse_request(raw)
    except ValueError:
        return
    for fields in (parsed.fields, Fields([(name.lower(), value) for name, value in parsed.fields.raw])):
        handshake = Handshake(parsed.method, parsed.target, parsed.http_version, fields)
        assert validate(handshake) == read_in_full(handshake)
