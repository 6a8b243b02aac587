"""accept_timeout on real servers: who is answered for, who is cancelled, and who is left alone."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from asgi_ws_guard import Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Send
from asgi_ws_guard.exchange import deadline
from asgi_ws_guard.testing import make_scope
from tests.uvicorn_thread import LEGACY

from .servers_in_the_loop import PATIENCE, HandshakeApp, Told, head, opened, serving

TIMEOUT = 0.25  # seconds

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


@pytest.mark.parametrize("server", ["wsproto", "hypercorn"])
def test_an_app_that_was_answered_for_otherwise_has_no_deadline_any_more(server: str) -> None:
    async def chooses_what_was_not_offered(receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "chat"})
        await asyncio.sleep(TIMEOUT * 1.5)

    async def scenario() -> None:
        told, app = Told(), HandshakeApp(chooses_what_was_not_offered)
        async with serving(server, guarded(app, told)) as port:
            reader, writer = await opened(port)
            assert (await head(reader)).startswith(b"HTTP/1.1 500")
            assert await app.end() == "returned"
            event = await told.one()
            assert (event.outcome, event.status) == ("failed", 500)
            assert [violation.requirement.id for violation in event.violations] == ["subprotocol-offered"]
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
