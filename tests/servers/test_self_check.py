"""verify_server=True: a process dials its own server once, and nothing but the log and a counter knows of it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.servers import self_check
from asgi_ws_guard.servers.live_checks import FIELD, is_live
from asgi_ws_guard.servers.self_check import SelfCheck
from tests.uvicorn_thread import Watcher
from tests.wire.client import TEXT, frame, handshake, server_frame
from tests.wire.doors import ask, echo
from tests.wire.in_process import serving
from tests.wire.stacks import Running, running

ORIGIN = "Origin: http://example.com"
GRANIAN = "granian --interface asgi --host 127.0.0.1 --port {port} {app}"
UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log"
SERVERS: Mapping[str, str] = {
    "granian": GRANIAN,
    "uvicorn": UVICORN,
    "uvicorn-door": f"{UVICORN} --http asgi_ws_guard.servers.uvicorn:AutoHTTPProtocol",
    "hypercorn": "hypercorn {app} --bind 127.0.0.1:{port}",
    "daphne": "daphne -b 127.0.0.1 -p {port} {app}",
    "gunicorn": "gunicorn -k asgi --workers 1 --bind 127.0.0.1:{port} {app}",
}
VERIFYING = {"WIRE_VERIFY_SERVER": "1"}


def _checks(server: Running, count: int = 1) -> list[str]:
    """The lines of the guard's log about checks, once there are so many."""
    end = time.monotonic() + 15.0
    while True:
        lines = [line for line in server.guard_log().splitlines() if line.split()[1] == "server"]
        if len(lines) >= count or time.monotonic() > end:
            return lines
        time.sleep(0.02)  # another process writes it: there is nothing to wait on


def _handshake_works(server: Running, path: str) -> None:
    with server.connect() as peer:
        peer.send(handshake(path, ORIGIN))
        assert peer.read_head().startswith(b"HTTP/1.1 101 ")
        peer.send(frame(TEXT, b"there and back"))
        assert peer.read(16) == server_frame(TEXT, b"there and back")


def _wait_for_workers(server: Running, count: int) -> None:
    """granian 2.8.7 that is told to stop while a worker of it still starts hangs, and leaves that worker behind."""
    end = time.monotonic() + 15.0
    while server.log().count("Started worker-") < count:
        assert time.monotonic() < end
        time.sleep(0.02)  # another process says so: there is nothing to wait on


@pytest.mark.parametrize("name", SERVERS)
def test_a_right_server_is_verified_once(name: str, tmp_path: Path) -> None:
    with running(SERVERS[name], tmp_path, environment=VERIFYING) as server:
        for number in range(3):
            _handshake_works(server, f"/chat/{number}")
        assert [line.split(" at ")[0] for line in _checks(server)] == ["INFO server verified"]
    assert len(_checks(server)) == 1
    records = server.all_records()
    assert [record for record in records if record["path"] == self_check.PATH] == []  # what the check asks for
    assert sum(record["kind"] == "event" for record in records) == 3
    assert server.complaints() == []


def test_of_two_workers_each_checks_for_itself(tmp_path: Path) -> None:
    with running(f"{GRANIAN} --workers 2", tmp_path, environment=VERIFYING) as server:
        _wait_for_workers(server, 2)
        _handshake_works(server, "/chat")
        # One of each worker, if a dial of the first has landed on the second and so woken it. Eight dials miss the
        # worker that made them once in 256 times; it then says so.
        for line in _checks(server):
            assert line.startswith("INFO server verified") or "landed on other workers" in line
    told = [record for record in server.all_records() if record["kind"] == "event"]
    assert {record["outcome"] for record in told if record["path"] != "/chat"} <= {"denied"}  # by the other worker


def test_over_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    command = f"uvicorn {{app}} --uds {path} --no-access-log"
    with running(command, tmp_path, uds=path, environment=VERIFYING) as server:
        _handshake_works(server, "/chat")
        [line] = _checks(server)
        assert line.startswith(f"INFO server verified at ('{path}', None): its accept value ")


def test_over_tls(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    key, chain = certificate
    command = f"{UVICORN} --ssl-keyfile {key} --ssl-certfile {chain}"
    with running(command, tmp_path, tls=True, environment=VERIFYING) as server:
        _handshake_works(server, "/chat")
        assert _checks(server)[0].startswith("INFO server verified at ('127.0.0.1', ")


@pytest.mark.parametrize(
    ("breakage", "said"),
    [
        ("stale-accept", "ERROR server mismatch at .*: accept-value: "),
        ("status-200", "ERROR server mismatch at .*: status-101: "),
        ("upgrade-missing", "ERROR server mismatch at .*: response-upgrade: "),
        ("none", "INFO server verified at "),
    ],
)
def test_a_broken_server_is_an_error_in_the_log(breakage: str, said: str, tmp_path: Path) -> None:
    environment = {**VERIFYING, "WIRE_BREAK_EVERY": breakage}
    with running(UVICORN, tmp_path, environment=environment) as server, server.connect() as peer:
        peer.send(handshake("/chat", ORIGIN))
        peer.read_head()
        [line] = _checks(server)
    assert re.match(said, line)


async def _lost(*_: Any) -> bytes:
    raise asyncio.IncompleteReadError(b"HTTP/1.1 1", None)


async def _never(*_: Any) -> bytes:
    await asyncio.sleep(60)
    return b""


async def _nonsense(*_: Any) -> bytes:
    return b"220 mail.example.com ESMTP\r\n\r\n"


async def _of_another_worker(*_: Any) -> bytes:
    return b"HTTP/1.1 500 Internal Server Error\r\n\r\n"


@pytest.mark.parametrize(
    ("server", "answer", "said"),
    [
        (None, _lost, "the scope names no address"),
        (("", 80), _lost, "the scope names no address"),
        (("127.0.0.1", 80), _lost, "IncompleteReadError"),
        (("127.0.0.1", 80), _never, "TimeoutError"),
        (("127.0.0.1", 80), _nonsense, "no status line"),
        (("127.0.0.1", 80), _of_another_worker, "8 dials landed on other workers"),
    ],
)
def test_what_cannot_be_verified_is_said(
    server: Any, answer: Any, said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(self_check, "_exchange", answer)
    monkeypatch.setattr(self_check, "TIMEOUT", 0.01)
    check = SelfCheck()

    async def started() -> None:
        check.start({"server": server, "scheme": "ws"})
        check.start({"server": server, "scheme": "ws"})
        assert check._task is not None
        await check._task

    asyncio.run(started())
    assert check.counts == {"verified": 0, "mismatch": 0, "unverified": 1}
    [record] = caplog.records
    assert (record.levelno, said in record.getMessage()) == (logging.WARNING, True)


@pytest.mark.parametrize("secret", ["guess", ""])
@pytest.mark.parametrize("verify_server", [False, True])
def test_an_outsider_with_the_field_is_a_client_like_any_other(secret: str, verify_server: bool) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, verify_server=verify_server, observers=[watcher])
    field = f"{FIELD.decode()}: {secret}"
    with serving(app, ws="wsproto") as port:
        status, problem = ask(port, handshake("/chat", field, "Origin: http://evil.example"))
        assert (status, problem["code"]) == (403, "origin-allowed")
        assert watcher.event().outcome == "denied"
        assert ask(port, handshake("/chat", field, ORIGIN))[0] == 101
        assert watcher.event().outcome == "accepted"
        status, problem = ask(port, handshake("/chat", field).replace(b"Sec-WebSocket-Key: ", b"Sec-WebSocket-Key: x"))
        assert (status, problem["code"]) == (400, "key-base64")


def test_the_secret_is_good_for_the_time_of_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    check, sent = SelfCheck(), []

    async def noted(server: Any, tls: bool, handshake: Any) -> bytes:
        sent.extend(handshake.fields.get_raw(FIELD))
        assert is_live({"headers": [(FIELD.title(), sent[0])]})
        assert not is_live({"headers": [(FIELD, sent[0])] * 2})
        assert not is_live({"headers": [(FIELD, sent[0][:-1])]})
        assert not is_live({"headers": [(FIELD, b"")]})
        assert not is_live({"headers": [(FIELD, sent[0])]}, own=b"that of another guard in this process")
        return b"HTTP/1.1 101 Switching Protocols\r\n\r\n"

    monkeypatch.setattr(self_check, "_exchange", noted)

    async def started() -> None:
        check.start({"server": ("127.0.0.1", 80)})
        assert check._task is not None
        await check._task

    asyncio.run(started())
    assert check.counts["mismatch"] == 1
    assert len(sent) == 1
    assert not is_live({"headers": [(FIELD, sent[0])]})
    assert not is_live({"headers": [(FIELD, b"")]})
