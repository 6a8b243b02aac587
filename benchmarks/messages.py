"""A message sent or received once the handshake is over: the guard should be out of the way."""

from __future__ import annotations

import asyncio

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.asgi import ASGIApp, Receive, Scope, Send

from .connection import ACCEPT, TEXT, Connection
from .figure import Figure, Row, figure, ns
from .measuring import Effort, medians, stopwatch, take_turns

MESSAGES = 2000  # in a turn

_BESIDE = "unguarded app, what is added to each"
SENT = Row("messages/sent", "message sent after accept, middleware on, wire observed", _BESIDE, 25, "ns")
# Wanted is nothing; a nanosecond is less than the rounds differ by when both sides are the same.
RECEIVED = Row("messages/received", "message received after accept, middleware on, wire observed", _BESIDE, 1, "ns")


def messages(effort: Effort) -> list[Figure]:
    contestants = {f"{way}, {app}": _Turn(way, app) for way in ("sent", "received") for app in ("guarded", "unguarded")}
    rounds = take_turns(contestants, effort(200, 3))
    whole = medians(rounds)
    return [
        figure(
            row,
            [times[f"{way}, guarded"] - times[f"{way}, unguarded"] for times in rounds],
            ", ".join(f"{name} {ns(time)}" for name, time in whole.items() if name.startswith(way)),
        )
        for row, way in ((SENT, "sent"), (RECEIVED, "received"))
    ]


class _Turn:
    """Messages of one way over a new connection, timed inside the app."""

    def __init__(self, way: str, app: str) -> None:
        self._way = way
        self._app: ASGIApp = WebSocketGuardMiddleware(self._chat) if app == "guarded" else self._chat
        self._time = 0.0

    def __call__(self) -> float:
        connection = Connection(silent=False)
        asyncio.run(_served(self._app, connection))
        assert connection.transport is connection.own_transport, "the tap is still there"
        return self._time

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        with stopwatch() as ended:
            if self._way == "sent":
                for _ in range(MESSAGES):
                    await send(TEXT)
            else:
                for _ in range(MESSAGES):
                    await receive()
        self._time = ended.ns / MESSAGES


async def _served(app: ASGIApp, connection: Connection) -> None:
    await app(connection.request_scope, connection.receive, connection.send)
