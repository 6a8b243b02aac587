"""The doors of uvicorn, and the middleware behind: one decision and one event a handshake, whatever is deployed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from channels.routing import ProtocolTypeRouter  # type: ignore[import-untyped]
from fastapi import FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.routing import Mount

from asgi_ws_guard import ConfigurationError, Denial, Guard, Handshake, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.servers import uvicorn as door
from tests.uvicorn_thread import Watcher
from tests.wire.client import handshake
from tests.wire.doors import BAD_KEY, EACH_DOOR, Receive, Scope, Send, ask, echo
from tests.wire.in_process import LEGACY_WARNINGS, serving


class Wrapper:
    """A middleware of somebody else's, as most are written."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _added(watcher: Watcher) -> Any:
    app = Starlette(routes=[Mount("/", echo)])
    app.add_middleware(WebSocketGuardMiddleware, observers=[watcher])
    return app


def _routed(watcher: Watcher) -> Any:
    return ProtocolTypeRouter({"websocket": WebSocketGuardMiddleware(echo, observers=[watcher])})


DEPLOYMENTS: Mapping[str, Callable[[Watcher], Any]] = {
    "instance": lambda watcher: WebSocketGuardMiddleware(echo, observers=[watcher]),
    "wrapped": lambda watcher: Wrapper(Wrapper(WebSocketGuardMiddleware(echo, observers=[watcher]))),
    "starlette": _added,
    "channels": _routed,
}


@EACH_DOOR
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_with_the_middleware_behind_there_is_one_decision_and_one_event(
    deployment: str, doors: dict[str, Any], decisions: list[Handshake], caplog: pytest.LogCaptureFixture
) -> None:
    watcher = Watcher()
    with serving(DEPLOYMENTS[deployment](watcher), **doors) as port:
        assert ask(port, handshake("/chat"))[0] == 101
        event = watcher.event()
        assert (event.outcome, event.verification, event.path) == ("accepted", "match", "/chat")
        assert watcher.ended() is event
        status, problem = ask(port, BAD_KEY)
        assert (status, problem["code"]) == (400, "key-base64")
        event = watcher.event()
        assert (event.outcome, event.status, event.path) == ("denied", 400, "/chat")
        assert event.client is not None and event.client[0] == "127.0.0.1"
    watcher.assert_no_more()
    assert [one.method for one in decisions] == ["GET", "GET"]
    assert [
        record.getMessage() for record in caplog.records if "uvicorn" in record.name and "WARN" in record.levelname
    ] == []


@EACH_DOOR
def test_without_a_middleware_the_app_is_guarded_all_the_same(
    doors: dict[str, Any], decisions: list[Handshake], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "asgi_ws_guard")
    with serving(echo, **doors) as port:
        assert ask(port, handshake("/chat"))[0] == 101
        assert ask(port, BAD_KEY)[1]["code"] == "key-base64"
    outcomes = [record.outcome for record in caplog.records if hasattr(record, "outcome")]
    assert outcomes == ["accepted", "denied"]
    assert "it is guarded from outside" in caplog.text
    assert len(decisions) == 2


@pytest.mark.parametrize(
    "base",
    [pytest.param("websockets", marks=LEGACY_WARNINGS), "websockets-sansio", "wsproto", "auto"],
)
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_guard_of_the_deployments_own(base: str, loop: str, decisions: list[Handshake]) -> None:
    watcher = Watcher()
    guard = Guard(Policy(tolerate={"key-length"}, allowed_hosts=["example.com"]), observers=[watcher])
    with serving(echo, ws=door.guarded(base, guard), loop=loop) as port:
        assert ask(port, handshake("/chat"))[0] == 101
        assert watcher.event().verification == "match"
        watcher.ended()
        assert ask(port, handshake("/chat").replace(b"example.com", b"example.org"))[1]["code"] == "host-allowed"
        assert watcher.event().status == 421
    watcher.assert_no_more()
    assert len(decisions) == 2


def test_a_guard_at_the_door_and_one_in_the_app_both_have_their_say() -> None:
    at_the_door, behind = Watcher(), Watcher()
    guard = Guard(Policy(allowed_hosts=["example.com"]), observers=[at_the_door])
    app = WebSocketGuardMiddleware(
        echo, policy=Policy(subprotocols=["chat"], require_subprotocol=True), observers=[behind]
    )
    with serving(app, ws=door.guarded("auto", guard)) as port:
        assert ask(port, handshake("/chat").replace(b"example.com", b"example.org"))[1]["code"] == "host-allowed"
        assert at_the_door.event().outcome == "denied"
        assert ask(port, handshake("/chat"))[1]["code"] == "subprotocol-required"
        assert behind.event().outcome == "denied"
        assert ask(port, handshake("/chat", "Sec-WebSocket-Protocol: chat"))[0] == 101
        assert behind.event().outcome == "accepted"
        behind.ended()
    behind.assert_no_more()
    assert [at_the_door.event().outcome for _ in range(2)] == ["denied", "accepted"]
    at_the_door.ended()
    at_the_door.assert_no_more()


@EACH_DOOR
def test_the_policy_file_of_the_environment(
    doors: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('allowed_hosts = ["example.com"]\n[paths]\n"/free/*" = "unguarded"\n')
    monkeypatch.setenv("ASGI_WS_GUARD_POLICY", str(file))
    with serving(echo, **doors) as port:
        assert ask(port, handshake("/chat"))[0] == 101
        assert ask(port, handshake("/chat").replace(b"example.com", b"example.org"))[1]["code"] == "host-allowed"
        assert ask(port, handshake("/free/x").replace(b"example.com", b"example.org"))[0] == 101


@EACH_DOOR
def test_a_policy_of_a_path_holds_behind_a_root_path(doors: dict[str, Any]) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, paths={"/open/*": Policy(tolerate={"origin-allowed"})}, observers=[watcher])
    with serving(app, root_path="/api", **doors) as port:
        assert ask(port, handshake("/open/a%20b?x=1", "Origin: https://other.example"))[0] == 101
        event = watcher.event()
        assert (event.path, event.pattern) == ("/api/open/a b", "/open/*")
        assert ask(port, handshake("/shut", "Origin: https://other.example"))[1]["code"] == "origin-allowed"
        assert watcher.event().path == "/api/shut"


@EACH_DOOR
def test_what_a_trusted_proxy_says_of_client_and_scheme_holds_at_the_door(doors: dict[str, Any]) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, policy=Policy(require_tls=True), observers=[watcher])
    said = ("X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https")
    with serving(app, proxy_headers=True, forwarded_allow_ips="127.0.0.1", **doors) as port:
        assert ask(port, handshake("/chat", *said))[0] == 101
        assert watcher.event().client == ("192.0.2.7", 0)
        assert ask(port, handshake("/chat", said[0]))[1]["code"] == "tls-required"
        assert watcher.event().client == ("192.0.2.7", 0)


def test_a_guard_from_outside_stands_behind_the_proxy_headers() -> None:
    watcher = Watcher()
    guard = Guard(Policy(require_tls=True), observers=[watcher])
    said = ("X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https")
    with serving(echo, proxy_headers=True, forwarded_allow_ips="127.0.0.1", ws=door.guarded("auto", guard)) as port:
        assert ask(port, handshake("/chat", *said))[0] == 101
        assert watcher.event().client == ("192.0.2.7", 0)


STRICT = Policy()
LAX = Policy(allowed_origins="*")
EVIL = "Origin: https://evil.example"


@pytest.mark.parametrize("name", ["asgi-ws-guard-self-check", "ASGI-WS-Guard-Self-Check"])
@pytest.mark.parametrize("verify_server", [False, True])
def test_no_field_of_the_clients_switches_the_door_off(name: str, verify_server: bool) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, policy=LAX, verify_server=verify_server)
    with serving(app, ws=door.guarded("auto", Guard(STRICT, observers=[watcher]))) as port:
        for field in (f"{name}: x", f"{name}:", f"{name}: {'0' * 32}"):
            assert ask(port, handshake("/chat", EVIL, field))[1]["code"] == "origin-allowed"
            assert watcher.event().outcome == "denied"
            assert ask(port, BAD_KEY.replace(b"\r\n\r\n", f"\r\n{field}\r\n\r\n".encode()))[1]["code"] == "key-base64"
            assert watcher.event().outcome == "denied"
            assert ask(port, handshake("/chat", field, f"X-Long: {'x' * 9000}"))[1]["code"] == "size"
            assert watcher.event().status == 431
    watcher.assert_no_more()


@pytest.mark.parametrize("inside", [True, False])
def test_a_door_of_the_deployments_own_has_all_of_its_policy_applied(inside: bool) -> None:
    asked: list[str] = []

    def authorize(handshake: Handshake, scope: Scope) -> Denial | None:
        asked.append(handshake.target)
        return Denial(403, "nobody") if "token" not in handshake.target else None

    async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    app = WebSocketGuardMiddleware(hanging, policy=LAX) if inside else hanging
    guard = Guard(Policy(authorize=authorize, accept_timeout=0.05))
    with serving(app, ws=door.guarded("auto", guard)) as port:
        assert ask(port, handshake("/chat"))[1]["code"] == "authorized"
        assert ask(port, handshake("/chat?token=1"))[1]["code"] == "accept-timeout"
    assert asked == ["/chat", "/chat?token=1"]


class Rewriting:
    """A middleware that strips a prefix, and sets Host to what a proxy says it was."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            said = [value for name, value in scope["headers"] if name == b"x-forwarded-host"]
            headers = [(name, said[0] if said and name == b"host" else value) for name, value in scope["headers"]]
            scope = {**scope, "path": scope["path"].removeprefix("/v1"), "headers": headers}
        await self.app(scope, receive, send)


@EACH_DOOR
def test_what_is_changed_on_the_way_from_the_door_is_decided_anew(doors: dict[str, Any]) -> None:
    watcher = Watcher()
    guarded = WebSocketGuardMiddleware(
        echo,
        policy=LAX.replace(allowed_hosts=["example.com"]),
        paths={"/admin/*": STRICT.replace(allowed_hosts=["example.com"])},
        observers=[watcher],
    )
    with serving(Rewriting(guarded), **doors) as port:
        assert ask(port, handshake("/v1/admin/x", EVIL))[1]["code"] == "origin-allowed"
        assert watcher.event().pattern == "/admin/*"
        assert ask(port, handshake("/v1/x", EVIL))[0] == 101
        assert watcher.event().pattern == "*"
        watcher.ended()
        assert ask(port, handshake("/v1/x", "X-Forwarded-Host: evil.example"))[1]["code"] == "host-allowed"
        assert watcher.event().status == 421
    watcher.assert_no_more()


def test_the_state_of_the_application_is_as_uvicorn_made_it() -> None:
    states: list[object] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        states.append(dict(scope["state"]))
        await echo(scope, receive, send)

    with serving(WebSocketGuardMiddleware(noting), ws=door.AutoWebSocketsProtocol) as port:
        assert ask(port, handshake("/chat"))[0] == 101
    assert states == [{}]


def test_the_self_check_of_a_guard_in_the_app_passes_the_doors_own_guard() -> None:
    told: Queue[str] = Queue()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if hasattr(record, "server_verification"):
                told.put(record.server_verification)

    logger, listener = logging.getLogger("asgi_ws_guard"), Listener()
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, verify_server=True)
    logger.addHandler(listener)
    level = logger.level
    logger.setLevel(logging.INFO)
    try:
        with serving(app, ws=door.guarded("auto", Guard(STRICT, observers=[watcher]))) as port:
            assert ask(port, handshake("/chat"))[0] == 101
            assert watcher.event().path == "/chat"
            assert told.get(timeout=10) == "verified"
            watcher.ended()
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
    watcher.assert_no_more()


NO_BASES = [door.AutoHTTPProtocol, door.H11Protocol, door.WSProtocol, door.guarded("auto"), None, 7]


@pytest.mark.parametrize("base", NO_BASES)
def test_a_door_stands_before_a_websocket_protocol_once(base: Any) -> None:
    """Before anything else, a guard would be given and never asked."""
    with pytest.raises(ConfigurationError, match="wanted a WebSocket protocol of uvicorn's that has no door"):
        door.guarded(base, Guard(STRICT))


@EACH_DOOR
@pytest.mark.filterwarnings("ignore:The `root_path` parameter is deprecated")
@pytest.mark.parametrize("inside", [True, False])
def test_a_root_path_that_fastapi_sets_behind_the_guard_is_taken_off(doors: dict[str, Any], inside: bool) -> None:
    api = FastAPI(root_path="/api")

    @api.websocket("/admin/ws")
    async def admin(websocket: WebSocket) -> None:
        await websocket.accept()

    app: Any = api
    guarding = {"policy": LAX, "paths": {"/admin/ws": STRICT}}
    if inside:
        api.add_middleware(WebSocketGuardMiddleware, **guarding)  # type: ignore[arg-type]
    else:
        app = Wrapper(WebSocketGuardMiddleware(Wrapper(api), **guarding))  # type: ignore[arg-type]
    with serving(app, **doors) as port:
        for path in ("/admin/ws", "/api/admin/ws"):
            assert ask(port, handshake(path, EVIL))[1]["code"] == "origin-allowed"
