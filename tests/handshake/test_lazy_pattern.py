"""A pattern that is compiled late is the pattern."""

from __future__ import annotations

import re

import pytest

from asgi_ws_guard.handshake.lazy_pattern import LazyPattern


def test_it_matches_as_the_compiled_one_does() -> None:
    pattern = LazyPattern("a.", re.DOTALL)
    assert (match := pattern.fullmatch("a\n")) is not None and match[0] == "a\n"
    assert pattern.fullmatch("ab ") is None
    assert (match := pattern.search("bab")) is not None and match.start() == 1
    assert pattern.compiled.sub("x", "ab") == "x"


def test_it_is_compiled_once_and_when_it_is_needed() -> None:
    faulty = LazyPattern(b"(")
    with pytest.raises(re.error):
        _ = faulty.compiled
    pattern = LazyPattern(b"a")
    assert pattern.compiled is pattern.compiled and pattern.fullmatch is pattern.fullmatch
