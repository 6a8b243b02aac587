"""The guard as middleware: what passes, what is refused in both kinds of scope, and what is never touched or told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest

from asgi_ws_guard import ConfigurationError, HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Message, Scope
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.testing import Changes, make_scope

from .asgi_driver import ACCEPT, CLOSE, CONNECT, Application, Connection, Guarded, drive, guard_records
from .handshake.broken import BROKEN, Row, over
from .handshake.valid import VALID

pytestmark = pytest.mark.asgi_ws_guard_strict

ANSWER: tuple[Message, ...] = (
    {"type": "http.response.start", "status": 200, "headers": []},
    {"type": "http.response.body", "body": b"", "more_body": False},
)
ANY_ORIGIN = Policy(allowed_origins="*", allow_null_origin=True, max_field_bytes=None, max_field_count=None)


def scope_of(row: Row, kind: str) -> dict[str, Any]:
    keys: dict[str, Any] = {"method": "GET" if row.method is None else row.method} if kind == "http" else {}
    raw_path = row.target.partition("?")[0].encode("latin-1")
    keys |= {"path": unquote(raw_path.decode("latin-1")), "raw_path": raw_path}
    return make_scope(row.changes, type=kind, http_version=row.http_version, **keys)


def app_for(kind: str) -> Application:
    return Application(*(ANSWER if kind == "http" else (ACCEPT, CLOSE)))


def _seen(row: Row, kind: str) -> bool:
    """Whether a row can be seen there: a websocket scope has no method, its server vouches for the two fields, and a
    missing http_version is 1.1."""
    absent = None in (row.changes.get("Upgrade", ""), row.changes.get("Connection", ""))
    if not row.http_version or (kind == "websocket" and (row.method != "GET" or absent)):
        return False
    if kind == "http" and row.http_version == "2" and row.broken == "version-present":
        return False  # nothing is left there that means a WebSocket
    return row.broken is not None and not REQUIREMENTS[row.broken].flagged


REFUSED = [(row, kind) for row, kind in product((*BROKEN, *over("2")), ("websocket", "http")) if _seen(row, kind)]


@pytest.mark.parametrize(("row", "kind"), REFUSED, ids=lambda value: str(value))
def test_what_breaks_a_requirement_never_reaches_the_app(row: Row, kind: str) -> None:
    requirement = REQUIREMENTS[str(row.broken)]
    app = app_for(kind)
    guarded = Guarded(app, policy=ANY_ORIGIN)
    connection = guarded.drive(scope_of(row, kind))
    assert app.scopes == [] and connection.raised is None
    status = 400 if row.http_version == "2" and requirement.status == 426 else requirement.status
    assert connection.status == status
    if row.method == "HEAD":
        assert connection.body == b"", "RFC 9110 §9.3.2"
    else:
        problem = json.loads(connection.body)
        assert (problem["code"], problem["status"]) == (requirement.id, status)
    assert connection.fields.get_all("cache-control") == ["no-store"]
    if row.http_version == "2":
        assert "connection" not in connection.fields and "upgrade" not in connection.fields
    else:
        assert connection.fields.get_all("connection")[0].endswith("close")
        for name, value in requirement.response_fields:
            assert connection.fields.get_all(name) == [value]
    assert guarded.watcher.ids == [requirement.id]
    assert guarded.watcher.event.outcome == "denied"
    assert connection.body.isascii() and len(connection.body) < 2000


@pytest.mark.parametrize("kind", ["websocket", "http"])
@pytest.mark.parametrize("row", VALID, ids=str)
def test_what_breaks_nothing_reaches_the_app_as_it_is(row: Row, kind: str) -> None:
    if kind == "http" and (row.upgraded or row.method == "CONNECT"):
        kind = "websocket"
    app = app_for(kind)
    guarded = Guarded(app, policy=ANY_ORIGIN)
    given = scope_of(row, kind)
    connection = guarded.drive(given)
    assert app.scopes[0] is given, "the very object of the server"
    assert all(sent is message for sent, message in zip(connection.sent, app.messages, strict=True))
    assert guarded.watcher.event.outcome == ("accepted" if kind == "websocket" else "passed")
    assert set(guarded.watcher.ids) <= {"key-sample"}


@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_the_clients_casing_of_names_is_no_way_round(kind: str) -> None:
    """hypercorn with h11_pass_raw_headers=true hands it on."""
    for changes in ({"Sec-WebSocket-Key": "hello!"}, {"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": ["a", "b"]}):
        given = make_scope(changes, type=kind)
        given["headers"] = [(name.title(), value) for name, value in given["headers"]]
        app = app_for(kind)
        assert Guarded(app).drive(given).status in (400, 426)
        assert app.scopes == []
    given = make_scope(type=kind)
    given["headers"] = [(name.upper(), value) for name, value in given["headers"]]
    app = app_for(kind)
    Guarded(app).drive(given)
    assert app.scopes == [given]


@pytest.mark.parametrize(
    "scope",
    [{"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, {"type": "x-unheard-of"}, {"type": "webtransport"}],
)
def test_other_scopes_pass_untouched(scope: Scope, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[tuple[Any, Any, Any]] = []

    async def app(*given: Any) -> None:
        seen.append(given)

    connection = Connection(scope, [])
    guarded = Guarded(app)
    guarded.drive(scope, [])
    assert seen[0][0] is scope
    assert [callable_.__func__ for callable_ in seen[0][1:]] == [Connection.receive, Connection.send]
    assert connection.sent == [] and guarded.watcher.events == [] and guard_records(caplog.records) == []


@pytest.mark.parametrize("kind", ["websocket", "http"])
@pytest.mark.parametrize("changes", [{}, {"Sec-WebSocket-Key": "hello!"}])
def test_an_unguarded_path_is_left_alone(changes: Changes, kind: str) -> None:
    app = app_for(kind)
    guarded = Guarded(app, paths={"/internal/*": None})
    given = make_scope(changes, type=kind, path="/internal/x")
    connection = guarded.drive(given)
    assert app.scopes == [given] and guarded.watcher.events == []
    assert all(sent is message for sent, message in zip(connection.sent, app.messages, strict=True))


@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_each_path_has_its_policy(kind: str) -> None:
    paths = {"/ocpp/*": Policy(tolerate={"key-base64"}), "/watch*": Policy(report_only=True), "/strict": Policy()}
    for path, pattern, passes in (
        ("/ocpp/1/2", "/ocpp/*", True),
        ("/ocpp", "*", False),
        ("/watching/x", "/watch*", True),
        ("/strict", "/strict", False),
        ("/strict/", "/strict", False),  # Litestar's router takes it for that
    ):
        app = app_for(kind)
        guarded = Guarded(app, paths=paths)
        guarded.drive(make_scope({"Sec-WebSocket-Key": "hello!"}, type=kind, path=path))
        assert bool(app.scopes) is passes
        assert guarded.watcher.event.pattern == pattern
        assert guarded.watcher.ids == ["key-base64"], "passed on, flagged, and told"


@pytest.mark.parametrize("kind", ["websocket", "http"])
@pytest.mark.parametrize(
    ("key", "requirement"), [("AQIDBAUGBwgJCgsMDQ4PER==", "key-canonical"), ("dGhlIHNhbXBsZSBub25jZQ==", "key-sample")]
)
def test_what_is_flagged_passes_unless_it_is_to_be_refused(key: str, requirement: str, kind: str) -> None:
    for policy, passes in ((Policy(), True), (Policy(refuse={requirement}), False)):
        app = app_for(kind)
        guarded = Guarded(app, policy=policy)
        guarded.drive(make_scope({"Sec-WebSocket-Key": key}, type=kind))
        assert bool(app.scopes) is passes
        assert guarded.watcher.ids == [requirement]


TOKEN = "s3cret"
SECRETS: Changes = {
    "Cookie": f"session={TOKEN}",
    "Authorization": f"Bearer {TOKEN}",
    "Proxy-Authorization": f"Basic {TOKEN}",
    "Sec-WebSocket-Protocol": f"chat, {TOKEN}",
    "X-Api-Key": TOKEN,
}


def _secret_ends() -> Iterator[tuple[Changes, Application]]:
    accepts = Application(ACCEPT)
    yield {}, accepts
    yield {}, Application(CLOSE)
    yield {}, Application()
    yield {}, Application(error=KeyError(TOKEN))
    yield {}, Application({**ACCEPT, "subprotocol": TOKEN})
    yield {}, Application({**ACCEPT, "subprotocol": "other"})
    yield {}, Application({**ACCEPT, "headers": [(b"sec-websocket-protocol", TOKEN.encode())]})
    yield {}, Application({**ACCEPT, "headers": [(b"sec-websocket-protocol", f"chat, {TOKEN}".encode())]})
    yield {"Sec-WebSocket-Protocol": f"{TOKEN}, {TOKEN}"}, accepts
    yield {"Sec-WebSocket-Protocol": f"a b, {TOKEN}"}, accepts
    yield {"Sec-WebSocket-Protocol": f"{TOKEN}{{"}, accepts
    yield {"Sec-WebSocket-Protocol": f"{TOKEN}\x00"}, accepts
    for name in ("Cookie", "Authorization", "X-Api-Key"):
        yield {name: f"{TOKEN}\x00"}, accepts
    for row in BROKEN[::7]:
        yield row.changes, accepts


@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_no_secret_is_told(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Query strings, cookies, Authorization and offered subprotocols carry tokens: none is told, to nobody."""
    caplog.set_level(logging.DEBUG)
    for changes, app in _secret_ends():
        for policy in (Policy(), Policy(report_only=True)):
            caplog.clear()
            scope = make_scope(
                {**SECRETS, **changes}, type=kind, query_string=f"token={TOKEN}".encode(), path="/x", raw_path=b"/x"
            )
            chosen = app if kind == "websocket" else Application(*ANSWER)
            connection = Guarded(chosen, policy=policy).drive(scope)
            for record in guard_records(caplog.records):
                told = [
                    record.getMessage(),
                    *(repr(value) for name, value in vars(record).items() if name != "exc_info"),
                ]
                assert TOKEN not in " ".join(told), f"{changes}, {chosen.messages}"
            if connection.sent and connection.sent[0] not in chosen.messages and not policy.report_only:
                assert TOKEN.encode() not in connection.body, f"{changes}, {chosen.messages}"


HOSTILE = "<script>\x1b[31m\r\nWARNING forged\u2028\x85\x00\xff"


@pytest.mark.parametrize(
    "name", ["Host", "Upgrade", "Connection", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
)
@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_hostile_bytes_are_escaped_and_cut(name: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    for value in (HOSTILE, HOSTILE[:8] * 2000, "<b>" + "x" * 60000):
        caplog.clear()
        scope = make_scope({name: value}, type=kind, path=f"/{HOSTILE * 50}", raw_path=b"/")
        connection = Guarded(app_for(kind)).drive(scope)
        assert connection.body.isascii() and connection.body.decode().isprintable() and len(connection.body) < 3000
        [record] = guard_records(caplog.records, logging.WARNING)
        line = record.getMessage()
        assert line.isascii() and line.isprintable() and len(line) < 3000


def test_the_constructor_says_what_cannot_work() -> None:
    app = Application()
    wrong: tuple[dict[str, Any], ...] = (
        {"policy": {"tolerate": []}},
        {"paths": {"/x": "off"}},
        {"paths": {"/x": {}}},
        {"paths": {1: Policy()}},
        {"observers": ["log"]},
    )
    for options in wrong:
        with pytest.raises(ConfigurationError):
            WebSocketGuardMiddleware(app, **options)
    with pytest.raises(ConfigurationError, match="the application is 'main:app', wanted an ASGI 3 callable"):
        WebSocketGuardMiddleware("main:app")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        WebSocketGuardMiddleware(app, Policy())  # type: ignore[call-arg]


def test_observers_come_in_addition_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "asgi_ws_guard")
    told: list[HandshakeEvent] = []
    drive(WebSocketGuardMiddleware(Application(ACCEPT), observers=(told.append,)), make_scope())
    assert len(told) == 1
    assert [record.outcome for record in guard_records(caplog.records) if hasattr(record, "outcome")] == ["accepted"]


def test_two_guards_are_two_and_harm_nobody() -> None:
    """Starlette's add_middleware and a wrapped application: somebody will have both."""
    inner = Guarded(Application(ACCEPT, CLOSE))
    outer = Guarded(inner.app)
    assert outer.drive(make_scope(), [CONNECT]).sent == [ACCEPT, CLOSE]
    assert (inner.watcher.event.outcome, outer.watcher.event.outcome) == ("accepted", "accepted")
