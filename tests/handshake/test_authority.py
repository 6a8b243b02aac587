"""Hosts and origins as values: which texts are the same one, and which are none."""

from __future__ import annotations

import pytest

from asgi_ws_guard.handshake.authority import Authority, Origin, parent_domains, parse_authority, parse_origin


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("example.com", Authority("example.com", "")),
        ("EXAMPLE.com.:08000", Authority("example.com", "8000")),
        ("example.com:", Authority("example.com", "")),
        ("example.com:0", Authority("example.com", "0")),
        ("[2001:DB8:0::1]:443", Authority("[2001:db8::1]", "443")),
        ("", Authority("", "")),
        (".", Authority("", "")),
        ("a..", Authority("a..", "")),
        ("..", Authority("..", "")),
        ("[::g]", None),
        ("::1", None),
        ("a:b", None),
        ("a b", None),
        ("user@a", None),
        ("a/", None),
    ],
)
def test_authority(text: str, authority: Authority | None) -> None:
    assert parse_authority(text) == authority


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.com:443", Origin("https", "example.com", "")),
        ("http://example.com:443", Origin("http", "example.com", "443")),
        ("HTTP://EXAMPLE.COM.:0080", Origin("http", "example.com", "")),
        ("app://.", Origin("app", "", "")),
        ("file://", Origin("file", "", "")),
        ("null", None),
        ("example.com", None),
        ("https://example.com/", None),
        ("1x://example.com", None),
    ],
)
def test_origin(text: str, origin: Origin | None) -> None:
    assert parse_origin(text) == origin


def test_a_port_of_any_length_is_a_port() -> None:
    assert parse_authority("a:" + "9" * 100_000) == Authority("a", "9" * 100_000)


def test_text_of_an_origin_is_as_browsers_write_it() -> None:
    for text in ("https://example.com", "http://[::1]:8000", "file://", "capacitor://localhost"):
        assert str(parse_origin(text)) == text


@pytest.mark.parametrize("text", ["https://a", "https://a.", "https://a..", "https://..", "https://.", "http://a.:80"])
def test_the_text_of_an_origin_is_read_as_that_origin(text: str) -> None:
    """Lists are compared by their text first: "https://a.." once let "https://a." in, which is "https://a"."""
    origin = parse_origin(text)
    assert parse_origin(str(origin)) == origin


def test_parent_domains_are_true_ones() -> None:
    assert parent_domains("a.b.example") == [".b.example", ".example"]
    for host in ("example", "", ".example", "a..example", "a.example.", "[::1]", "a!b.example", "a." * 200 + "example"):
        assert parent_domains(host) == []
