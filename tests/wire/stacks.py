"""The servers whose answer can be seen, each as a process, and how one is started."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stacks.servers import Server, Stack
from tests.wire.client import Address, EndedError, Peer

_START = 20.0  # seconds that a server may take to its first answer
_CENSUS = 15.0
_RECORDS = 5.0  # seconds for a record to be written that is due at once

_UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log"

COMMANDS: Mapping[str, str] = {
    **{
        f"uvicorn-{ws}-{loop}": f"{_UVICORN} --ws {ws} --loop {loop}"
        for ws in ("websockets", "websockets-sansio", "wsproto")
        for loop in ("asyncio", "uvloop")
    },
    "hypercorn-asyncio": "hypercorn {app} --bind 127.0.0.1:{port}",
    "hypercorn-trio": "hypercorn {app} --bind 127.0.0.1:{port} --worker-class trio",
    "daphne": "daphne -b 127.0.0.1 -p {port} {app}",
    "gunicorn": "gunicorn -k asgi --workers 1 --bind 127.0.0.1:{port} {app}",
}

TLS_COMMANDS: Mapping[str, str] = {
    "uvicorn-asyncio": f"{_UVICORN} --loop asyncio --ssl-keyfile {{key}} --ssl-certfile {{certificate}}",
    "uvicorn-uvloop": f"{_UVICORN} --loop uvloop --ssl-keyfile {{key}} --ssl-certfile {{certificate}}",
    "hypercorn": "hypercorn {app} --bind 127.0.0.1:{port} --keyfile {key} --certfile {certificate}",
    "daphne": "daphne -e ssl:{port}:interface=127.0.0.1:privateKey={key}:certKey={certificate} {app}",
    "gunicorn": "gunicorn -k asgi --workers 1 --bind 127.0.0.1:{port} --keyfile {key} --certfile {certificate} {app}",
}

# uvicorn's "websockets" is the legacy half of that library, and every one of these runs has it loaded to break it.
CLEAN = ("ERROR", "CRITICAL", "Traceback", "Exception")


@dataclass(frozen=True)
class Records:
    """What the application and the guard wrote down of one path."""

    all: tuple[dict[str, Any], ...]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.all if record["kind"] == kind]


class Running:
    """A server that answers, its records and its log."""

    def __init__(self, server: Server, command: str, address: Address, directory: Path, *, tls: bool) -> None:
        self._server = server
        self.command = command
        self._directory = directory
        self.address = address
        self.tls = tls

    def connect(self, **options: float) -> Peer:
        return Peer(self.address, tls=self.tls, **options)

    def records(self, path: str, until: Callable[[Records], object] = lambda _: True) -> Records:
        """The records of `path` once `until` holds of them, at the latest after some seconds."""
        end = time.monotonic() + _RECORDS
        while True:
            found = Records(tuple(record for record in self.all_records() if record["path"] == path))
            if until(found) or time.monotonic() > end:
                return found
            time.sleep(0.01)  # another process writes them: there is nothing to wait on

    def all_records(self) -> list[dict[str, Any]]:
        """What is written down so far; a line that is being written is left out."""
        record = self._directory / "record.jsonl"
        text = record.read_text() if record.exists() else ""
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def census(self, until: Callable[[dict[str, int]], bool]) -> dict[str, int]:
        """What of the adapters is alive, once `until` holds. gunicorn and daphne keep a lost connection for seconds."""
        end = time.monotonic() + _CENSUS
        while True:
            counts: dict[str, int] = json.loads(self.get("/census"))
            if until(counts) or time.monotonic() > end:
                return counts
            time.sleep(0.05)  # another process: there is nothing to wait on

    def log(self) -> str:
        """What the server itself has logged so far."""
        return self._server.log()

    def guard_log(self) -> str:
        return (self._directory / "guard.log").read_text()

    def complaints(self) -> list[str]:
        return [line for line in self.log().splitlines() if any(word in line for word in CLEAN)]

    def get(self, path: str) -> bytes:
        """The body of the answer to a plain request."""
        with self.connect() as peer:
            peer.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            peer.read_head()
            return peer.read_to_end()


@contextmanager
def running(
    command: str,
    directory: Path,
    *,
    app: str = "tests.wire.app:app",
    tls: bool = False,
    uds: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """A server that answers within the block and has ended after it. `command` as Stack's, with {app} filled in."""
    directory.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        server = Server(Stack(command, command.replace("{app}", app)), "guarded", directory)
    found = Running(server, command, uds or server.port, directory, tls=tls)
    try:
        _wait_until_ready(found, server)
        yield found
    finally:
        server.stop()


def _wait_until_ready(found: Running, server: Server) -> None:
    """Until our own application has answered: another process may have been given the port meanwhile."""
    path = f"/ready/{os.urandom(8).hex()}"
    end = time.monotonic() + _START
    while not any(record["path"] == path for record in found.all_records()):
        if time.monotonic() > end or server._process.poll() is not None:
            raise RuntimeError(f"the server did not start:\n{server.log()}")
        try:
            found.get(path)
        except (OSError, EndedError):
            time.sleep(0.02)
