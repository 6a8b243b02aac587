"""Whatever a server does, the probe ends in time, keeps little, and says what it saw."""

from __future__ import annotations

import asyncio

import pytest

from asgi_ws_guard.probe.case import Outcome
from asgi_ws_guard.probe.client import MAX_RECEIVED
from asgi_ws_guard.probe.judge import Result
from asgi_ws_guard.probe.report import Report
from asgi_ws_guard.probe.runner import choose, run_cases
from asgi_ws_guard.probe.target import parse_target
from tests.cli.running import program

from .zoo import Correct, Handler, in_thread, serving

SHORT, LONG = 0.4, 5.0


class Turning(Correct):
    """Answers the first handshake rightly, so that the run begins, and then does what `then` does."""

    def __init__(self, then: Handler) -> None:
        self.then = then
        self.first = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.first:
            self.first = False
            return await super().serve(reader, writer)
        await self.then(reader, writer)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 101 Switching Protocols\r\nX-Long: " + b"a" * 10_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


async def flood_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 1073741824\r\n\r\n")
    await flood(reader, writer)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    block = b"HTTP/1.1" + b"x" * 65536
    for _ in range(16384):  # 1 GiB
        writer.write(block)
        await writer.drain()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def reset_in_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 101 Switching")
    await writer.drain()
    writer.transport.abort()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 8 + b"\r\n\r\n")
    writer.close()


async def no_line_ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00" * 4096)
    writer.close()


async def interim_for_ever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
        await writer.drain()


async def rate_limited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


# handler, the outcome of each case, what the detail says, the deadline of a handshake: short where it is waited out
ODD: list[tuple[Handler, Outcome, str, float]] = [
    (silent, "unanswered", "nothing more without an answer", SHORT),
    (drip, "unanswered", "bytes of an answer", SHORT),
    (flood, "violates", "a head without end", LONG),
    (interim_for_ever, "violates", "a head without end", LONG),
    (reset, "unanswered", "the connection was", LONG),
    (reset_in_head, "unanswered", "after 22 bytes of an answer", LONG),
    (garbage, "violates", "no HTTP answer", LONG),
    (no_line_ends, "violates", "no HTTP answer", LONG),
    (rate_limited, "unanswered", "429", LONG),
]


@pytest.mark.parametrize(("handler", "outcome", "says", "timeout"), ODD, ids=[row[0].__name__ for row in ODD])
def test_an_odd_server_is_judged_in_time_and_in_little_memory(
    handler: Handler, outcome: Outcome, says: str, timeout: float
) -> None:
    async def probe() -> Report:
        async with serving(Turning(handler)) as url:
            report = Report(parse_target(url))
            await run_cases(report, choose(["key-*"], ["http2"]), timeout=timeout, concurrency=10)
            return report

    report = asyncio.run(probe())
    assert {result.outcome for result in report.results} == {outcome}
    assert all(says in result.detail for result in report.results), report.results[0].detail
    assert all(len(answer.received) <= MAX_RECEIVED for result in report.results for answer in result.answers)
    assert report.seconds < 15


def test_a_gigabyte_of_body_is_not_read() -> None:
    async def probe() -> Report:
        async with serving(Turning(flood_body)) as url:
            report = Report(parse_target(url))
            await run_cases(report, choose(["key-empty", "closes-bad-key"]), timeout=LONG, concurrency=1)
            return report

    report = asyncio.run(probe())
    assert all(len(answer.received) <= MAX_RECEIVED for result in report.results for answer in result.answers)
    assert report.results[0].outcome == "conforms"


def test_a_server_that_dies_in_the_run_is_noted() -> None:
    listener: asyncio.Server

    class Dying(Correct):
        served = 0

        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.served += 1
            if self.served == 5:
                listener.close()
            await super().serve(reader, writer)

    async def probe() -> Report:
        nonlocal listener
        listener = await asyncio.start_server(Dying().serve, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener:
            report = Report(parse_target(f"ws://127.0.0.1:{port}/ws"))
            await run_cases(report, choose(["version"], ["http2"]), timeout=LONG, concurrency=1)
            return report

    report = asyncio.run(probe())
    assert report.of("unanswered")
    assert "could not be reached any more" in report.notes[0]


def test_cancelling_leaves_the_results_so_far() -> None:
    async def probe() -> Report:
        enough = asyncio.Event()
        seen: list[Result] = []

        def on_result(result: Result) -> None:
            seen.append(result)
            if len(seen) == 20:
                enough.set()

        async with serving(Correct()) as url:
            report = Report(parse_target(url))
            run = asyncio.ensure_future(run_cases(report, choose(), timeout=LONG, concurrency=2, on_result=on_result))
            await enough.wait()
            run.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run
            assert len(asyncio.all_tasks()) < 10
        return report

    report = asyncio.run(probe())
    assert 20 <= len(report.results) < report.total
    assert report.interrupted and not report.conforms


async def reset_at_the_first_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.transport.abort()  # what is unread makes it a reset


async def close_at_the_first_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("handler", [reset_at_the_first_byte, close_at_the_first_byte])
def test_a_server_that_ends_it_early_leaves_no_word_of_asyncio_on_stderr(handler: Handler) -> None:
    """asyncio warns of the sixth write to a connection that is gone, and a head in 12 segments is 12 of them."""
    with (
        in_thread(Turning(handler)) as url,
        program("-m", "asgi_ws_guard", "probe", url, "--only", "status-101", "--only", "closes-*") as process,
    ):
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "control-many-segments" in out
    assert err == ""
