"""The guard's log: the bytes that a handler writes, and the extra fields, while a client says what it likes."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from asgi_ws_guard import HandshakeEvent, HandshakeResponse, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.observers.log import log_event
from asgi_ws_guard.policy.denial import Denial
from asgi_ws_guard.servers import self_check
from asgi_ws_guard.servers.self_check import SelfCheck
from asgi_ws_guard.servers.uvicorn import guarded
from asgi_ws_guard.testing import Changes, make_handshake, make_scope
from tests.asgi_driver import ACCEPT, CLOSE, Application, Guarded
from tests.wire.client import Peer, handshake
from tests.wire.in_process import serving

from .attack_set import TEXTS, in_a_field, on_the_wire
from .harmless import assert_harmless

pytestmark = pytest.mark.asgi_ws_guard_strict

EACH_TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
LINE = "%(levelname)s %(name)s %(message)s"
ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class _Log:
    """What a program's handler writes, as lines and as JSON with the extra fields."""

    def __init__(self) -> None:
        self.lines = io.BytesIO()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.write(f"{logging.Formatter(LINE).format(record)}\n".encode("utf-8", "surrogatepass"))
        self.records.append(record)

    def assert_harmless(self, *, at_least: int = 1) -> str:
        """One line a record, each one printable ASCII, and no longer than a page; so are the extra fields."""
        text = assert_harmless(self.lines.getvalue(), ascii_only=True)
        assert len(self.records) >= at_least and text.count("\n") == len(self.records)
        for record in self.records:
            extra = {name: value for name, value in vars(record).items() if name not in ORDINARY}
            for value in _strings(json.loads(json.dumps(extra))):
                assert_harmless(value, lines=False, ascii_only=True)
            assert len(record.getMessage()) < 4000
        return text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


@contextmanager
def guard_log() -> Iterator[_Log]:
    log, logger = _Log(), logging.getLogger("asgi_ws_guard")
    handler = logging.Handler()
    handler.emit = log.emit  # type: ignore[method-assign]
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _event(**changes: Any) -> HandshakeEvent:
    values: dict[str, Any] = {
        **{"handshake": make_handshake(), "client": ("127.0.0.1", 5), "path": "/", "pattern": "*", "status": 101},
        **{"outcome": "accepted", "violations": (), "response": None, "expected_accept": None, "duration": 0.0},
        **{"emitted_accept": None, "verification": "match", "report_only": False},
    }
    return HandshakeEvent(**{**values, **changes})


@EACH_TEXT
def test_the_clients_address(text: str) -> None:
    """With forwarded addresses trusted it is what the client wrote into X-Forwarded-For."""
    with guard_log() as log:
        log_event(_event(client=(text, 5)))
    line = log.assert_harmless()
    assert vars(log.records[0])["client"] in line


@EACH_TEXT
def test_each_text_of_an_event(text: str) -> None:
    response = HandshakeResponse(101, [("Sec-WebSocket-Accept", on_the_wire(text))])
    seen = {"response": response, "emitted_accept": response.accept, "verification": "mismatch"}
    with guard_log() as log:
        log_event(_event(path=text, pattern=f"/{in_a_field(text)[:100]}", outcome="failed", **seen))
    assert_harmless(log.lines.getvalue(), ascii_only=True)
    assert_harmless(vars(log.records[0])["pattern"], lines=False)


@EACH_TEXT
@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_scopes_of_whatever_server(kind: str, text: str) -> None:
    """Everything that a client may choose, one after the other; refused or not, the line is one line."""
    wire, read = on_the_wire(text), in_a_field(text)
    fields: list[Changes] = [{name: wire} for name in ("Host", "Upgrade", "Connection", "Origin", "Sec-WebSocket-Key")]
    fields += [{name: wire} for name in ("Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")]
    fields += [
        {"User-Agent": wire},
        {read or "x": "1\x00"},
        {f"Sec-WebSocket-{read}": "\xff"},
        {"Content-Length": wire},
    ]
    keys: list[dict[str, Any]] = [{"path": f"/{text}", "raw_path": b"/" + wire}, {"query_string": wire}]
    keys += [{"client": (text, 1)}, {"client": [text, "1"]}, {"http_version": text}, {"server": (text, 80)}]
    keys += [{"subprotocols": [text]}, {"scheme": text}, {"root_path": text}]
    keys += [{"method": text}] if kind == "http" else []
    answers: list[list[Message]] = [
        [{"type": "http.response.start", "status": 404, "headers": []}, {"type": "http.response.body", "body": b""}],
        [{"type": "http.response.start", "status": 101, "headers": [(b"sec-websocket-accept", wire), (wire, wire)]}],
    ]
    answers = answers if kind == "http" else [[ACCEPT, CLOSE]]
    with guard_log() as log:
        for app in [Application(*messages) for messages in answers]:
            for changes in fields:
                Guarded(app).drive(make_scope(changes, type=kind))
            for options in keys:
                Guarded(app).drive({**make_scope(type=kind), **options})
    log.assert_harmless(at_least=10)


@EACH_TEXT
def test_what_an_app_repeats_of_its_client(text: str) -> None:
    """The subprotocol, the fields of the accept, and the sentence of a denial."""
    wire = on_the_wire(text)
    accepts: list[Message] = [
        {**ACCEPT, "subprotocol": text},
        {**ACCEPT, "headers": [(b"sec-websocket-protocol", wire), (b"sec-websocket-accept", wire)]},
        {**ACCEPT, "headers": [(wire, wire), (b"Sec-WebSocket-Accept", b"x")]},
    ]
    with guard_log() as log:
        for accept in accepts:
            Guarded(Application(accept, CLOSE)).drive(make_scope())
    log.assert_harmless(at_least=3)
    with guard_log() as log:
        denied = Guarded(Application(), policy=Policy(authorize=lambda *_: Denial(403, f"no room {text[:500]}")))
        body = denied.drive(make_scope()).body
    assert_harmless(log.lines.getvalue())
    assert log.lines.getvalue().count(b"\n") == 1
    assert_harmless(json.loads(body)["detail"], lines=False)


@EACH_TEXT
def test_what_authorize_returns_is_not_shown(text: str) -> None:
    policy = Policy(authorize=lambda *_: text)  # type: ignore[arg-type]
    with guard_log() as log:
        Guarded(Application(), policy=policy).drive(make_scope())
    log.assert_harmless(at_least=2)


@EACH_TEXT
def test_the_problem_is_ascii_and_says_no_more_than_it_must(text: str) -> None:
    for name in ("Host", "Origin", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Extensions"):
        connection = Guarded(Application(ACCEPT, CLOSE)).drive(make_scope({name: on_the_wire(text)}))
        if connection.status == 101 or not connection.body:
            continue
        assert_harmless(connection.body, lines=False, ascii_only=True)
        for value in _strings(json.loads(connection.body)):
            assert_harmless(value, lines=False)
        for name_and_value in connection.fields.raw:
            assert_harmless(b": ".join(name_and_value), lines=False, ascii_only=True)


@pytest.mark.parametrize("place", ["error", "answer", "server"])
@EACH_TEXT
def test_the_check_of_the_own_server(place: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is the scope's; what answers there may be anybody."""

    async def exchange(*_: object) -> bytes:
        if place == "error":
            raise OSError(text)
        return b"HTTP/1.1 " + on_the_wire(text) if place == "answer" else b"HTTP/1.1 200 OK\r\n\r\n"

    monkeypatch.setattr(self_check, "_exchange", exchange)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        check = SelfCheck()
        check.start({"server": text if place == "server" else (text, 80), "scheme": "ws"})
        assert check._task is not None
        await check._task

    with guard_log() as log:
        Guarded(app, policy=Policy(accept_timeout=None)).drive(make_scope())
    log.assert_harmless()


DOORS = {"middleware": "websockets-sansio", "door": guarded("websockets-sansio"), "door, wsproto": guarded("wsproto")}


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send(ACCEPT)
    await send(CLOSE)


@pytest.mark.parametrize("ws", DOORS.values(), ids=DOORS)
def test_a_real_server_that_believes_x_forwarded_for(ws: Any) -> None:
    """uvicorn does so of loopback without being told. What passes its parser is what a client can really send."""
    with guard_log() as log, serving(WebSocketGuardMiddleware(_echo), ws=ws) as port:
        for text in TEXTS.values():
            value = in_a_field(text).replace("\x00", "")[:2000]
            for line in (
                f"X-Forwarded-For: {value}",
                f"X-Forwarded-For: {value}\r\nOrigin: {value}",
                f"X: {value}\x85",
            ):
                with Peer(port) as peer:
                    peer.send(handshake("/chat", line))
                    assert peer.read(9) == b"HTTP/1.1 "
                    peer.read_head()
    text = log.assert_harmless(at_least=len(TEXTS))
    assert "2Jgone" in text, "the address reached the log"


def test_a_refused_handshake_is_told_as_well() -> None:
    with guard_log() as log:
        log_event(_event(client=("\x1b[2J", 5), outcome="denied", status=403))
    assert r"\x1b[2J:5" in log.assert_harmless()
