"""One-line errors of browsers, clients and servers are explained: what they mean, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from asgi_ws_guard import diagnosis
from asgi_ws_guard.diagnosis.messages import explain_message

from .known_errors import MESSAGES
from .pasted import said


@pytest.mark.parametrize(("line", "means", "do"), MESSAGES, ids=[row[0][-60:] for row in MESSAGES])
def test_an_error_is_explained(line: str, means: str, do: str) -> None:
    text = said(line)
    meaning, _, cure = text.partition(" do: ")
    assert means in meaning
    assert do in cure


def _patterns() -> Iterator[str]:
    """The patterns of all tables, in the order in which each is asked."""
    for module in iter_modules(diagnosis.__path__, f"{diagnosis.__name__}."):
        for row in getattr(import_module(module.name), "ROWS", ()):
            yield row[0]


def test_each_row_knows_a_line_that_somebody_prints() -> None:
    """A row without one is a guess; a row that an earlier one hides is none."""
    lines = [line for line, _, _ in MESSAGES]
    first = {next((pattern for pattern in _patterns() if re.search(pattern, line)), None) for line in lines}
    # Of these the meaning is in doubt: websockets' server says "missing subprotocol" to who offers none.
    assert set(_patterns()) - first == {"no common subprotocols|missing subprotocol"}


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
