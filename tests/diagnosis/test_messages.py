"""One-line errors of browsers, clients and servers are explained: what they mean, and what to do."""

from __future__ import annotations

import pytest

from asgi_ws_guard.diagnosis.messages import explain_message

from .known_errors import MESSAGES
from .pasted import said


@pytest.mark.parametrize(("line", "means", "do"), MESSAGES, ids=[row[0][-60:] for row in MESSAGES])
def test_an_error_is_explained(line: str, means: str, do: str) -> None:
    text = said(line)
    meaning, _, cure = text.partition(" do: ")
    assert means in meaning
    assert do in cure


def test_of_a_traceback_the_last_line_counts() -> None:
    text = said(
        "Traceback (most recent call last):", '  File "a.py", line 3', "ConnectionRefusedError: Connection refused"
    )
    assert "nothing listens" in text


def test_the_line_is_said_to_be_of_who_wrote_it() -> None:
    browser = "WebSocket connection to 'ws://a/' failed: Unexpected response code: 200"
    server = 'INFO:     127.0.0.1:50000 - "WebSocket /chat" 403'
    for line, source in ((browser, "the browser's console"), (server, "the server's log")):
        explained = explain_message(line)
        assert explained is not None
        assert explained.source == source
