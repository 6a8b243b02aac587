"""One-line errors of browsers, clients and servers are explained: what they mean, and what to do."""

from __future__ import annotations

import pytest

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
