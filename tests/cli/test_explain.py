"""What is wrong with a pasted handshake is said, on which line, and why; or that it is right."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from asgi_ws_guard.cli.base import CommandError
from asgi_ws_guard.cli.explain import explain
from asgi_ws_guard.handshake import GUID

from ..diagnosis.pasted import KEY, REQUEST, RESPONSE, said, with_line
from .running import run

# Faults, each on its line. The first block is what the background pages list under mistakes and troubleshooting.

FAULTS = [
    (
        "wrong GUID",
        [*REQUEST, "", *with_line(RESPONSE, 4, "Sec-WebSocket-Accept: kaboM4oUTW4T36lXLqxZ9FdhHvo=")],
        "line 11: accept-value",
    ),
    ("missing key", REQUEST[:4] + REQUEST[5:], "missing: key-present"),
    ("malformed key", with_line(REQUEST, 5, "Sec-WebSocket-Key: hello"), "line 5: key-base64"),
    ("space in the key", with_line(REQUEST, 5, f"Sec-WebSocket-Key: {KEY[:9]} {KEY[9:]}"), "line 5: key-base64"),
    (
        "line break in the key",
        [*REQUEST[:4], f"Sec-WebSocket-Key: {KEY[:9]}", KEY[9:], *REQUEST[5:]],
        "a line break inside the value above?",
    ),
    (
        "fold in the key",
        [*REQUEST[:4], f"Sec-WebSocket-Key: {KEY[:9]}", f"  {KEY[9:]}", *REQUEST[5:]],
        "line 5: field-content",
    ),
    ("unsupported version", with_line(REQUEST, 6, "Sec-WebSocket-Version: 8"), "line 6: version-13"),
    ("missing version", REQUEST[:5], "missing: version-present"),
    ("mismatched Connection", with_line(REQUEST, 4, "Connection: keep-alive"), "line 4: connection-upgrade"),
    ("mismatched Upgrade", with_line(REQUEST, 3, "Upgrade: h2c"), "line 3: upgrade-websocket"),
    ("stripped Upgrade", REQUEST[:2] + REQUEST[3:], "missing: upgrade-websocket"),
    (
        "Connection of the 101",
        [*REQUEST, "", *with_line(RESPONSE, 3, "Connection: keep-alive")],
        "line 10: response-connection",
    ),
    ("Upgrade of the 101", [*REQUEST, "", *with_line(RESPONSE, 2, "Upgrade: h2c")], "line 9: response-upgrade"),
    ("plain 101", [*REQUEST, "", *RESPONSE[:3]], "missing: accept-present"),
    (
        "hex digest",
        [*REQUEST, "", *with_line(RESPONSE, 4, f"Sec-WebSocket-Accept: {'ab' * 20}")],
        "line 11: accept-value",
    ),
    ("two keys", [*REQUEST, f"Sec-WebSocket-Key: {KEY}"], "line 7: key-once"),
    ("two accepts", [*REQUEST, "", *RESPONSE, RESPONSE[3]], "line 12: accept-once"),
    ("POST", with_line(REQUEST, 1, "POST /chat HTTP/1.1"), "line 1: method-get"),
    ("HTTP/1.0", with_line(REQUEST, 1, "GET /chat HTTP/1.0"), "line 1: http-version"),
    ("no Host", REQUEST[:1] + REQUEST[2:], "missing: host-once"),
    ("a body", [*REQUEST, "Content-Length: 5"], "line 7: no-body"),
    ("misspelt name", with_line(REQUEST, 5, f"Sec-WebSockets-Key: {KEY}"), "is Sec-WebSocket-Key meant?"),
    (
        "unoffered subprotocol",
        [*REQUEST, "", *RESPONSE, "Sec-WebSocket-Protocol: chat"],
        "line 12: subprotocol-offered",
    ),
    ("no field line", [*REQUEST, "what is this"], 'line 7: "what is this" is no field line'),
    ("accept of another hash", with_line(RESPONSE, 4, "Sec-WebSocket-Accept: " + "A" * 43 + "="), "SHA-256"),
]


@pytest.mark.parametrize(("lines", "says"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_a_fault_is_found_on_its_line(lines: list[str], says: str, end: str) -> None:
    text = said(*lines, end=end)
    assert says in text
    assert "wrong: " in text


def test_the_wrong_accept_value_is_diagnosed() -> None:
    from base64 import b64encode
    from hashlib import sha1

    wrong = b64encode(sha1(KEY.encode() + GUID.replace(b"0D", b"OD")).digest()).decode()
    assert "wrong: the GUID has a misprint" in said(*REQUEST, *with_line(RESPONSE, 4, f"Sec-WebSocket-Accept: {wrong}"))


def test_a_plain_answer_names_library_and_proxy() -> None:
    text = said(*REQUEST, "", "HTTP/1.1 200 OK", "Content-Type: text/html", "", "<html>")
    assert "WebSocket library" in text and "proxy_http_version 1.1" in text


def test_the_body_of_an_answer_helps() -> None:
    text = said(*REQUEST, "", "HTTP/1.1 400 Bad Request", "", "Unsupported upgrade request.")
    assert "uvicorn[standard]" in text


def test_a_script_cannot_open_a_websocket_by_fetch() -> None:
    """The background page's point on setting the key from JavaScript."""
    text = said("GET /chat HTTP/1.1", "Host: server.example.com", "Sec-Fetch-Mode: cors", "Accept: */*")
    assert "fetch() and XMLHttpRequest cannot open a WebSocket" in text
    assert "lets no script set Sec-WebSocket-Key" in text


def test_a_flagged_key_is_a_remark_and_no_fault() -> None:
    text = said(*with_line(REQUEST, 5, "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC=="))
    assert "note: line 5: key-canonical" in text and "right: a valid opening handshake" in text


@pytest.mark.parametrize("text", ["", "   \n", "hello", "what is wrong?", "curl 'http://a", "fetch(", "\x00\xff"])
def test_what_is_not_understood_gets_one_line(text: str) -> None:
    with pytest.raises(CommandError) as error:
        explain(text.encode("latin-1"))
    assert "\n" not in str(error.value) and len(str(error.value)) < 200


def test_explain_reads_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "handshake.txt"
    file.write_text("GET / HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n")
    code, out, _ = run(capsys, "explain", str(file))
    assert code == 1 and "missing: key-present" in out


def test_explain_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"error: socket hang up\n")))
    code, out, _ = run(capsys, "explain")
    assert code == 0 and "means: " in out


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00"])
def test_explain_gives_one_line_to_what_it_does_not_know(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd"
    file.write_bytes(content)
    code, out, err = run(capsys, "explain", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_explain_of_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "explain", "/nowhere/at/all")
    assert code == 2 and err.count("\n") == 1
