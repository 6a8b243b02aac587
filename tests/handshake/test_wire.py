"""Heads to values: what is no head is a ValueError, and what is a bad value goes on to `validate`."""

from __future__ import annotations

import pytest

from asgi_ws_guard import validate
from asgi_ws_guard.handshake import parse_request, parse_response
from asgi_ws_guard.handshake.wire import MAX_HEAD, join_head, write_head

GOOD = (
    b"GET /chat?token=x HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def test_a_good_request() -> None:
    handshake = parse_request(GOOD)
    assert (handshake.method, handshake.target, handshake.http_version) == ("GET", "/chat?token=x", "1.1")
    assert handshake.key == "dGhlIHNhbXBsZSBub25jZQ=="
    assert validate(handshake) == ()
    assert not handshake.upgraded


def test_a_good_response() -> None:
    response = parse_response(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX:\r\n\r\n")
    assert (response.status, response.http_version) == (101, "1.1")
    assert list(response.fields) == [("Upgrade", "websocket"), ("X", "")]


@pytest.mark.parametrize("rest", [b"", b"\x81\x00", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * MAX_HEAD])
def test_what_follows_the_head_is_not_read(rest: bytes) -> None:
    assert parse_request(GOOD + rest) == parse_request(GOOD)


@pytest.mark.parametrize("cut", [b"\r\n\r\n", b"\r\n"])
def test_a_missing_empty_line_is_forgiven(cut: bytes) -> None:
    assert parse_request(GOOD.removesuffix(cut)) == parse_request(GOOD)


@pytest.mark.parametrize("buffer", [bytearray, memoryview])
def test_any_buffer_is_read(buffer: type) -> None:
    assert parse_request(buffer(GOOD)) == parse_request(GOOD)


@pytest.mark.parametrize("version", ["1.0", "0.9", "1.2", "2.0", "2", "3"])
def test_the_version_is_kept_for_validate_to_judge(version: str) -> None:
    assert parse_request(GOOD.replace(b"HTTP/1.1", b"HTTP/" + version.encode())).http_version == version


@pytest.mark.parametrize("status_line", [b"HTTP/1.1 101", b"HTTP/1.1 101 ", b"HTTP/1.0 101 \xe9", b"HTTP/2 101"])
def test_status_lines_that_servers_write(status_line: bytes) -> None:
    assert parse_response(status_line + b"\r\n\r\n").status == 101


@pytest.mark.parametrize(
    "head",
    [
        *(
            b"",
            b"\r\n",
            b"\r\n\r\n",
            b"\x16\x03\x01\x02\x00",
            b"GET",
            b"GET / ",
            b"GET /\r\n\r\n",
            b"GET  / HTTP/1.1\r\n\r\n",
        ),
        *(b"GET / HTTP/1.1 \r\n\r\n", b" GET / HTTP/1.1\r\n\r\n", b"GET / http/1.1\r\n\r\n", b"GET / HTTP/11\r\n\r\n"),
        *(
            b"GET /a b HTTP/1.1\r\n\r\n",
            b"G\xc9T / HTTP/1.1\r\n\r\n",
            b"G,T / HTTP/1.1\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\n\r\n",
        ),
        *(b"\r\nGET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: a\n\n"),
        *(b"GET / HTTP/1.1\r\nHost\r\n\r\n", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", b"GET / HTTP/1.1\r\n: a\r\n\r\n"),
        *(
            b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nH\xf6st: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHo st: a\r\n\r\n",
        ),
        b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)
def test_what_is_no_request_head(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"wanted|at most"):
        parse_request(head)


@pytest.mark.parametrize(
    "head",
    [
        *(
            b"",
            b"HTTP/1.1",
            b"HTTP/1.1 1 x",
            b"HTTP/1.1 1010 x",
            b"HTTP/1.1 abc",
            b"HTTP/1.1  101",
            b"ICY 200 OK",
            GOOD,
        ),
        *(
            b"HTTP/1.1 101\x00",
            b"HTTP/1.1 101 a\rb",
            b"HTTP/1.1 101 a\nb",
            b"HTTP/1.1 \xb2\xb2\xb2",
            b"HTTP/1.1 101\r\nX",
        ),
    ],
)
def test_what_is_no_response_head(head: bytes) -> None:
    with pytest.raises(ValueError, match="wanted"):
        parse_response(head)


@pytest.mark.parametrize(
    "line",
    [
        b"Sec-WebSocket-Key: a\rb",
        b"Sec-WebSocket-Key: a\nb",
        b"Sec-WebSocket-Key: a\r\n b",
        b"Sec-WebSocket-Key: a\r\n\tb",
    ],
)
def test_a_bare_or_folded_line_break_stays_in_the_value_and_is_refused(line: bytes) -> None:
    """h11 and httptools differ on these: some stacks hash a key that was cut at the line feed."""
    handshake = parse_request(GOOD.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", line))
    [violation] = validate(handshake)
    assert violation.requirement.id == "field-content"


def test_a_head_is_written_as_it_is_read() -> None:
    start, *lines = GOOD.removesuffix(b"\r\n\r\n").split(b"\r\n")
    assert write_head(start, parse_request(GOOD).fields.raw) == join_head(start, lines) == GOOD
    assert join_head(b"HTTP/1.1 204 ", [b"a:b", b"C: \t d"]) == b"HTTP/1.1 204 \r\na:b\r\nC: \t d\r\n\r\n"
    assert write_head(b"HTTP/1.1 204 ", []) == b"HTTP/1.1 204 \r\n\r\n"


def test_a_long_line_is_cut_in_the_message() -> None:
    with pytest.raises(ValueError) as error:
        parse_request(b"GET / HTTP/1.1\r\n" + b"x" * 60000)
    assert len(str(error.value)) < 200
