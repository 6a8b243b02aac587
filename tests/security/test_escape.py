"""The one escape: `escaped`, and `shown`, which puts quotes round it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import ConfigurationError
from asgi_ws_guard.cli.base import CommandError
from asgi_ws_guard.handshake.fields import escaped, shown

from .attack_set import TEXTS
from .harmless import assert_harmless

CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_text_of_the_attack_set_becomes_one_line(text: str) -> None:
    assert_harmless(escaped(text), lines=False, ascii_only=True)
    assert_harmless(shown(text), lines=False, ascii_only=True)
    assert_harmless(escaped(text, None, letters=True), lines=False)


@pytest.mark.parametrize("code", CONTROLS, ids=hex)
def test_no_control_is_left(code: int) -> None:
    assert chr(code) not in escaped(chr(code)) + escaped(chr(code), letters=True) + shown(chr(code))


@given(st.text())
def test_whatever_comes_is_printable(text: str) -> None:
    assert escaped(text).isprintable() and escaped(text).isascii()
    assert escaped(text, None, letters=True).isprintable()


@given(st.text())
def test_a_sentence_may_be_escaped_again(text: str) -> None:
    once = escaped(text, None, letters=True)
    assert escaped(once, None, letters=True) == once


def test_letters_quotes_and_backslashes_stay_where_they_may() -> None:
    text = 'Zürich, 東京, "C:\\temp" <b>'
    assert escaped(text, letters=True) == text
    assert escaped("Zürich \\") == "Z\\xfcrich \\\\"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("error", [ConfigurationError, CommandError])
def test_the_errors_for_users_escape_what_they_show(error: type[Exception], text: str) -> None:
    assert_harmless(str(error(f"policy.toml: {text}")), lines=False)
    assert_harmless(repr(error(f"policy.toml: {text}")), lines=False)
