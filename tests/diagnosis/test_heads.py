"""Handshakes are read in whatever form they are pasted: raw, curl -v, the panels of a browser's tools."""

from __future__ import annotations

import pytest

from asgi_ws_guard.handshake import accept_value

from .pasted import KEY, REQUEST, RESPONSE, said, with_line


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_a_right_request_alone(end: str) -> None:
    assert f"right: a valid opening handshake; its 101 has Sec-WebSocket-Accept: {accept_value(KEY)}" in said(
        *REQUEST, end=end
    )


def test_a_right_response_alone() -> None:
    assert "right as far as it can be seen: paste the request too" in said(*RESPONSE)


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_both_and_both_right(end: str) -> None:
    assert "right: the answer opens the WebSocket" in said(*REQUEST, "", *RESPONSE, end=end)


def test_both_without_an_empty_line_between() -> None:
    assert "right: the answer opens the WebSocket" in said(*REQUEST, *RESPONSE)


def test_both_indented_as_from_a_document() -> None:
    assert "right: the answer" in said(*(f"    {line}" for line in [*REQUEST, "", *RESPONSE]))


def test_curl_v() -> None:
    text = said(
        "*   Trying 127.0.0.1:8000...",
        "* Connected to localhost (127.0.0.1) port 8000 (#0)",
        *(f"> {line}" for line in REQUEST),
        "> ",
        "< HTTP/1.1 403 Forbidden",
        "< content-length: 0",
        "< ",
        "* Connection #0 to host localhost left intact",
        end="\n",
    )
    assert "line 10: status-101: the status is 403" in text or "line 9: status-101: the status is 403" in text
    assert "wrong: the application refused" in text


def test_the_lines_of_curl_are_counted_in_the_paste() -> None:
    lines = ["* Trying", *(f"> {line}" for line in with_line(REQUEST, 6, "Sec-WebSocket-Version: 8"))]
    assert "line 7: version-13" in said(*lines, end="\n")


def test_http_2_has_no_upgrade() -> None:
    assert "over HTTP/2 there is no Upgrade" in said("> GET /chat HTTP/2", "> Host: server.example.com", end="\n")


def test_the_panels_of_developer_tools() -> None:
    names = [pair for line in RESPONSE[1:] for pair in (line.split(": ")[0] + ":", line.split(": ")[1])]
    sent = [pair for line in REQUEST[1:] for pair in (line.split(": ")[0] + ":", line.split(": ")[1])]
    general = ["General", "Request URL: ws://server.example.com/chat", "Request Method: GET"]
    lines = [*general, "Status Code: 101 Switching Protocols", "Response Headers", *names, "Request Headers", *sent]
    assert "right: the answer opens the WebSocket" in said(*lines, end="\n")


def test_fields_alone() -> None:
    assert "right: a valid opening handshake" in said(*REQUEST[1:])
    assert "right as far as it can be seen" in said(*RESPONSE[1:])


def test_bytes_as_python_prints_them() -> None:
    literal = "b'" + "\\r\\n".join(REQUEST) + "\\r\\n\\r\\n'"
    assert "right: a valid opening handshake" in said(literal)


def test_an_extended_connect() -> None:
    lines = [":method: CONNECT", ":protocol: websocket", ":scheme: https", ":path: /chat", "sec-websocket-version: 13"]
    assert "right: a valid opening handshake" in said(*lines)
