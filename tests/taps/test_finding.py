"""Finding the server at hand, whatever stands round its `send`, and what is said where there is none."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from asgi_ws_guard.taps import closing, finding
from asgi_ws_guard.taps.finding import SERVERS, connection_of, tap
from asgi_ws_guard.taps.port import UNSEEN, Server
from asgi_ws_guard.taps.uvicorn import UvicornTap
from benchmarks.connection import Connection
from tests.taps.test_head import Judge


async def _handed_on(send: Any, message: Any = None) -> None:
    await send(message)


@pytest.mark.parametrize(
    "outside",
    [
        lambda send: lambda message: send(message),
        lambda send: partial(_handed_on, send),
        lambda send: partial(_handed_on, send=lambda message: send(message)),
        lambda send: partial(partial(send)),
    ],
)
def test_the_server_is_found_behind_what_a_middleware_outside_hands_on(outside: Callable[[Any], Any]) -> None:
    connection: Any = Connection()
    assert connection_of(outside(connection.send)) is connection


def test_a_class_that_comes_from_a_servers_own_is_that_servers() -> None:
    connection: Any = Connection()
    assert not type(connection).__module__.startswith("uvicorn")
    tap(connection.send, Judge())
    assert type(connection.transport) is UvicornTap


class _Wrapped:
    """A middleware that keeps the server's `send` where it cannot be found."""

    def __init__(self, send: Any) -> None:
        self.inner = [send]

    async def send(self, message: Any) -> None:
        await self.inner[0](message)


def test_where_no_server_is_found_the_port_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(finding, "_said", set())
    connection: Any = Connection()
    with caplog.at_level(logging.INFO, "asgi_ws_guard"):
        taps = [tap(_Wrapped(connection.send).send, Judge()) for _ in range(2)]
    assert taps == [UNSEEN, UNSEEN]
    UNSEEN.release()
    assert (UNSEEN.hears, UNSEEN.client_is_gone(), UNSEEN.hidden_offers()) == (False, None, None)
    [line] = caplog.messages
    assert "test_finding._Wrapped" in line and "granian" in line


def test_a_server_without_a_transport_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_said", set())
    connection: Any = Connection()
    connection.transport = None
    assert (tap(connection.send, Judge()), connection_of(connection.send)) == (UNSEEN, None)


@pytest.mark.parametrize("module", ["gunicorn.asgi.protocol", "daphne.http_protocol"])
def test_it_is_said_once_where_a_connection_stays(
    module: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(closing, "_said", set())
    for each in ("gunicorn.asgi.protocol", "daphne.http_protocol"):
        monkeypatch.delitem(sys.modules, each, raising=False)
    monkeypatch.setitem(sys.modules, module, ModuleType(module))
    connection: Any = Connection()
    closing.end_connection(connection.receive, connection.send)
    assert caplog.messages == [], "uvicorn serves it, and acts on connection: close"
    hidden = _Wrapped(connection.send)
    for _ in range(2):
        closing.end_connection(hidden.send, hidden.send)
    [line] = caplog.messages
    assert line.startswith(module.partition(".")[0])


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_each_server_has_its_file_and_none_is_seen_in_a_stranger(name: str) -> None:
    server: Server = import_module(f"asgi_ws_guard.taps.{name}").SERVER
    assert server.connection(object()) is None
