"""accept_timeout on real servers in this process's own loop, so that the loop can be asked which tasks are left."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import hypercorn.asyncio
import hypercorn.config
import pytest
import uvicorn

from asgi_ws_guard import HandshakeEvent, Policy, WebSocketGuardMiddleware, generate_key
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send
from asgi_ws_guard.exchange import deadline
from tests.uvicorn_thread import LEGACY

TIMEOUT = 0.25  # seconds
PATIENCE = 5.0  # seconds, on each wait for what should come

SERVERS = [
    pytest.param("websockets", marks=LEGACY),
    "websockets-sansio",
    "wsproto",
    "hypercorn",
]


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deadline.GRACE == 1.0  # what the documentation says; the tests need not wait for so long
    monkeypatch.setattr(deadline, "GRACE", 0.2)


class Told:
    """An observer whose events can be waited for."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[HandshakeEvent] = asyncio.Queue()

    def __call__(self, event: HandshakeEvent) -> None:
        self._events.put_nowait(event)

    async def one(self) -> HandshakeEvent:
        event = await asyncio.wait_for(self._events.get(), PATIENCE)
        assert self._events.empty()
        return event


class HandshakeApp:
    """An application that notes how it ended: `left` is set with "returned" or the name of what it raised."""

    def __init__(self, serve: Callable[[Receive, Send], Any]) -> None:
        self._serve = serve
        self.left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        try:
            await self._serve(receive, send)
            self.left.set_result("returned")
        except BaseException as error:
            self.left.set_result(type(error).__name__)
            raise

    async def end(self) -> str:
        return await asyncio.wait_for(self.left, PATIENCE)


@asynccontextmanager
async def serving(server: str, app: ASGIApp) -> AsyncIterator[int]:
    """Serves `app` in this loop, and leaves no task behind."""
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        stop = _hypercorn(app, listener) if server == "hypercorn" else _uvicorn(app, listener, server)
        await asyncio.sleep(0)
        try:
            yield port
        finally:
            await stop()
    left = asyncio.all_tasks() - before
    assert not left, f"tasks are left behind: {left}"


def _uvicorn(app: ASGIApp, listener: socket.socket, ws: str) -> Callable[[], Any]:
    server = uvicorn.Server(uvicorn.Config(app, ws=ws, log_config=None, lifespan="off"))
    task = asyncio.ensure_future(server.serve(sockets=[listener]))

    async def stop() -> None:
        server.should_exit = True
        await asyncio.wait_for(task, PATIENCE)

    return stop


def _hypercorn(app: ASGIApp, listener: socket.socket) -> Callable[[], Any]:
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listener.detach()}"]  # hypercorn closes it
    config.errorlog = None
    stopped = asyncio.Event()
    serve = hypercorn.asyncio.serve(app, config, shutdown_trigger=stopped.wait)  # type: ignore[arg-type]
    task = asyncio.ensure_future(serve)

    async def stop() -> None:
        stopped.set()
        await asyncio.wait_for(task, PATIENCE)

    return stop


async def opened(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a valid handshake was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["GET / HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {generate_key()}", "Sec-WebSocket-Version: 13"]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    return reader, writer


async def head(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)


def guarded(app: ASGIApp, told: Told, **policy: Any) -> WebSocketGuardMiddleware:
    return WebSocketGuardMiddleware(app, policy=Policy(accept_timeout=TIMEOUT, **policy), observers=[told])


async def hangs(receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


async def reads_until_disconnect(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def ignores_disconnect(receive: Receive, send: Send) -> None:
    await reads_until_disconnect(receive, send)
    await asyncio.Event().wait()


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("serve", [hangs, reads_until_disconnect, ignores_disconnect])
def test_an_app_that_does_not_answer_in_time_is_answered_for(
    server: str, serve: Callable[[Receive, Send], Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        told, app = Told(), HandshakeApp(serve)
        async with serving(server, guarded(app, told)) as port:
            reader, writer = await opened(port)
            answer = (await head(reader)).lower()
            assert answer.startswith(b"http/1.1 503 ")
            assert b"\r\nretry-after: 5\r\n" in answer
            assert b'"code": "accept-timeout"' in await asyncio.wait_for(reader.read(), PATIENCE)
            event = await told.one()
            assert (event.outcome, event.status) == ("failed", 503)
            assert [violation.requirement.id for violation in event.violations] == ["accept-timeout"]
            left = await app.end()
            delivered = serve is reads_until_disconnect and server != "hypercorn"
            assert left == ("returned" if delivered else "CancelledError")
            writer.close()

    asyncio.run(scenario())
    foreign = [record for record in caplog.records if record.levelno >= logging.WARNING and record.name[:4] != "asgi"]
    assert not foreign, foreign


@pytest.mark.parametrize("server", [server for server in SERVERS if server != "hypercorn"])  # which sees no client go
def test_an_app_that_does_not_answer_is_cancelled_though_its_client_is_gone(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        entered = asyncio.Event()

        async def hangs_on(receive: Receive, send: Send) -> None:
            entered.set()
            await hangs(receive, send)

        told, app = Told(), HandshakeApp(hangs_on)
        async with serving(server, guarded(app, told)) as port:
            _, writer = await opened(port)
            await asyncio.wait_for(entered.wait(), PATIENCE)
            writer.close()
            event = await told.one()
            assert (event.outcome, event.status, event.violations) == ("abandoned", None, ())
            assert await app.end() == "CancelledError"

    asyncio.run(scenario())
    said = [(record.name[:4], record.levelname) for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == [("asgi", "WARNING")]


@pytest.mark.parametrize("server", SERVERS)
def test_an_app_that_accepted_in_time_may_run_for_as_long_as_it_likes(server: str) -> None:
    async def accepts_late(receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(TIMEOUT * 0.6)
        await send({"type": "websocket.accept"})
        await asyncio.sleep(TIMEOUT)
        await send({"type": "websocket.send", "text": "still here"})

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(accepts_late)
        async with serving(server, guarded(app, told)) as port:
            reader, writer = await opened(port)
            assert (await head(reader)).startswith(b"HTTP/1.1 101 ")
            assert (await told.one()).outcome == "accepted"
            assert b"still here" in await asyncio.wait_for(reader.readuntil(b"here"), PATIENCE)
            assert await app.end() == "returned"
            writer.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("server", ["wsproto", "hypercorn"])
def test_work_in_threads_goes_on_and_is_logged(server: str, caplog: pytest.LogCaptureFixture) -> None:
    release, done = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(PATIENCE)
        done.set()

    async def works_in_a_thread(receive: Receive, send: Send) -> None:
        await asyncio.to_thread(work)

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(works_in_a_thread)
        async with serving(server, guarded(app, told)) as port:
            reader, writer = await opened(port)
            assert (await head(reader)).startswith(b"HTTP/1.1 503")
            assert await app.end() == "CancelledError"
            assert not done.is_set()
            release.set()
            writer.close()

    asyncio.run(scenario())
    assert done.wait(PATIENCE)
    assert any("threads" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("server", ["websockets-sansio", "hypercorn"])
def test_a_late_accept_gets_an_oserror_and_sends_nothing(server: str) -> None:
    async def accepts_too_late(receive: Receive, send: Send) -> None:
        await receive()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        with pytest.raises(OSError, match="answered"):
            await send({"type": "websocket.accept"})

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(accepts_too_late)
        async with serving(server, guarded(app, told)) as port:
            reader, writer = await opened(port)
            answer = await asyncio.wait_for(reader.read(), PATIENCE)
            assert answer.startswith(b"HTTP/1.1 503") and b"101" not in answer[:20]
            assert await app.end() == "returned"
            await told.one()
            writer.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("policy", [{"report_only": True}, {"tolerate": {"accept-timeout"}}])
def test_a_deadline_that_is_only_reported_answers_nothing(policy: dict[str, Any]) -> None:
    async def accepts_after_the_deadline(receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(TIMEOUT * 1.5)
        await send({"type": "websocket.accept"})

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(accepts_after_the_deadline)
        async with serving("wsproto", guarded(app, told, **policy)) as port:
            reader, writer = await opened(port)
            assert (await head(reader)).startswith(b"HTTP/1.1 101")
            event = await told.one()
            assert event.outcome == "accepted"
            assert [violation.requirement.id for violation in event.violations] == ["accept-timeout"]
            await app.end()
            writer.close()

    asyncio.run(scenario())


def test_the_shutdown_of_a_server_is_no_timeout() -> None:
    async def scenario() -> None:
        told, app = Told(), HandshakeApp(hangs)
        guard = WebSocketGuardMiddleware(app, policy=Policy(accept_timeout=60), observers=[told])

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            raise AssertionError(message)

        from asgi_ws_guard.testing import make_scope

        task = asyncio.ensure_future(guard(make_scope(), receive, send))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await told.one()).outcome == "abandoned"

    asyncio.run(scenario())


@pytest.mark.parametrize("server", SERVERS)
def test_a_client_that_left_before_the_deadline_is_no_failure_of_the_app(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def tidies_up(receive: Receive, send: Send) -> None:
        await reads_until_disconnect(receive, send)
        await asyncio.sleep(TIMEOUT * 1.5)

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(tidies_up)
        async with serving(server, guarded(app, told)) as port:
            _, writer = await opened(port)
            await asyncio.sleep(TIMEOUT * 0.2)
            writer.close()
            event = await told.one()
            assert (event.outcome, event.violations) == ("abandoned", ())
            await app.end()

    asyncio.run(scenario())
    ours = [record for record in caplog.records if record.name == "asgi_ws_guard"]
    assert not [record for record in ours if record.levelno >= logging.ERROR]
