"""Test clients that never meet a server: with the plugin each passes the guard, under the strict marker none does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

import fastapi
import litestar
import litestar.testing
import pytest
import quart
import quart.testing.connections
from async_asgi_testclient import TestClient as AsyncTestClient  # type: ignore[import-untyped]
from channels.generic.websocket import AsyncWebsocketConsumer  # type: ignore[import-untyped]
from channels.testing.websocket import WebsocketCommunicator  # type: ignore[import-untyped]
from django.conf import settings  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from asgi_ws_guard import HandshakeEvent, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

Observe: TypeAlias = Callable[[HandshakeEvent], None]
Talk: TypeAlias = Callable[[Observe], None]


DEADLINE = 2.0  # seconds, on a wait that should not be one


def guarded(app: Any, observe: Observe) -> ASGIApp:
    """`app` under the guard, which must hand on the very scope that it got, as it was."""
    headers_before: Any = None

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["headers"] == headers_before
        await app(scope, receive, send)

    guard = WebSocketGuardMiddleware(inside, observers=[observe])

    async def outside(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal headers_before
        headers_before = deepcopy(scope.get("headers"))
        await guard(scope, receive, send)

    return outside


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def starlette_test_client(observe: Observe) -> None:
    app = Starlette(routes=[WebSocketRoute("/ws", echo)])
    with TestClient(guarded(app, observe)).websocket_connect("/ws") as session:
        session.send_text("hello")
        assert session.receive_text() == "hello"


def fastapi_test_client(observe: Observe) -> None:
    app = fastapi.FastAPI()
    app.websocket("/ws")(echo)
    with TestClient(guarded(app, observe)).websocket_connect("/ws", subprotocols=["chat"]) as session:
        session.send_text("hello")
        assert session.receive_text() == "hello"


def _litestar(observe: Observe, subprotocols: list[str] | None) -> None:
    @litestar.websocket("/ws")
    async def echo_of_litestar(socket: litestar.WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    app: Any = guarded(litestar.Litestar([echo_of_litestar], logging_config=None), observe)
    with litestar.testing.TestClient(app).websocket_connect("/ws", subprotocols=subprotocols) as session:
        session.send_text("hello")
        assert session.receive_text(timeout=DEADLINE) == "hello"


def litestar_test_client(observe: Observe) -> None:
    _litestar(observe, None)


def litestar_test_client_with_offers(observe: Observe) -> None:
    _litestar(observe, ["chat"])


class _Echo(AsyncWebsocketConsumer):  # type: ignore[misc]
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data=text_data)


class NotConnectedError(Exception):
    """The WebsocketCommunicator says that it was refused by a value."""


def channels_communicator(observe: Observe) -> None:
    async def talk() -> None:
        communicator = WebsocketCommunicator(guarded(_Echo.as_asgi(), observe), "/ws")
        connected, _ = await communicator.connect()
        if not connected:
            raise NotConnectedError
        await communicator.send_to(text_data="hello")
        assert await communicator.receive_from() == "hello"
        await communicator.disconnect()

    if not settings.configured:
        settings.configure(CHANNEL_LAYERS={})
    asyncio.run(talk())


def quart_test_client(observe: Observe) -> None:
    app = quart.Quart("echo")

    @app.websocket("/ws")
    async def echo_of_quart() -> None:
        await quart.websocket.send(await quart.websocket.receive())

    async def talk() -> None:
        app.asgi_app = guarded(app.asgi_app, observe)  # type: ignore[method-assign,assignment]
        async with app.test_client().websocket("/ws") as session:
            await session.send("hello")
            assert await asyncio.wait_for(session.receive(), DEADLINE) == "hello"

    asyncio.run(talk())


def async_asgi_test_client(observe: Observe) -> None:
    async def talk() -> None:
        client = AsyncTestClient(guarded(Starlette(routes=[WebSocketRoute("/ws", echo)]), observe))
        async with client.websocket_connect("/ws") as session:
            await session.send_text("hello")
            assert await session.receive_text() == "hello"

    asyncio.run(talk())


NO_KEY = ["key-present", "version-present"]
CLIENTS: list[tuple[Talk, type[BaseException], list[str]]] = [
    (starlette_test_client, WebSocketDisconnect, ["key-length"]),
    (fastapi_test_client, WebSocketDisconnect, ["key-length"]),
    # Without offers this client claims one empty offer, in scope["subprotocols"] alone.
    (litestar_test_client, litestar.exceptions.WebSocketDisconnect, ["key-length", "subprotocol-token"]),
    (litestar_test_client_with_offers, litestar.exceptions.WebSocketDisconnect, ["key-length"]),
    (channels_communicator, NotConnectedError, ["host-once", *NO_KEY]),
    # This client sends no websocket.connect: its first message is the suite's own.
    (quart_test_client, quart.testing.connections.WebsocketResponseError, NO_KEY),
    (async_asgi_test_client, AssertionError, NO_KEY),
]


# Of async_asgi_testclient, from Python 3.14 on.
pytestmark = pytest.mark.filterwarnings("ignore:'asyncio.iscoroutinefunction' is deprecated")


@pytest.mark.parametrize(
    "talk",
    [talk for talk, _, _ in CLIENTS],
)
def test_the_guard_accepts_the_client(talk: Talk) -> None:
    events: list[HandshakeEvent] = []
    talk(events.append)
    [event] = events
    assert (event.outcome, event.violations) == ("accepted", ())


@pytest.mark.asgi_ws_guard_strict
@pytest.mark.parametrize(
    ("talk", "refusal", "violations"),
    CLIENTS,
)
def test_the_strict_guard_refuses_the_client(talk: Talk, refusal: type[BaseException], violations: list[str]) -> None:
    events: list[HandshakeEvent] = []
    with pytest.raises(refusal):
        talk(events.append)
    [event] = events
    assert event.outcome == "denied"
    assert [violation.requirement.id for violation in event.violations] == violations
