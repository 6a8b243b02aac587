"""Each way in which a Starlette or FastAPI application answers a handshake: the client gets it, the event tells it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Any

import fastapi
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException, WebSocketException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.events import Outcome
from tests.uvicorn_thread import IMPLEMENTATION, Watcher, connect, running


async def denial(websocket: WebSocket) -> None:
    await websocket.send_denial_response(JSONResponse({"who": "app"}, 402, headers={"x-reason": "unpaid"}))


async def denial_after_connect(websocket: WebSocket) -> None:
    await websocket.receive()
    await websocket.send_denial_response(PlainTextResponse("no", 404))


async def close_before_accept(websocket: WebSocket) -> None:
    await websocket.close(3000)


async def http_exception(websocket: WebSocket) -> None:
    raise HTTPException(401, "log in", headers={"www-authenticate": "Basic"})


async def websocket_exception(websocket: WebSocket) -> None:
    raise WebSocketException(1008, "not you")


async def exception(websocket: WebSocket) -> None:
    raise ZeroDivisionError


async def exception_after_connect(websocket: WebSocket) -> None:
    await websocket.receive()
    raise ZeroDivisionError


async def nothing(websocket: WebSocket) -> None:
    await websocket.receive()


async def _dependency(token: Annotated[str | None, fastapi.Query()] = None) -> str:
    if token is None:
        raise fastapi.WebSocketException(1008)
    return token


async def _failing_dependency() -> None:
    raise ZeroDivisionError


fastapi_app = fastapi.FastAPI()


@fastapi_app.websocket("/dependency")
async def with_dependency(websocket: WebSocket, token: Annotated[str, fastapi.Depends(_dependency)]) -> None:
    await websocket.accept()
    await websocket.send_text(token)
    await websocket.close()


@fastapi_app.websocket("/failing-dependency", dependencies=[fastapi.Depends(_failing_dependency)])
async def with_failing_dependency(websocket: WebSocket) -> None:
    await websocket.accept()


@fastapi_app.websocket("/parameter")
async def with_parameter(websocket: WebSocket, number: int) -> None:
    await websocket.accept()


@fastapi_app.websocket("/http-exception")
async def with_http_exception(websocket: WebSocket) -> None:
    raise fastapi.HTTPException(401, "log in")


ENDPOINTS = [denial, denial_after_connect, close_before_accept, http_exception, websocket_exception]
ENDPOINTS += [exception, exception_after_connect, nothing]
starlette_app = Starlette(routes=[WebSocketRoute(f"/{endpoint.__name__}", endpoint) for endpoint in ENDPOINTS])


@dataclass(frozen=True)
class Answered:
    """What the client reads; `raises`: what the application raised, for the server to log, once."""

    app: Any
    path: str
    status: int
    outcome: Outcome = "refused"
    body: str | None = None
    raises: bool = False


ANSWERS = [
    Answered(starlette_app, "/denial", 402, body='{"who":"app"}'),
    Answered(starlette_app, "/denial_after_connect", 404, body="no"),
    Answered(starlette_app, "/close_before_accept", 403),
    Answered(starlette_app, "/http_exception", 401, body="log in"),
    Answered(starlette_app, "/websocket_exception", 403),
    Answered(starlette_app, "/no-such-route", 403),
    Answered(starlette_app, "/exception", 500, "failed", raises=True),
    Answered(starlette_app, "/exception_after_connect", 500, "failed", raises=True),
    Answered(starlette_app, "/nothing", 500, "failed"),
    Answered(fastapi_app, "/dependency", 403),
    Answered(fastapi_app, "/parameter", 403),
    Answered(fastapi_app, "/parameter?number=x", 403),
    Answered(fastapi_app, "/http-exception", 401, body='{"detail":"log in"}'),
    Answered(fastapi_app, "/failing-dependency", 500, "failed", raises=True),
]


def _servers_complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = [record for record in caplog.records if record.levelno >= logging.WARNING]
    return [record.message for record in records if record.name != "asgi_ws_guard"]


@pytest.mark.parametrize("ws", IMPLEMENTATION)
@pytest.mark.parametrize("answered", ANSWERS, ids=lambda answered: answered.path.strip("/"))
def test_answer(ws: str, answered: Answered, caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher()
    with running(WebSocketGuardMiddleware(answered.app, observers=[watcher]), ws) as port:
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{port}{answered.path}")
        event = watcher.event()
    response = refused.value.response
    assert response.status_code == answered.status
    assert answered.body is None or response.body == answered.body.encode()
    assert (event.outcome, event.status) == (answered.outcome, answered.status)
    assert [v.requirement.id for v in event.violations] == (["app-answers"] if answered.outcome == "failed" else [])
    watcher.assert_no_more()
    assert _servers_complaints(caplog) == (["Exception in ASGI application\n"] if answered.raises else [])


@pytest.mark.parametrize("ws", IMPLEMENTATION)
def test_a_dependency_that_is_content(ws: str) -> None:
    watcher = Watcher()
    with running(WebSocketGuardMiddleware(fastapi_app, observers=[watcher]), ws) as port:
        with connect(f"ws://127.0.0.1:{port}/dependency?token=a") as websocket:
            assert websocket.recv() == "a"
        assert watcher.event().outcome == "accepted"


@pytest.mark.parametrize("ws", IMPLEMENTATION)
def test_the_fields_of_a_denial_arrive(ws: str) -> None:
    with running(WebSocketGuardMiddleware(starlette_app), ws) as port, pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{port}/denial")
    assert refused.value.response.headers.get_all("x-reason") == ["unpaid"]
