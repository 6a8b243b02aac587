"""What the adapters rely on in each server, named: an upgrade that moves one of these fails here, and says which."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version

import pytest

from tests.wire.in_process import LEGACY_WARNINGS

pytestmark = LEGACY_WARNINGS

# Class, and the attributes of `self` that it has to set or read.
_UVICORN = {
    "uvicorn.protocols.websockets.websockets_impl:WebSocketProtocol": ("app", "transport", "app_state"),
    "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol": ("app", "transport", "app_state"),
    "uvicorn.protocols.websockets.wsproto_impl:WSProtocol": ("app", "transport", "app_state", "conn"),
    "wsproto.handshake:H11Handshake": ("_initiating_request",),
    "uvicorn.middleware.proxy_headers:ProxyHeadersMiddleware": ("app",),
    "uvicorn.config:Config": ("loaded_app", "ws_protocol_class", "root_path"),
    **dict.fromkeys(
        (
            "uvicorn.protocols.http.h11_impl:H11Protocol",
            "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol",
        ),
        (
            "config",
            "transport",
            "headers",
            "app_state",
            "ws_protocol_class",
            "_get_upgrade",
            "handle_websocket_upgrade",
        ),
    ),
}

RELIED_ON: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "uvicorn": _UVICORN,
    "hypercorn": {
        "hypercorn.protocol.ws_stream:WSStream": ("send", "app_send"),
        "hypercorn.protocol.h11:H11Protocol": ("send", "stream_send"),
    },
    "daphne": {
        "daphne.ws_protocol:WebSocketProtocol": ("transport", "handle_reply", "root_path", "server"),
        "daphne.http_protocol:WebRequest": ("root_path", "server"),
        "autobahn.websocket.protocol:WebSocketProtocol": ("transport",),
        "twisted.web.http:HTTPChannel": ("persistent",),
    },
    "gunicorn": {
        "gunicorn.asgi.websocket:WebSocketProtocol": ("transport", "_send", "_send_accept"),
        "gunicorn.asgi.protocol:BodyReceiver": ("request",),
    },
}


def _attributes(cls: type) -> set[str]:
    """The names that are used on `self` in the class's own code, and those that it defines."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return used | set(vars(cls))


@pytest.mark.parametrize("server", RELIED_ON)
def test_what_is_relied_on_is_there(server: str) -> None:
    for place, names in RELIED_ON[server].items():
        module, _, name = place.partition(":")
        missing = set(names) - _attributes(getattr(import_module(module), name))
        assert not missing, (
            f"{server} {version(server)}: {name} in {module} has no {', '.join(sorted(missing))} any more"
        )


def test_uvicorn_builds_a_websocket_protocol_with_the_arguments_that_the_door_takes() -> None:
    for place in _UVICORN:
        if "protocols.http" in place:
            module, _, name = place.partition(":")
            source = inspect.getsource(getattr(import_module(module), name).handle_websocket_upgrade)
            for part in ("config=self.config", "server_state=self.server_state", "app_state=self.app_state"):
                assert part in source, f"{place} no longer passes {part}"
            assert source.index("connection_made(") < source.index("data_received(") < source.index("set_protocol("), (
                place
            )


def test_daphne_hands_the_app_a_partial_with_the_protocol_first() -> None:
    source = inspect.getsource(import_module("daphne.server").Server.create_application)
    assert "partial(self.handle_reply, protocol)" in source, "daphne no longer gives the app that partial as `send`"


def test_hypercorn_makes_events_with_these_names() -> None:
    events = import_module("hypercorn.events")
    assert list(inspect.signature(events.RawData).parameters)[:1] == ["data"]
    assert events.Closed.__name__ == "Closed"
