"""The key and the accept value, against the specification's own vectors and against two libraries."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha1
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.utils import accept_key
from wsproto.utilities import generate_accept_token

from asgi_ws_guard import accept_value, generate_key
from asgi_ws_guard.handshake import GUID, decode_key

from .broken import BROKEN


@pytest.mark.parametrize(
    ("key", "accept"),
    [
        ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  # RFC 6455 §1.3
        ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),  # the encyclopedia's article
        (b"dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ],
)
def test_the_published_vectors(key: str | bytes, accept: str) -> None:
    assert accept_value(key) == accept


@given(st.binary(min_size=16, max_size=16).map(b64encode))
def test_two_libraries_agree_on_any_key(key: bytes) -> None:
    text = key.decode()
    assert accept_value(text) == accept_value(key) == accept_key(text) == generate_accept_token(key).decode()


@given(st.text(st.characters(max_codepoint=127)))
def test_two_libraries_agree_on_what_is_no_key_too(key: str) -> None:
    """A server that does not look hashes whatever came: what a client of it expects must be computable."""
    assert accept_value(key) == accept_key(key) == generate_accept_token(key.encode()).decode()


@given(st.binary())
def test_bytes_are_hashed_as_they_came(key: bytes) -> None:
    assert accept_value(key) == accept_value(key.decode("latin-1")) == b64encode(sha1(key + GUID).digest()).decode()


@given(st.text())
def test_no_text_makes_it_raise(key: str) -> None:
    assert len(b64decode(accept_value(key))) == 20


def test_the_encoded_key_is_hashed_and_not_what_it_stands_for() -> None:
    assert accept_value("AQIDBAUGBwgJCgsMDQ4PEC==") != accept_value("AQIDBAUGBwgJCgsMDQ4PEA==")


def test_a_generated_key_is_16_bytes_and_never_the_same() -> None:
    keys = {generate_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert {len(decode_key(key)) for key in keys} == {16}
    assert {len(key) for key in keys} == {24}


@pytest.mark.parametrize("size", range(1, 40))
def test_decode_key_reads_what_base64_writes(size: int) -> None:
    nonce = urandom(size)
    assert decode_key(b64encode(nonce).decode()) == nonce


@pytest.mark.parametrize(
    "key",
    sorted(str(value) for row in BROKEN if row.broken == "key-base64" for value in row.changes.values()),
)
def test_decode_key_refuses_what_is_not_base64(key: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        decode_key(key)
