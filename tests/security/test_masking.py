"""What is struck out of text that is printed: values of secret fields, in whatever form their line has."""

from __future__ import annotations

import time

import pytest

from asgi_ws_guard.handshake.masking import is_secret, masked_address, masked_lines, masked_value, without

from .attack_set import SECRET, SECRET_FIELDS, SECRET_LINES


@pytest.mark.parametrize(("name", "value"), SECRET_FIELDS)
def test_a_secret_keeps_its_name_and_loses_its_value(name: str, value: str) -> None:
    assert SECRET not in masked_value(name, value)
    assert SECRET not in masked_value(name.upper(), value)


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "Upgrade",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Accept",
        "Origin",
        "WWW-Authenticate",
        ":authority",
        "Date",
    ],
)
def test_what_harms_nobody_is_shown(name: str) -> None:
    assert not is_secret(name)
    assert masked_value(name, "value") == "value"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/chat?token=1", "/chat?***"),
        ("https://a.example/b?c=d#e", "https://a.example/b?***"),
        ("ws://me:pw@a.example/", "ws://***@a.example/"),
        ("https://a.example/b?", "https://a.example/b?"),
        ("?1", "?1"),  # Sec-Fetch-User, Sec-CH-UA-Mobile
        ("https://a.example/@me", "https://a.example/@me"),
        ("", ""),
    ],
)
def test_addresses_lose_query_and_password(text: str, told: str) -> None:
    assert masked_address(text) == told


@pytest.mark.parametrize("line", SECRET_LINES)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_lines_of_a_head_lose_it_malformed_or_not(line: str, end: str) -> None:
    told = masked_lines(end.join(["HTTP/1.1 101 Yes", line, "Upgrade: websocket", "", "body"]))
    assert SECRET not in told and "***" in told
    assert told.startswith("HTTP/1.1 101 Yes") and "Upgrade: websocket" in told and told.endswith("body")


def test_what_is_no_line_of_that_kind_stays() -> None:
    body = '{"title": "no token: none", "authorized": false}\r\nSet-Cookie:\r\nUpgrade: a\r\nWWW-Authenticate: Bearer'
    assert masked_lines(body) == body
    assert masked_lines("Cookie: 1\r\nX: 2", spared="cookie") == "Cookie: 1\r\nX: 2"


@pytest.mark.parametrize(
    "text", ["cookie", "Cookie:\r\n ", "\tcookie", " cookie:", "\x00cookie\t", "a?/", "://", "://a", "\r\ncookie", "?"]
)
def test_long_texts_take_time_in_proportion(text: str) -> None:
    """A server sends up to 128 KiB; what grew with the square would take minutes."""
    long = text * (2**18 // len(text))
    started = time.process_time()
    masked_lines(long)
    masked_address(long)
    is_secret(long)
    without(text * 20, long)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a s3cr3t-of-somebody b s3cr3t-of-somebody", "a *** b ***"),
        ('"s3cr3t-of-so..." (90 characters)', '"***..." (90 characters)'),
        ("s3cr3t-of", "s3cr3t-of"),
        ("", ""),
    ],
)
def test_a_secret_is_struck_out_whole_or_cut(text: str, told: str) -> None:
    assert without(SECRET, text) == told


def test_a_secret_of_asterisks_ends() -> None:
    assert without("*" * 20, "*" * 50) == "*" * 16
