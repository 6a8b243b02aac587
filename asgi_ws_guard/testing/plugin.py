"""The pytest plugin: while a test runs, the guard takes the scopes of test clients for those of a server.

So a suite that uses Starlette's TestClient, Channels' WebsocketCommunicator and the like passes with the guard on. The
application sees its scope unchanged, and no class of anybody is patched. Under the marker `asgi_ws_guard_strict` the
guard reads each scope as it is; `-p no:asgi_ws_guard` is that for all tests.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from .probe_fixture import websocket_probe as websocket_probe

_STRICT = "asgi_ws_guard_strict"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_STRICT}: asgi_ws_guard completes no test client's opening handshake")


# Round the whole protocol rather than in a fixture: no order of fixtures matters, and unittest's classes are in it.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Switch the completion on for one test, its fixtures included."""
    from .. import asgi  # here, and not above: suites that have no test pay nothing
    from .completion import completed_scope

    before = asgi.complete_scope
    asgi.complete_scope = None if item.get_closest_marker(_STRICT) else completed_scope
    try:
        return (yield)
    finally:
        asgi.complete_scope = before
