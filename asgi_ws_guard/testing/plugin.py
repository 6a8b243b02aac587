"""The pytest plugin: while a test runs, the guard takes the scopes of test clients for those of a server.

So a suite that uses Starlette's TestClient, Channels' WebsocketCommunicator and the like passes with the guard on. The
application sees its scope unchanged, and no class of anybody is patched. What the guard logs in production because a
handshake is no place to raise it, a ConfigurationError of `authorize`, is raised in a test, where somebody can mend it.
Under the marker `asgi_ws_guard_strict` the guard is as in production; `-p no:asgi_ws_guard` is that for all tests.
"""

from __future__ import annotations

import logging
from collections.abc import Generator

import pytest

from .probe_fixture import websocket_probe as websocket_probe

_STRICT = "asgi_ws_guard_strict"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{_STRICT}: asgi_ws_guard completes no test client's opening handshake")


# Round the whole protocol rather than in a fixture: no order of fixtures matters, and unittest's classes are in it.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Switch completion and raising on for one test, its fixtures included."""
    from .. import asgi  # here, and not above: suites that have no test pay nothing
    from .completion import completed_scope

    strict = item.get_closest_marker(_STRICT) is not None
    before = asgi.complete_scope, _raised in _logger.filters
    asgi.complete_scope = None if strict else completed_scope
    _raise_what_is_logged(not strict)
    try:
        return (yield)
    finally:
        asgi.complete_scope, raises = before
        _raise_what_is_logged(raises)


_logger = logging.getLogger("asgi_ws_guard")


def _raised(record: logging.LogRecord) -> bool:
    """A filter that raises the ConfigurationError that is logged by exchange/authorization.py, to that."""
    from ..rules.base import ConfigurationError

    error = record.exc_info[1] if record.exc_info else None
    if record.module == "authorization" and isinstance(error, ConfigurationError):
        raise error
    return True


def _raise_what_is_logged(wanted: bool) -> None:
    if wanted:  # a filter, and no handler: whether somebody listens is asked elsewhere (configure_logging)
        _logger.addFilter(_raised)
    else:
        _logger.removeFilter(_raised)
