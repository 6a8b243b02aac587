"""`HandshakeResponse`: what can be read off the server's half."""

from __future__ import annotations

import pytest

from asgi_ws_guard import HandshakeResponse
from asgi_ws_guard.handshake import Fields


def test_its_defaults() -> None:
    response = HandshakeResponse()
    assert (response.status, response.http_version) == (101, "1.1")
    assert response.fields == Fields() and response.accept is None
    assert response == HandshakeResponse()


def test_it_is_a_value() -> None:
    assert len({HandshakeResponse(101), HandshakeResponse(101), HandshakeResponse(403)}) == 2
    assert HandshakeResponse(101) != 101


@pytest.mark.parametrize(
    ("lines", "accept"), [([], None), ([""], None), ([" a\t"], "a"), (["a", "b"], "a, b"), (["a", "a"], "a, a")]
)
def test_every_emitted_accept_is_shown(lines: list[str], accept: str | None) -> None:
    assert HandshakeResponse(101, [("Sec-WebSocket-Accept", line) for line in lines]).accept == accept
