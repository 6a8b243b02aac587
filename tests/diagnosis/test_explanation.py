"""What a paste comes to: right, or wrong and why, or what an error means; as a value, and in words."""

from __future__ import annotations

import pytest

from asgi_ws_guard.diagnosis.explanation import explain
from asgi_ws_guard.handshake import GUID

from .pasted import KEY, REQUEST, RESPONSE, said, with_line


def pasted(*lines: str) -> bytes:
    return "\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (REQUEST, "right"),
        (RESPONSE, "right as far as it can be seen"),
        ([*REQUEST, "", *RESPONSE], "right"),
        (REQUEST[:5], "wrong"),
        (["GET / HTTP/1.1", "Sec-Fetch-Mode: cors"], "wrong"),
        (["wrong: socket hang up"], "means"),
    ],
)
def test_the_verdict_is_a_value_and_not_a_word_of_the_text(lines: list[str], verdict: str) -> None:
    assert explain(pasted(*lines)).verdict == verdict


def test_what_was_found_is_told_in_its_parts() -> None:
    found = explain(pasted(*with_line(REQUEST, 5, "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==")[:-1]))
    assert found.found == ("request: GET /chat HTTP/1.1, 4 fields",)
    [remark], [fault] = found.remarks, found.faults
    assert remark.startswith("line 5: key-canonical: ") and fault.startswith("missing: version-present: ")
    assert (found.reason, found.cure) == ("a server refuses this request, or should", "")
    assert list(found.parts) == [f"note: {remark}", *found.found, fault, f"wrong: {found.reason}"]


def test_an_error_has_a_meaning_and_a_cure() -> None:
    found = explain(b"Error: socket hang up\n")
    assert found.found == ("Node: Error: socket hang up",)
    assert (found.remarks, found.faults) == ((), ())
    assert list(found.parts) == [*found.found, f"means: {found.reason}", f"do: {found.cure}"] and found.cure


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
    with pytest.raises(ValueError) as error:
        explain(text.encode("latin-1"))
    assert "\n" not in str(error.value) and len(str(error.value)) < 200
