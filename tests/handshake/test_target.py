"""The path of a request target, decoded."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard.handshake.target import decoded_path, has_control, percent_decoded

TEXT = st.lists(st.sampled_from(["/", "a", "%", "%2", "%41", "%e2%82%ac", "%FF", "%25", "\u00e9", "\u20ac", "?"])).map(
    "".join
)


@given(text=TEXT)
def test_it_is_decoded_as_the_standard_library_does(text: str) -> None:
    assert percent_decoded(text) == unquote(text)


@given(path=st.text())
def test_a_target_that_was_written_as_utf_8_is_read_as_that(path: str) -> None:
    sent = path.replace("?", "").replace("%", "%25").encode("utf-8", "replace")
    assert decoded_path(sent.decode("latin-1") + "?x=%0A") == path.replace("?", "").encode("utf-8", "replace").decode()


@pytest.mark.parametrize("target", ["/%0A", "/a\x7f", "/\x85", "/%c2%85?", "/%00?x", "/%85", "/a%C3%9F%9F"])
def test_control_characters_are_found_encoded_or_not(target: str) -> None:
    assert has_control(target)


@pytest.mark.parametrize("target", ["/", "/a%20b", "/x?%0A", "/\xe2\x80\xa6", "/%E2%80%A6", "/%250A", "*", "/%"])
def test_others_are_not_taken_for_such(target: str) -> None:
    assert not has_control(target)
