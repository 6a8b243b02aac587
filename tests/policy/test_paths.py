"""Which path a pattern is matched with: the one that the routes of the guarded application see."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette._utils import get_route_path
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocket

from asgi_ws_guard import Guard, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.policy.readings import route_path
from asgi_ws_guard.testing import make_scope
from tests.integration.stacks.wire import exchange
from tests.uvicorn_thread import Watcher, running

TEXT = st.lists(st.sampled_from(["/", "/", "a", "b", "ab", "\u00e9"]), max_size=5).map("".join)
PATHS = {"/devices/*": Policy(tolerate={"key-length"}), "/open/*": None}
HEAD = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)
LONG_KEY = "6f1d3a5c9b7e2048d1c6a3f08e5b7924"  # 24 bytes


@given(root_path=TEXT, rest=TEXT, prefixed=st.booleans())
@example(root_path="/a", rest="b", prefixed=True)
@example(root_path="/a/", rest="b", prefixed=True)
@example(root_path="/a", rest="", prefixed=True)
def test_the_path_is_that_of_starlettes_routes(root_path: str, rest: str, prefixed: bool) -> None:
    path = root_path + rest if prefixed else rest
    assert route_path(path, root_path) == get_route_path(make_scope(path=path, root_path=root_path))


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.receive()


def _routes() -> list[Any]:
    return [WebSocketRoute(path, _echo) for path in ("/devices/{name}", "/open/{name}", "/chat")]


def _guarded(watcher: Watcher) -> Starlette:
    guard = Middleware(WebSocketGuardMiddleware, paths=PATHS, observers=[watcher])
    return Starlette(routes=_routes(), middleware=[guard])


@pytest.mark.parametrize("mount", ["", "/api"])
def test_a_pattern_is_written_as_the_route_beside_it_mounted_or_not(mount: str) -> None:
    watcher = Watcher()
    app = Starlette(routes=[Mount(mount, _guarded(watcher))]) if mount else _guarded(watcher)
    with running(app, "wsproto") as port:
        answer = exchange(port, HEAD.format(path=f"{mount}/devices/7", key=LONG_KEY).encode())
        event = watcher.event()
        assert (answer.status, event.pattern, event.path) == (101, "/devices/*", f"{mount}/devices/7")
        assert answer.echoed
        answer = exchange(port, HEAD.format(path=f"{mount}/chat", key=LONG_KEY).encode())
        assert (answer.status, watcher.event().pattern) == (400, "*")
        answer = exchange(port, HEAD.format(path=f"{mount}/open/7", key=LONG_KEY).encode())
        assert answer.status == 101  # unguarded: no event
    watcher.ended()
    watcher.assert_no_more()


def test_a_guard_round_a_mount_sees_the_whole_path() -> None:
    watcher = Watcher()
    inner = Starlette(routes=_routes())
    guard = Middleware(
        WebSocketGuardMiddleware, paths={f"/api{path}": policy for path, policy in PATHS.items()}, observers=[watcher]
    )
    with running(Starlette(routes=[Mount("/api", inner)], middleware=[guard]), "wsproto") as port:
        answer = exchange(port, HEAD.format(path="/api/devices/7", key=LONG_KEY).encode())
        assert (answer.status, watcher.event().pattern) == (101, "/api/devices/*")


def test_switching_one_path_from_report_only_to_enforced_changes_that_path_alone() -> None:
    report = Policy(report_only=True)
    for paths in ({"/devices/*": report}, {"/devices/*": report.replace(report_only=False)}):
        watcher = Watcher()
        app = WebSocketGuardMiddleware(Starlette(routes=_routes()), policy=report, paths=paths, observers=[watcher])
        with running(app, "wsproto") as port:
            statuses = {}
            for path in ("/devices/7", "/chat"):
                statuses[path] = exchange(port, HEAD.format(path=path, key=LONG_KEY).encode()).status
                assert [v.requirement.id for v in watcher.event().violations] == ["key-length"]
        enforced = not paths["/devices/*"].report_only
        assert statuses == {"/devices/7": 400 if enforced else 101, "/chat": 101}


def test_only_others_of_its_kind_are_like_it() -> None:
    assert Guard(paths=PATHS).paths == Guard(paths=PATHS).paths
    assert Guard(paths=PATHS).paths != PATHS
