"""The guarded endpoint, /admin/ws, behind the router of each framework, alone and mounted in Starlette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import litestar
import quart
from channels.routing import URLRouter  # type: ignore[import-untyped]
from django.conf import settings  # type: ignore[import-untyped]
from django.urls import path, re_path  # type: ignore[import-untyped]
from fastapi import FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute

from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

if not settings.configured:
    settings.configure()  # the routes of Channels ask them

# Told the name of the endpoint and the scope that it was given, before it accepts.
Reached: TypeAlias = Callable[[str, Scope], None]
ENDPOINTS = {"admin": "/admin/ws", "public": "/public/ws"}
MOUNT = "/sub"


def starlette(reached: Reached) -> ASGIApp:
    return Starlette(routes=[WebSocketRoute(route, _of_starlette(reached, name)) for name, route in ENDPOINTS.items()])


def starlette_nested(reached: Reached) -> ASGIApp:
    """Each endpoint in a mount of its own."""
    return Starlette(
        routes=[Mount(f"/{name}", routes=[WebSocketRoute("/ws", _of_starlette(reached, name))]) for name in ENDPOINTS]
    )


def fastapi(reached: Reached) -> ASGIApp:
    app = FastAPI()
    for name, route in ENDPOINTS.items():
        app.add_api_websocket_route(route, _of_starlette(reached, name))
    return app


def litestar_(reached: Reached) -> ASGIApp:
    def handler(name: str, route: str) -> Any:
        async def endpoint(socket: litestar.WebSocket[Any, Any, Any]) -> None:
            reached(name, socket.scope)  # type: ignore[arg-type]
            await socket.accept()
            await socket.close()

        return litestar.websocket(route)(endpoint)

    app: Any = litestar.Litestar(
        [handler(*item) for item in ENDPOINTS.items()], logging_config=None, openapi_config=None
    )
    return app  # type: ignore[no-any-return]


def quart_(reached: Reached) -> ASGIApp:
    async def endpoint(name: str) -> None:
        reached(name, quart.websocket.scope)  # type: ignore[arg-type]
        await quart.websocket.accept()
        await quart.websocket.close(1000)

    app: Any = quart.Quart("routed")
    for name, route in ENDPOINTS.items():
        app.add_websocket(route, name, partial(endpoint, name))

    async def schemed(scope: Scope, receive: Receive, send: Send) -> None:
        """daphne gives no scheme, without which Quart answers 500 to everything."""
        await app({"scheme": "ws", **scope}, receive, send)

    return schemed


def channels_path(reached: Reached) -> ASGIApp:
    return _channels([path(route[1:], _plain(reached, name)) for name, route in ENDPOINTS.items()])


def channels_re_path(reached: Reached) -> ASGIApp:
    return _channels([re_path(f"^{route[1:]}$", _plain(reached, name)) for name, route in ENDPOINTS.items()])


def channels_nested(reached: Reached) -> ASGIApp:
    return _channels([path(f"{name}/", URLRouter([path("ws", _plain(reached, name))])) for name in ENDPOINTS])


ROUTERS: Mapping[str, Callable[[Reached], ASGIApp]] = {
    "starlette": starlette,
    "starlette-nested": starlette_nested,
    "fastapi": fastapi,
    "litestar": litestar_,
    "quart": quart_,
    "channels-path": channels_path,
    "channels-re_path": channels_re_path,
    "channels-nested": channels_nested,
}


def mounted(app: ASGIApp) -> ASGIApp:
    """`app` mounted in Starlette at MOUNT."""
    return Starlette(routes=[Mount(MOUNT, app)])


def _of_starlette(reached: Reached, name: str) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(websocket: WebSocket) -> None:
        reached(name, websocket.scope)
        await websocket.accept()
        await websocket.close()

    return endpoint


def _plain(reached: Reached, name: str) -> ASGIApp:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        reached(name, scope)
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})

    return endpoint


def _channels(routes: list[Any]) -> ASGIApp:
    router = URLRouter(routes)

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        """Channels raises where there is no route: a traceback in the log of each server, and nothing else."""
        try:
            await router(scope, receive, send)
        except ValueError:
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    return routed
