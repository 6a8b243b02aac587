"""The stacks as data, and how one is started: a real process on a free port of loopback, its log in a file."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.integration.stacks.wire import exchange

AppName: TypeAlias = Literal["bare", "guarded"]

ROOT = Path(__file__).parents[3]
_START = 20.0  # seconds that a server may take to its first answer
_STOP = 15.0
# Connections that hypercorn 0.18.0 has answered and keeps, whether their client is gone or not. From 3.12.1 on asyncio
# waits for all of them, and so for ever.
_NEVER_STOPS = "hypercorn" if sys.version_info >= (3, 12) else None


@dataclass(frozen=True)
class Stack:
    """A server with its options; {port} and {app} are filled in. `observe_wire` is the guard's argument."""

    name: str
    command: str
    observe_wire: bool = False


def _uvicorn(http: str, ws: str) -> Stack:
    command = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log"
    return Stack(f"uvicorn-{http}-{ws}", f"{command} --http {http} --ws {ws}")


STACKS = (
    *(
        _uvicorn(http, ws)
        for http in ("h11", "httptools")
        for ws in ("websockets", "websockets-sansio", "wsproto", "none")
    ),
    Stack("hypercorn", "hypercorn {app} --bind 127.0.0.1:{port}"),
    Stack("daphne", "daphne -b 127.0.0.1 -p {port} {app}"),
    Stack("granian", "granian --interface asgi --host 127.0.0.1 --port {port} {app}"),
    Stack("granian-no-ws", "granian --interface asgi --no-ws --host 127.0.0.1 --port {port} {app}"),
    Stack("gunicorn", "gunicorn -k asgi --workers 1 --bind 127.0.0.1:{port} {app}"),
)


class Server:
    """A running server, and after its end what it logged and what its application recorded."""

    def __init__(self, stack: Stack, app: AppName, directory: Path) -> None:
        self.port = _free_port()
        self._log, self._record = directory / "server.log", directory / "record.jsonl"
        self._module, *options = stack.command.format(app=f"tests.integration.stacks.app:{app}", port=self.port).split()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "STACKS_RECORD": str(self._record),
            "STACKS_GUARD_LOG": str(directory / "guard.log"),
            "STACKS_OBSERVE_WIRE": str(int(stack.observe_wire)),
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, *options], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """Until our own application has answered: another process may have been given the port meanwhile."""
        nonce = os.urandom(8).hex()
        end = time.monotonic() + _START
        while not any(nonce in record["path"] for record in self.records()):
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            try:
                exchange(self.port, f"GET /ready/{nonce} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), deadline=1.0)
            except OSError:  # nobody listens yet: there is nothing to wait on but the clock
                time.sleep(0.02)

    def stop(self) -> None:
        never = self._module == _NEVER_STOPS
        self._process.terminate()
        try:
            self._process.wait(1.0 if never else _STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            if not never:
                raise

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def records(self) -> list[dict[str, Any]]:
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        return [json.loads(line) for line in lines]


@contextmanager
def serving(stack: Stack, app: AppName, directory: Path) -> Iterator[Server]:
    """A server that answers within the block and has ended after it."""
    server = Server(stack, app, directory)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    """A port below those that kernels give to clients, or a connection of ours could take it before the server does."""
    while True:
        port = random.randrange(20000, 32000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
