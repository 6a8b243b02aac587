"""`validate`: what breaks one requirement breaks that one alone, and what breaks none is left in peace."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from os import urandom

import pytest

from asgi_ws_guard import Handshake, validate
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.handshake.validation import CHECKS
from asgi_ws_guard.testing import make_fields, make_handshake

from .broken import BROKEN, EXTENSIONS, KEY, PROTOCOL, UPGRADED, VERSION, Row, over
from .valid import VALID

ALL_BROKEN = (*BROKEN, *UPGRADED, *over("2"), *over("3"))


def made(row: Row) -> Handshake:
    return make_handshake(
        row.changes, method=row.method, target=row.target, http_version=row.http_version, upgraded=row.upgraded
    )


def ids(handshake: Handshake) -> list[str]:
    return [violation.requirement.id for violation in validate(handshake)]


@pytest.mark.parametrize("row", ALL_BROKEN, ids=str)
def test_one_change_breaks_one_requirement(row: Row) -> None:
    [violation] = validate(made(row))
    assert violation.requirement.id == row.broken
    assert violation.status == REQUIREMENTS[str(row.broken)].status
    assert violation.detail.isascii() and violation.detail.isprintable()
    assert len(violation.detail) < 400


@pytest.mark.parametrize("row", VALID, ids=str)
def test_a_valid_variation_breaks_nothing(row: Row) -> None:
    assert ids(made(row)) == []


@pytest.mark.parametrize("casing", [str.upper, str.lower, str.swapcase])
def test_the_case_and_the_order_of_names_mean_nothing(casing: Callable[[str], str]) -> None:
    for row in VALID:
        fields = [(casing(str(name)), value) for name, value in reversed(make_fields(row.changes))]
        assert ids(Handshake(row.method, row.target, row.http_version, fields, row.upgraded)) == []


def test_a_thousand_random_keys_are_good() -> None:
    for _ in range(1000):
        assert ids(make_handshake({KEY: b64encode(urandom(16))})) == []


@pytest.mark.parametrize("length", [length for length in range(40) if length != 16])
def test_a_key_of_any_other_length_is_no_key(length: int) -> None:
    assert ids(make_handshake({KEY: b64encode(urandom(length))})) == ["key-length" if length else "key-base64"]


@pytest.mark.parametrize("number", [number for number in range(300) if number != 13])
def test_no_other_version_is_13(number: int) -> None:
    assert ids(make_handshake({VERSION: str(number)})) == ["version-13"]


@pytest.mark.parametrize(
    ("handshake", "expected"),
    [
        (make_handshake({KEY: "hello!", VERSION: "8"}), ["key-base64", "version-13"]),
        (
            make_handshake({"Host": None, "Upgrade": None}, method="POST"),
            ["method-get", "host-once", "upgrade-websocket"],
        ),
        (make_handshake({PROTOCOL: "a b", EXTENSIONS: ";"}), ["subprotocol-token", "extension-syntax"]),
        # The draft of 2010 that Safari once spoke: two keys of another kind, no version.
        (
            make_handshake({KEY: None, VERSION: None, f"{KEY}1": "4 @1", f"{KEY}2": "1_ x"}),
            ["key-present", "version-present"],
        ),
        (make_handshake({"Upgrade": None, "Connection": "close"}), ["upgrade-websocket", "connection-upgrade"]),
        # Nothing at all.
        (
            Handshake("", "", "", ()),
            ["method-get", "http-version", "upgrade-websocket", "connection-upgrade", "key-present", "version-present"],
        ),
        # nginx with its defaults: HTTP/1.0, both hop-by-hop fields gone.
        (
            make_handshake({"Upgrade": None, "Connection": "close"}, http_version="1.0"),
            ["http-version", "upgrade-websocket", "connection-upgrade"],
        ),
    ],
)
def test_all_violations_are_collected_in_reading_order(handshake: Handshake, expected: list[str]) -> None:
    assert ids(handshake) == expected
    assert sorted(expected, key=list(REQUIREMENTS).index) == expected


def test_one_check_a_field() -> None:
    """A check that found something stops: two keys, both bad, with a bad byte are one violation."""
    assert ids(make_handshake({KEY: [b"\x00", b"hello", b""]})) == ["field-content"]
    assert len(CHECKS) == 13


@pytest.mark.parametrize("offers", [("a b",), ("",), ("a", "a"), ("chat", "{"), ("\udc80",)])
def test_offers_that_only_the_server_saw_are_judged(offers: tuple[str, ...]) -> None:
    """uvicorn with wsproto keeps the field to itself and hands on scope["subprotocols"]."""
    [violation] = validate(Handshake("GET", "/", "1.1", make_fields(), subprotocols=offers))
    assert violation.requirement.id == ("subprotocol-unique" if offers == ("a", "a") else "subprotocol-token")


def test_the_field_stands_where_the_server_read_the_offers_otherwise() -> None:
    """daphne percent-decodes them, and hypercorn has those of the last line only."""
    fields = make_fields({PROTOCOL: ["a%20b", "chat"]})
    assert validate(Handshake("GET", "/", "1.1", fields, subprotocols=("a b", "chat"))) == ()


@pytest.mark.parametrize(
    "changes", [{"Upgrade": None}, {"Upgrade": None, "Connection": "close"}, {"Connection": "close"}]
)
def test_a_proxy_that_strips_fields_is_named_with_the_cure(changes: dict[str, str | None]) -> None:
    first = validate(make_handshake(changes))[0]
    assert "a proxy on the way removed the hop-by-hop fields" in first.detail
    assert "proxy_http_version 1.1" in first.detail


def test_two_keys_of_a_test_client_are_reported_by_name() -> None:
    [violation] = validate(make_handshake({KEY: ["testserver==", "dGhlIHNhbXBsZSBub25jZQ=="]}))
    assert "the names differ in case" in violation.detail
    assert "handshake_headers()" in violation.detail


@pytest.mark.parametrize("secret", ["bearer-s3cret", "tok{en}", "s3cret s3cret"])
def test_offered_subprotocols_are_never_shown(secret: str) -> None:
    for changes in ({PROTOCOL: f"a, {secret}, {secret}"}, {PROTOCOL: f"{secret}, x y"}):
        [violation] = validate(make_handshake(changes))
        assert "s3cret" not in violation.detail and "tok" not in violation.detail.replace("no token", "")


def test_every_requirement_has_several_rows() -> None:
    counts = Counter(row.broken for row in BROKEN)
    assert sum(counts.values()) >= 120
    assert {name for name, count in counts.items() if count < 3} <= {"key-present", "version-present"}
