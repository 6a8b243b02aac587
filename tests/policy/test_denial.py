"""Denial: what an application may answer in place of a handshake, and what cannot be sent."""

from __future__ import annotations

import pytest

from asgi_ws_guard import ConfigurationError
from asgi_ws_guard.policy.denial import Denial, violation_of


def test_a_denial_becomes_the_violation_of_authorized() -> None:
    violation = violation_of(Denial(401, "no token", {"WWW-Authenticate": 'Bearer realm="chat"'}))
    assert violation.requirement.id == "authorized"
    assert violation.status == 401
    assert violation.detail == "no token"
    assert violation.response_fields == (("WWW-Authenticate", 'Bearer realm="chat"'),)


def test_by_default_it_is_forbidden() -> None:
    violation = violation_of(Denial())
    assert (violation.status, violation.response_fields) == (403, ())
    assert violation.detail


def test_a_line_break_in_the_detail_cannot_forge_a_line_of_the_log() -> None:
    assert violation_of(Denial(detail="Müller\r\nall is well\u2028")).detail == r"Müller\r\nall is well\u2028"


@pytest.mark.parametrize("headers", [(("a", "1"), ("b", "2")), [("a", "1"), ("b", "2")], {"a": "1", "b": "2"}])
def test_fields_come_as_pairs_or_as_a_mapping(headers: object) -> None:
    denial = Denial(429, "later", headers)  # type: ignore[arg-type]
    assert denial.headers == (("a", "1"), ("b", "2"))
    assert denial == Denial(429, "later", iter([("a", "1"), ("b", "2")]))
    assert hash(denial)


@pytest.mark.parametrize("headers", [(), {"X-Reason": "token"}])
def test_401_says_how_to_authenticate(headers: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="WWW-Authenticate"):
        Denial(401, "no token", headers)
    assert Denial(401, "no token", {**dict(headers), "www-authenticate": "Bearer"}).status == 401


@pytest.mark.parametrize("status", [200, 101, 399, 600, True, "403", None, 403.0])
def test_the_status_is_an_errors(status: object) -> None:
    with pytest.raises(ConfigurationError, match="wanted 400 to 599"):
        Denial(status)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"X-A": 1}, "two strings"),
        ({b"X-A": "1"}, "two strings"),
        ([("X-A",)], "pairs"),
        ("X-A: 1", "pairs"),
        (7, "pairs"),
        ({"X A": "1"}, "no HTTP head"),
        ({"": "1"}, "no HTTP head"),
        ({"X-A": "1\r\nX-B: 2"}, "no HTTP head"),
        ({"X-A": "\u20ac"}, "no HTTP head"),
        ({"Content-Length": "0"}, "the guard writes that one"),
        ({"content-type": "text/html"}, "the guard writes that one"),
        ({"Connection": "keep-alive"}, "the guard writes that one"),
        ([("X-A", "1"), ("x-a", "2")], "each name once"),
    ],
)
def test_fields_that_cannot_be_sent(headers: object, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match=wanted):
        Denial(403, "no", headers)  # type: ignore[arg-type]


def test_the_detail_is_text() -> None:
    with pytest.raises(ConfigurationError, match="wanted a string"):
        Denial(403, b"no")  # type: ignore[arg-type]
