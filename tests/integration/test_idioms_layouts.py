"""Where the guard may stand in a Starlette or FastAPI application, and what may stand round it: all is as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import fastapi
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.testing import make_fields
from tests.integration.stacks.wire import Answer, exchange
from tests.uvicorn_thread import Watcher, connect, running

TEXT = "something worth compressing " * 50


async def echo(websocket: WebSocket) -> None:
    await websocket.accept("chat")
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


async def page(request: Request) -> Response:
    return PlainTextResponse(TEXT)


ROUTES: list[BaseRoute] = [WebSocketRoute("/echo", echo), Route("/page", page)]
PREFIXED: list[BaseRoute] = [WebSocketRoute("/sub/echo", echo), Route("/sub/page", page)]


async def _marked(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["x-marked"] = "yes"
    return response


MARK = Middleware(BaseHTTPMiddleware, dispatch=_marked)
GZIP = Middleware(GZipMiddleware)
CORS = Middleware(CORSMiddleware, allow_origins=["*"])

Layout: TypeAlias = Callable[[Watcher], Any]


def _guard(watcher: Watcher) -> Middleware:
    return Middleware(WebSocketGuardMiddleware, observers=[watcher])


def outermost(watcher: Watcher) -> Any:
    return WebSocketGuardMiddleware(Starlette(routes=PREFIXED), observers=[watcher])


def added(watcher: Watcher) -> Any:
    app = Starlette(routes=PREFIXED)
    app.add_middleware(WebSocketGuardMiddleware, observers=[watcher])
    return app


def over_a_mount(watcher: Watcher) -> Any:
    return Starlette(routes=[Mount("/sub", routes=ROUTES)], middleware=[_guard(watcher)])


def over_a_sub_application(watcher: Watcher) -> Any:
    return Starlette(routes=[Mount("/sub", Starlette(routes=ROUTES))], middleware=[_guard(watcher)])


def in_a_mount(watcher: Watcher) -> Any:
    guarded = WebSocketGuardMiddleware(Starlette(routes=ROUTES), observers=[watcher])
    return Starlette(routes=[Mount("/sub", guarded)])


def as_a_mounts_middleware(watcher: Watcher) -> Any:
    return Starlette(routes=[Mount("/sub", routes=ROUTES, middleware=[_guard(watcher)])])


def in_base_http_middleware(watcher: Watcher) -> Any:
    return Starlette(routes=PREFIXED, middleware=[MARK, _guard(watcher)])


def round_base_http_middleware(watcher: Watcher) -> Any:
    return Starlette(routes=PREFIXED, middleware=[_guard(watcher), MARK])


def in_gzip(watcher: Watcher) -> Any:
    return Starlette(routes=PREFIXED, middleware=[GZIP, _guard(watcher)])


def round_gzip(watcher: Watcher) -> Any:
    return Starlette(routes=PREFIXED, middleware=[_guard(watcher), GZIP])


def between_all(watcher: Watcher) -> Any:
    return Starlette(routes=PREFIXED, middleware=[CORS, MARK, GZIP, _guard(watcher), GZIP, MARK, CORS])


def over_fastapi(watcher: Watcher) -> Any:
    app = fastapi.FastAPI()
    router = fastapi.APIRouter(prefix="/sub")
    router.websocket("/echo")(echo)
    router.add_api_route("/page", page)
    app.include_router(router)
    app.add_middleware(WebSocketGuardMiddleware, observers=[watcher])
    return app


def over_fastapi_in_fastapi(watcher: Watcher) -> Any:
    inner, outer = fastapi.FastAPI(), fastapi.FastAPI()
    inner.websocket("/echo")(echo)
    inner.add_api_route("/page", page)
    outer.mount("/sub", inner)
    outer.add_middleware(WebSocketGuardMiddleware, observers=[watcher])
    return outer


LAYOUTS: list[Layout] = [
    outermost,
    added,
    over_a_mount,
    over_a_sub_application,
    in_a_mount,
    as_a_mounts_middleware,
    in_base_http_middleware,
    round_base_http_middleware,
    in_gzip,
    round_gzip,
    between_all,
    over_fastapi,
    over_fastapi_in_fastapi,
]


@dataclass
class Site:
    port: int
    layout: str
    watcher: Watcher = field(default_factory=Watcher)

    def ask(self, path: str, **changes: str | None) -> Answer:
        """Send a handshake with `changes` to `path`."""
        fields = make_fields({name.replace("_", "-"): value for name, value in changes.items()})
        head = [f"GET {path} HTTP/1.1", *(f"{_text(name)}: {_text(value)}" for name, value in fields)]
        return exchange(self.port, "\r\n".join([*head, "", ""]).encode())


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


@pytest.fixture(params=LAYOUTS, ids=lambda layout: layout.__name__)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    watcher = Watcher()
    with running(request.param(watcher), "websockets-sansio") as port:
        yield Site(port, request.param.__name__, watcher)


def test_a_good_handshake_is_accepted_and_verified(site: Site) -> None:
    with connect(f"ws://127.0.0.1:{site.port}/sub/echo", subprotocols=["chat"]) as websocket:
        websocket.send("hello")
        assert (websocket.recv(), websocket.subprotocol) == ("hello", "chat")
    event = site.watcher.event()
    assert (event.outcome, event.verification, event.violations) == ("accepted", "match", ())
    assert event.path == "/sub/echo"
    assert site.watcher.ended() is event
    site.watcher.assert_no_more()


def test_a_bad_handshake_is_refused(site: Site) -> None:
    answer = site.ask("/sub/echo", origin="example.com")
    assert (answer.status, answer.json()["code"]) == (400, "origin-syntax")
    assert site.watcher.event().outcome == "denied"
    site.watcher.assert_no_more()


def test_a_handshake_without_upgrade_is_refused_as_http(site: Site) -> None:
    answer = site.ask("/sub/page", upgrade=None)
    assert (answer.status, answer.json()["code"]) == (426, "upgrade-websocket")
    assert answer.options("connection") == {"upgrade", "close"}
    assert site.watcher.event().outcome == "denied"
    site.watcher.assert_no_more()


def test_the_http_routes_beside_are_as_before(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.port}/sub/page", trust_env=False)
    assert (answer.status_code, answer.text) == (200, TEXT)
    assert ("gzip" in answer.headers.get("content-encoding", "")) == (
        site.layout in ("in_gzip", "round_gzip", "between_all")
    )
    assert ("x-marked" in answer.headers) == ("base_http" in site.layout or site.layout == "between_all")
    site.watcher.assert_no_more()
