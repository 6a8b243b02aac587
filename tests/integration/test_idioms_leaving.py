"""Clients that go, applications that fail and servers that stop, in the middle of a handshake and after it.

Each runs without the guard too: what the server then logs is what it may log with it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import anyio
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Origin

from asgi_ws_guard import Denial, Handshake, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send
from tests.integration.stacks.case import Case
from tests.uvicorn_thread import DEADLINE, IMPLEMENTATION, Watcher, connect, running

Endpoint: TypeAlias = Callable[[WebSocket], Any]
Logged: TypeAlias = list[tuple[str, int, str]]

pytestmark = pytest.mark.parametrize("ws", IMPLEMENTATION)


class Stage:
    """The application's side of a play in two threads: it says where it is."""

    def __init__(self, endpoint: Callable[[Stage, WebSocket], Any]) -> None:
        self.reached, self.left = threading.Event(), threading.Event()
        self._endpoint = endpoint
        self.app: Any = Starlette(routes=[WebSocketRoute("/", self._play)])

    async def _play(self, websocket: WebSocket) -> None:
        try:
            await self._endpoint(self, websocket)
        finally:
            self.left.set()


def knock(port: int) -> socket.socket:
    """A client that has sent its half of a handshake."""
    client = socket.create_connection(("127.0.0.1", port), DEADLINE)
    client.sendall(Case("knock", target="/").request(""))
    return client


def reset(client: socket.socket) -> None:
    """Go without a word (RST)."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def complaints(caplog: pytest.LogCaptureFixture) -> Logged:
    """What the server and the guard logged at WARNING or above; the log is emptied. Not what asyncio did: see below."""
    records = [record for record in caplog.records if record.levelno >= logging.WARNING and record.name != "asyncio"]
    caplog.clear()
    return [(record.name, record.levelno, record.getMessage()) for record in records]


@pytest.fixture(autouse=True)
def _failed_tasks_collected(ws: str) -> Iterator[None]:
    """uvicorn's legacy implementation leaves a failed task where an application answers a client that is gone.

    Guard or no guard. asyncio says so when it is collected: that is now, and not in the midst of a later traceback,
    where it ends pytest ("AST constructor recursion depth mismatch", CPython 3.11).
    """
    yield
    if ws == "websockets":
        gc.collect()


async def waits_for_the_client_to_go(stage: Stage, websocket: WebSocket) -> None:
    await websocket.receive()
    stage.reached.set()
    assert (await websocket.receive())["type"] == "websocket.disconnect"


async def accepts_too_late(stage: Stage, websocket: WebSocket) -> None:
    await waits_for_the_client_to_go(stage, websocket)
    with suppress(WebSocketDisconnect):
        await websocket.accept()


async def denies_too_late(stage: Stage, websocket: WebSocket) -> None:
    await waits_for_the_client_to_go(stage, websocket)
    with suppress(WebSocketDisconnect):
        await websocket.close()


async def fails_too_late(stage: Stage, websocket: WebSocket) -> None:
    await waits_for_the_client_to_go(stage, websocket)
    raise ZeroDivisionError


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["FIN", "RST"])
@pytest.mark.parametrize("endpoint", [waits_for_the_client_to_go, accepts_too_late, denies_too_late, fails_too_late])
def test_client_gone_before_an_answer(
    ws: str,
    endpoint: Any,
    leave: Callable[[socket.socket], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def play(app: Any, stage: Stage) -> Logged:
        with running(app, ws) as port:
            client = knock(port)
            assert stage.reached.wait(DEADLINE)
            leave(client)
            assert stage.left.wait(DEADLINE)
        return complaints(caplog)

    bare, guarded, watcher = Stage(endpoint), Stage(endpoint), Watcher()
    without_guard = play(bare.app, bare)
    assert play(WebSocketGuardMiddleware(guarded.app, observers=[watcher]), guarded) == without_guard
    event = watcher.event()
    assert (event.outcome, event.status, event.violations) == ("abandoned", None, ())
    watcher.assert_no_more()


def test_client_gone_while_it_is_authorized(ws: str, caplog: pytest.LogCaptureFixture) -> None:
    """The denial is still sent, to nobody: uvicorn's legacy implementation logs an ERROR where it gets no answer."""
    watcher, asked, protocols = Watcher(), threading.Event(), list[Any]()

    async def authorize(_: Handshake, __: Scope) -> Denial:
        asked.set()
        while not protocols[0].transport.is_closing():  # noqa: ASYNC110  # uvicorn tells it to nobody
            await asyncio.sleep(0)
        return Denial(403, "the client left")

    guard = WebSocketGuardMiddleware(_raw_echo, policy=Policy(authorize=authorize), observers=[watcher])

    async def seen(scope: Scope, receive: Receive, send: Send) -> None:
        protocols.append(send.__self__)  # type: ignore[attr-defined]
        await guard(scope, receive, send)

    with running(seen, ws) as port:
        client = knock(port)
        assert asked.wait(DEADLINE)
        client.close()
        event = watcher.event()
    assert (event.outcome, event.status) == ("abandoned", None)
    watcher.assert_no_more()
    assert complaints(caplog) == []


async def waits_for_ever(stage: Stage, websocket: WebSocket) -> None:
    await websocket.receive()
    stage.reached.set()
    await asyncio.Event().wait()


def test_server_stops_before_an_answer(ws: str, caplog: pytest.LogCaptureFixture) -> None:
    """uvicorn cancels what still runs when its time of grace is over, and logs that at ERROR itself."""
    stage, watcher = Stage(waits_for_ever), Watcher()
    with running(WebSocketGuardMiddleware(stage.app, observers=[watcher]), ws, grace=0) as port, knock(port):
        assert stage.reached.wait(DEADLINE)
    event = watcher.event()
    assert (event.outcome, event.violations) == ("abandoned", ())
    watcher.assert_no_more()
    assert not [logged for logged in complaints(caplog) if logged[0] == "asgi_ws_guard"]


def test_a_middleware_outside_cancels(ws: str, caplog: pytest.LogCaptureFixture) -> None:
    """As a deadline does that answers for an application that is slow."""
    stage, watcher = Stage(waits_for_ever), Watcher()
    guard = WebSocketGuardMiddleware(stage.app, observers=[watcher])

    async def cancelling(scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.ensure_future(guard(scope, receive, send))
        await asyncio.to_thread(stage.reached.wait, DEADLINE)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await send({"type": "websocket.close", "code": 1013})

    with running(cancelling, ws) as port, pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{port}")
    assert refused.value.response.status_code == 403
    assert watcher.event().outcome == "abandoned"
    watcher.assert_no_more()
    assert complaints(caplog) == []


async def cancels_within(stage: Stage, websocket: WebSocket) -> None:
    await websocket.receive()
    with anyio.move_on_after(0):
        await websocket.receive()
    await websocket.accept()
    with anyio.move_on_after(0):
        await websocket.receive()
    stage.reached.set()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def test_a_receive_cancelled_by_the_application_loses_nothing(ws: str, caplog: pytest.LogCaptureFixture) -> None:
    stage, watcher = Stage(cancels_within), Watcher()
    with running(WebSocketGuardMiddleware(stage.app, observers=[watcher]), ws) as port:
        with connect(f"ws://127.0.0.1:{port}") as websocket:
            assert stage.reached.wait(DEADLINE)
            websocket.send("hello")
            assert websocket.recv() == "hello"
        event = watcher.event()
        assert (event.outcome, event.verification) == ("accepted", "match")
        assert watcher.ended() is event
    watcher.assert_no_more()
    assert complaints(caplog) == []


async def accepts_and_reads(stage: Stage, websocket: WebSocket) -> None:
    await websocket.accept()
    stage.reached.set()
    with suppress(WebSocketDisconnect):
        await websocket.receive_text()


@pytest.mark.parametrize("leave", [socket.socket.close, reset], ids=["FIN", "RST"])
def test_client_gone_after_accept(
    ws: str, leave: Callable[[socket.socket], None], caplog: pytest.LogCaptureFixture
) -> None:
    stage, watcher = Stage(accepts_and_reads), Watcher()
    with running(WebSocketGuardMiddleware(stage.app, observers=[watcher]), ws) as port:
        client = knock(port)
        assert client.recv(12) == b"HTTP/1.1 101"
        assert stage.reached.wait(DEADLINE)
        leave(client)
        event = watcher.ended()
    assert watcher.event() is event
    assert (event.outcome, event.verification) == ("accepted", "match")
    watcher.assert_no_more()
    assert complaints(caplog) == []


async def fails_after_accept(stage: Stage, websocket: WebSocket) -> None:
    await websocket.accept()
    raise ZeroDivisionError


def test_an_exception_after_accept_is_the_servers_to_log(ws: str, caplog: pytest.LogCaptureFixture) -> None:
    def play(app: Any) -> tuple[object, Logged]:
        with (
            running(app, ws) as port,
            connect(f"ws://127.0.0.1:{port}") as websocket,
            pytest.raises(ConnectionClosedError) as closed,
        ):
            websocket.recv()
        return closed.value.rcvd, complaints(caplog)

    watcher = Watcher()
    without_guard = play(Stage(fails_after_accept).app)
    assert play(WebSocketGuardMiddleware(Stage(fails_after_accept).app, observers=[watcher])) == without_guard
    event = watcher.event()
    assert watcher.ended() is event
    assert (event.outcome, event.violations) == ("accepted", ())
    watcher.assert_no_more()
    assert without_guard[1] == [("uvicorn.error", logging.ERROR, "Exception in ASGI application\n")]


async def _raw_echo(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    message = await receive()
    await send({"type": "websocket.send", "text": message["text"]})
    with suppress(OSError):
        await send({"type": "websocket.close", "code": 1000})


def test_guards_in_one_another_each_tell_of_the_handshake(ws: str) -> None:
    """A guard in a mounted application, and one round all: a refusal comes of the outer one, once."""
    outer, inner = Watcher(), Watcher()
    app: ASGIApp = WebSocketGuardMiddleware(_raw_echo, observers=[inner])
    with running(WebSocketGuardMiddleware(app, observers=[outer]), ws) as port:
        with connect(f"ws://127.0.0.1:{port}") as websocket:
            websocket.send("hello")
            assert websocket.recv() == "hello"
        assert [watcher.event().outcome for watcher in (outer, inner)] == ["accepted", "accepted"]
        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{port}", origin=Origin("nonsense"))
        assert outer.event().outcome == "denied"
    assert outer.ended() and inner.ended()
    inner.assert_no_more()
