"""Where the time and the memory go: the functions of the package by their own share, largest first.

cProfile charges each Python call a little, so small functions look larger here than they are: an order, no measure.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from pstats import Stats

import asgi_ws_guard
from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp

from .accepted import app as accepting
from .connection import Connection
from .decision import decide
from .import_time import PRELOADED, USED, compiled
from .measuring import Effort
from .memory import CONNECTIONS, with_open_connections
from .middleware import Idle, answering, receive_nothing, send_nowhere
from .refusal import refuse
from .requests import BAD_KEY, handshake_scope, page_scope

PACKAGE = Path(asgi_ws_guard.__file__).parent
ROWS = 12

Table = list[tuple[str, str]]


def where(effort: Effort) -> dict[str, Table]:
    """What was looked at, and (function or line, share) of it."""
    calls = effort(5000, 20)
    return {
        "the http pass, with an app that answers": _shares(lambda: _pages(WebSocketGuardMiddleware(answering), calls)),
        "the decision, accepted": _shares(lambda: _repeat(lambda: decide(handshake_scope()), calls)),
        "the decision, refused": _shares(lambda: _repeat(lambda: refuse(handshake_scope(key=BAD_KEY)), calls)),
        "a whole accepted connection, wire observed, INFO off": _shares(lambda: _connections(calls)),
        "memory of an open connection, bytes by the line that allocated": _allocations(effort(CONNECTIONS, 20)),
        "import, own time of each module": _imports(),
    }


def _shares(run: Callable[[], object]) -> Table:
    """The package's functions and the built-ins called from them, by the share of their own time."""
    profile = Profile()
    profile.runcall(run)
    own: dict[str, float] = {}
    for (path, _, function), (_, _, time, _, callers) in Stats(profile).stats.items():  # type: ignore[attr-defined]
        if _is_ours(path):
            own[f"{_short(path)} {function}"] = own.get(f"{_short(path)} {function}", 0.0) + time
        elif ours := sum(of_caller[2] for (caller, _, _), of_caller in callers.items() if _is_ours(caller)):
            own[function] = own.get(function, 0.0) + ours
    total = sum(own.values())
    return _largest({name: f"{time / total:.0%}" for name, time in sorted(own.items(), key=lambda item: -item[1])})


def _repeat(operation: Callable[[], object], times: int) -> None:
    for _ in range(times):
        operation()


def _pages(app: ASGIApp, calls: int) -> None:
    async def load() -> None:
        for _ in range(calls):
            await app(page_scope(), receive_nothing, send_nowhere)

    asyncio.run(load())


def _connections(calls: int) -> None:
    guarded = WebSocketGuardMiddleware(accepting)

    async def connect() -> None:
        for _ in range(calls):
            connection = Connection()
            await guarded(connection.request_scope, connection.receive, connection.send)

    asyncio.run(connect())


def _allocations(count: int) -> Table:
    found: dict[str, float] = {}

    def measure() -> None:
        for statistic in tracemalloc.take_snapshot().statistics("lineno"):
            frame = statistic.traceback[0]
            if _is_ours(frame.filename):
                found[f"{_short(frame.filename)}:{frame.lineno}"] = statistic.size / count

    with_open_connections(Idle, 10, lambda: None)
    tracemalloc.start()
    try:
        with_open_connections(WebSocketGuardMiddleware, count, measure)
    finally:
        tracemalloc.stop()
    return _largest({line: f"{size:,.0f}" for line, size in sorted(found.items(), key=lambda item: -item[1])})


def _imports() -> Table:
    program = f"import {PRELOADED}, sys; sys.stderr.write('-\\n'); {USED}"
    command = [sys.executable, "-X", "importtime", "-c", program]
    with compiled() as environment:
        for _ in range(2):  # the first one compiles
            ended = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    printed = ended.stderr.split("\n-\n")[-1]
    own: dict[str, int] = {}
    for line in printed.splitlines():
        time, _, module = line.removeprefix("import time:").split("|")
        own[module.strip()] = int(time)
    return _largest({name: f"{time:,} µs" for name, time in sorted(own.items(), key=lambda item: -item[1])})


def _largest(shares: dict[str, str]) -> Table:
    return list(shares.items())[:ROWS]


def _is_ours(path: str) -> bool:
    return path.startswith(str(PACKAGE))


def _short(path: str) -> str:
    return str(Path(path).relative_to(PACKAGE))
