"""Two thousand handshakes at once, some slow, some wrong, some dropped in the middle: the counts add up, all ends."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.wire.client import TEXT, frame, handshake, server_frame
from tests.wire.stacks import COMMANDS, running

COUNT = 2000
_AT_ONCE = 200  # connections that are being made: the rest wait for a place in the server's backlog
MESSAGE = b"there and back"

DOOR = "asgi_ws_guard.servers.uvicorn:AutoHTTPProtocol"
SERVERS: Mapping[str, str] = {
    "uvicorn-doors": f"{COMMANDS['uvicorn-websockets-sansio-uvloop']} --http {DOOR}",
    "uvicorn-legacy": COMMANDS["uvicorn-websockets-asyncio"],
    "hypercorn": f"{COMMANDS['hypercorn-asyncio']} --keep-alive 60",  # else the slow ones are shut out after 5 s
    "gunicorn": f"{COMMANDS['gunicorn']} --asgi-disconnect-grace-period 1",
}


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open files as this takes, for us and for the server that inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, 2 * COUNT + 500)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"the hard limit of open files is {hard}, wanted {wanted}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd:
    """The clients. The slow ones, and the end of all, wait until everybody has begun."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._begun = 0
        self._all_begun = asyncio.Event()
        self.answers: Counter[str] = Counter()

    async def run(self) -> None:
        ways: tuple[Callable[..., Awaitable[None]], ...] = (
            *(self._good, self._slow, self._dropped, self._wrong, self._broken, self._hasty),
            *(self._good, self._good, self._good, self._good),
        )
        await asyncio.gather(*[self._client(number, ways[number % len(ways)]) for number in range(COUNT)])

    async def _client(self, number: int, way: Callable[..., Awaitable[None]]) -> None:
        async with self._places:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            await way(reader, writer, f"/chat/none/{number}")
        finally:
            writer.close()

    async def _wait_for_all(self) -> None:
        self._begun += 1
        if self._begun == COUNT:
            self._all_begun.set()
        await self._all_begun.wait()

    async def _good(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(handshake(path))
        await self._talk(reader, writer)
        await self._wait_for_all()

    async def _slow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        request = handshake(path)
        writer.write(request[:50])
        await self._wait_for_all()
        writer.write(request[50:-2])
        await writer.drain()
        writer.write(request[-2:])
        await self._talk(reader, writer)

    async def _dropped(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(handshake(path)[:-10])
        await self._wait_for_all()

    async def _wrong(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(handshake(path, key="MTIzNA=="))
        await self._read_head(reader)
        await self._wait_for_all()

    async def _broken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(handshake(path.replace("/none/", "/no-guid/")))
        await self._read_head(reader)
        await self._wait_for_all()

    async def _hasty(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(handshake(path))
        writer.close()
        await self._wait_for_all()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._read_head(reader)
        writer.write(frame(TEXT, MESSAGE))
        assert await reader.readexactly(len(MESSAGE) + 2) == server_frame(TEXT, MESSAGE)

    async def _read_head(self, reader: asyncio.StreamReader) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.answers[head.split()[1].decode()] += 1


@pytest.mark.parametrize("name", SERVERS)
def test_two_thousand_at_once(name: str, tmp_path: Path, many_files: None) -> None:
    with running(SERVERS[name], tmp_path) as server:
        assert isinstance(server.address, int)
        before = server.census(lambda _: True)

        async def crowd() -> Crowd:
            found = Crowd(port)
            await asyncio.wait_for(found.run(), 60)
            return found

        port = server.address
        answers = asyncio.run(crowd()).answers
        tenth = COUNT // 10
        assert answers == {"101": 6 * tenth, "400": tenth, "500": tenth}

        assert server.census(lambda counts: counts == before) == before
        records = [record for record in server.all_records() if record["path"].startswith("/chat/")]
        events = {record["path"]: record for record in records if record["kind"] == "event"}
        outcomes = Counter(event["outcome"] for event in events.values())
        assert sum(record["kind"] == "event" for record in records) == len(events)  # no path has two
        seen_by_us = "gunicorn" not in name and "legacy" not in name  # they answer a bad key by themselves
        assert outcomes["failed"] == tenth
        assert outcomes["denied"] == (tenth if seen_by_us else 0)
        # The hasty ones were accepted, or were gone before: no server is sure to have noticed.
        assert 6 * tenth <= outcomes["accepted"] <= 7 * tenth
        kinds = Counter(record["kind"] for record in records)
        assert kinds["app"] == kinds["end"] == outcomes["accepted"] + outcomes["abandoned"] + outcomes["failed"]
        assert kinds["closed"] == outcomes["accepted"]
        assert server.complaints() == []
