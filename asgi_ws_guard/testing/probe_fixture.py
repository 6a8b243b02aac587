"""The fixture `websocket_probe`: holds a project's own server to the opening handshake's rules in its tests.

def test_our_server_keeps_the_rules(websocket_probe, our_server):
    report = websocket_probe(f"ws://127.0.0.1:{our_server.port}/ws", skip=["limits"])
    assert report.conforms, report.of("violates", "unanswered")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..probe import Report


@pytest.fixture
def websocket_probe() -> Callable[..., Report]:
    """`asgi_ws_guard.probe.run`: a URL and its options to a Report. Imported only where it is used."""
    from ..probe import run

    return run
