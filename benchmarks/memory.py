"""What an open connection holds on to once it is accepted, over one behind a middleware that does nothing."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

from .connection import ACCEPT, Connection
from .figure import Figure, Row, figure
from .measuring import Effort
from .middleware import Idle

CONNECTIONS = 10_000

OPEN = Row(
    "memory",
    "memory a guarded open connection adds after accept",
    f"tracemalloc, {CONNECTIONS:,} in-process connections, over a middleware that does nothing",
    768,
    "bytes",
)


def memory(effort: Effort) -> list[Figure]:
    count = effort(CONNECTIONS, 20)
    idle, guarded = (held(middleware, count) for middleware in (Idle, WebSocketGuardMiddleware))
    return [figure(OPEN, [(guarded - idle) / count], f"{guarded / count:,.0f} bytes guarded, {idle / count:,.0f} not")]


def held(middleware: Callable[[ASGIApp], ASGIApp], count: int) -> int:
    """The bytes that `count` open connections hold, their tasks and scopes included."""
    total = 0

    def measure() -> None:
        nonlocal total
        gc.collect()
        total = tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        measure()
        before = total
        with_open_connections(middleware, count, measure)
        return total - before
    finally:
        tracemalloc.stop()


def with_open_connections(middleware: Callable[[ASGIApp], ASGIApp], count: int, measure: Callable[[], None]) -> None:
    """Calls `measure` while `count` connections through `middleware` are open and wait for a message."""
    asyncio.run(_open(middleware, count, measure))


async def _open(middleware: Callable[[ASGIApp], ASGIApp], count: int, measure: Callable[[], None]) -> None:
    app = middleware(_wait)
    tasks = []
    for _ in range(count):
        connection = Connection()
        tasks.append(asyncio.ensure_future(_serve(app, connection)))
        if len(tasks) % 100 == 0:
            await asyncio.sleep(0)
    for _ in range(3):  # and a turn for timers that were called off
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    measure()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _serve(app: ASGIApp, connection: Connection) -> None:
    await app(connection.request_scope, connection.receive, connection.send)


async def _wait(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send(ACCEPT)
    await receive()
