"""A guard inside of another: both are applied in full, and one event tells the observers of both."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocket

from asgi_ws_guard import Denial, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.exchange.joining import around
from asgi_ws_guard.testing import make_scope

from ..asgi_driver import ACCEPT, CLOSE, Application, Guarded, Watcher, drive
from ..test_middleware import ANSWER

pytestmark = pytest.mark.asgi_ws_guard_strict

EVIL = {"Origin": "https://evil.example"}
ANY = Policy(allowed_origins="*")
KINDS = pytest.mark.parametrize("kind", ["websocket", "http"])


def _app(kind: str) -> Application:
    return Application(*(ANSWER if kind == "http" else (ACCEPT, CLOSE)))


def _two(
    app: Any, outer: Policy, inner: Policy, between: Callable[[Any], Any] = lambda app: app
) -> tuple[Guarded, Watcher]:
    watcher = Watcher()
    return Guarded(between(WebSocketGuardMiddleware(app, policy=inner, observers=[watcher])), policy=outer), watcher


def _closure(app: Any) -> Any:
    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            await send(message)

        await app(scope, receive, noted)

    return middleware


def _partial(app: Any) -> Any:
    async def sent(send: Send, message: Message) -> None:
        await send(message)

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, functools.partial(sent, send))

    return middleware


@KINDS
@pytest.mark.parametrize("between", [lambda app: app, _closure, _partial])
def test_one_event_tells_the_observers_of_both(kind: str, between: Callable[[Any], Any]) -> None:
    app = _app(kind)
    guarded, inner = _two(app, Policy(), Policy(), between)
    connection = guarded.drive(make_scope(type=kind))
    assert len(app.scopes) == 1 and connection.status == (101 if kind == "websocket" else 200)
    assert inner.event is guarded.watcher.event
    assert guarded.watcher.event.outcome == ("accepted" if kind == "websocket" else "passed")
    assert inner.ended == guarded.watcher.ended


@KINDS
@pytest.mark.parametrize(("outer", "inner"), [(Policy(), ANY), (ANY, Policy()), (Policy(), Policy())])
def test_what_either_refuses_is_refused_and_told_once(kind: str, outer: Policy, inner: Policy) -> None:
    app = _app(kind)
    guarded, watcher = _two(app, outer, inner)
    connection = guarded.drive(make_scope(EVIL, type=kind))
    assert app.scopes == [] and connection.status == 403 and connection.raised is None
    assert json.loads(connection.body)["code"] == "origin-allowed"
    assert (guarded.watcher.event.outcome, guarded.watcher.ids) == ("denied", ["origin-allowed"])
    assert watcher.events in ([], guarded.watcher.events)  # the outer one has refused before it knew of the inner


@KINDS
def test_where_the_inner_guards_nothing_the_outer_is_alone(kind: str) -> None:
    app, inner = _app(kind), Watcher()
    guarded = Guarded(WebSocketGuardMiddleware(app, paths={"/*": None}, observers=[inner]))
    connection = guarded.drive(make_scope(type=kind))
    assert len(app.scopes) == 1 and connection.raised is None
    assert guarded.watcher.event.outcome == ("accepted" if kind == "websocket" else "passed") and inner.events == []


@KINDS
def test_one_that_only_reports_does_not_switch_the_other_off(kind: str) -> None:
    report = Policy(report_only=True)
    for outer, inner in ((report, Policy()), (Policy(), report)):
        app = _app(kind)
        guarded, _ = _two(app, outer, inner)
        assert guarded.drive(make_scope(EVIL, type=kind)).status == 403
        assert app.scopes == [] and guarded.watcher.event.outcome == "denied"
    app = _app(kind)
    guarded, _ = _two(app, report, report)
    guarded.drive(make_scope(EVIL, type=kind))
    assert len(app.scopes) == 1 and guarded.watcher.ids == ["origin-allowed"]


@KINDS
def test_each_authorize_is_asked_once(kind: str) -> None:
    asked: list[str] = []

    def asking(name: str, answer: Denial | None = None) -> Policy:
        def authorize(handshake: Any, scope: Any) -> Denial | None:
            asked.append(name)
            return answer

        return Policy(authorize=authorize)

    app = _app(kind)
    guarded, _ = _two(app, asking("outer"), asking("inner"))
    guarded.drive(make_scope(type=kind))
    assert asked == ["outer", "inner"] and len(app.scopes) == 1
    asked.clear()
    guarded, watcher = _two(app, asking("outer"), asking("inner", Denial(403, "not you")))
    assert guarded.drive(make_scope(type=kind)).status == 403
    assert asked == ["outer", "inner"] and len(app.scopes) == 1
    assert (watcher.event.outcome, watcher.ids) == ("denied", ["authorized"])


def test_the_time_is_the_shorter_of_both() -> None:
    async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    for outer, inner in ((30, 0.01), (0.01, 30), (None, 0.01), (0.01, None)):
        guarded, watcher = _two(hanging, Policy(accept_timeout=outer), Policy(accept_timeout=inner))
        assert guarded.drive(make_scope()).status == 503
        assert (watcher.event.outcome, watcher.ids) == ("failed", ["accept-timeout"])


def test_what_the_app_sends_is_held_to_both() -> None:
    forged = {**ACCEPT, "headers": [(b"sec-websocket-accept", b"x")]}
    for outer, inner in ((Policy(tolerate={"app-fields"}), Policy()), (Policy(), Policy(tolerate={"app-fields"}))):
        guarded, _ = _two(Application(forged, CLOSE), outer, inner)
        connection = guarded.drive(make_scope())
        assert connection.sent[0]["headers"] == []
        assert guarded.watcher.ids == ["app-fields"]


def test_the_pattern_is_that_of_the_guard_that_refuses() -> None:
    watcher = Watcher()
    inner = WebSocketGuardMiddleware(_app("websocket"), paths={"/a/*": Policy()}, policy=ANY, observers=[watcher])
    outer = WebSocketGuardMiddleware(inner, policy=ANY, paths={"/*": ANY})
    drive(outer, make_scope(EVIL, path="/a/b"))
    assert (watcher.event.outcome, watcher.event.pattern) == ("denied", "/a/*")
    watcher.events.clear()
    drive(outer, make_scope(EVIL, path="/b"))
    assert (watcher.event.outcome, watcher.event.pattern) == ("accepted", "/*")


@pytest.mark.parametrize("denies", [True, False])
def test_a_sub_application_with_a_guard_of_its_own(denies: bool) -> None:
    """As Starlette mounts them; on a server without the Denial Response extension, too."""
    inner, outer = Watcher(), Watcher()

    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    sub = Starlette(
        routes=[WebSocketRoute("/ws", endpoint)],
        middleware=[Middleware(WebSocketGuardMiddleware, paths={"/ws": Policy()}, policy=ANY, observers=[inner])],
    )
    app = Starlette(
        routes=[Mount("/sub", sub)], middleware=[Middleware(WebSocketGuardMiddleware, policy=ANY, observers=[outer])]
    )

    async def copying(scope: Scope, receive: Receive, send: Send) -> None:
        await app(dict(scope), receive, send)  # Starlette puts itself into the scope

    extensions: dict[str, Any] | None = {"websocket.http.response": {}} if denies else None
    assert drive(copying, make_scope(path="/sub/ws", extensions=extensions)).status == 101
    assert drive(copying, make_scope(EVIL, path="/sub/ws", extensions=extensions)).status == 403
    assert [event.outcome for event in outer.events] == ["accepted", "denied"]
    assert inner.events == outer.events and [event.pattern for event in inner.events] == ["/ws", "/ws"]


def test_nothing_is_found_where_there_is_no_guard_outside() -> None:
    async def send(message: Message) -> None: ...

    assert around(send) is None
    assert around(functools.partial(send)) is None
    assert around(Application().messages.count) is None  # type: ignore[arg-type]


def test_after_the_answer_a_second_guard_is_on_its_own() -> None:
    """What is decided can take in nothing more; a guard that meets a scope then does what it does alone."""
    seen: list[object] = []

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        seen.append(around(send) is not None)
        await send(ACCEPT)
        seen.append(around(send) is not None)
        await send(CLOSE)

    Guarded(late).drive(make_scope())
    assert seen == [True, False]
