"""An application that uses the port by itself, with no guard round it. The path says what for; test_port.py asks.

A client that has read the head sends a text, and is sent the facts: so nothing here waits by the clock that it can
be told. Records are written as in tests/wire.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel

from asgi_ws_guard.taps.closing import end_connection
from asgi_ws_guard.taps.finding import connection_of, tap
from asgi_ws_guard.taps.port import UNSEEN
from asgi_ws_guard.taps.response import UnreadResponse
from tests.wire.recording import census, record

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

BODY = b"no WebSocket, and no more of this connection"
REPLACEMENT = b"HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"
ACCEPT = {"type": "websocket.accept"}
EXTENSIONS = b"sec-websocket-extensions"


class Judge:
    """Says the same of each head, and keeps what it was asked about."""

    def __init__(self, answer: bytes | None = None, *, knows: bool = False) -> None:
        self.heads: list[str] = []
        self._answer = answer
        self._knows = knows

    def glance(self, data: bytes) -> bool:
        return self._knows

    def judge(self, response: UnreadResponse | None) -> bytes | None:
        self.heads.append("" if response is None else response.head.decode("latin-1"))
        return self._answer


class Halving:
    """Between a server and its tap: lets the first half of what is written first go by, and the rest when asked.

    Stands for a transport and for H11Protocol.send alike.
    """

    def __init__(self, connection: Any) -> None:
        self._name = "transport" if hasattr(connection, "transport") else "send"
        self._inner = getattr(connection, self._name)
        self._event: Any = None
        self.rest = b""
        self.head = b""
        setattr(connection, self._name, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _half(self, data: bytes) -> bytes:
        if self.head:
            return data
        self.head, half = bytes(data), len(data) // 2
        self.rest = self.head[half:]
        return self.head[:half]

    def write(self, data: bytes) -> None:
        self._inner.write(self._half(data))

    async def __call__(self, event: Any) -> None:
        data = getattr(event, "data", None)
        self._event = self._event or (data and type(event))
        await self._inner(event if data is None else type(event)(data=self._half(data)))

    async def let_rest(self) -> None:
        if self._event is None:
            self._inner.write(self.rest)
        else:
            await self._inner(self._event(data=self.rest))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    record("app", scope["path"])
    if scope["type"] == "http":
        return await _http(scope, receive, send)
    await receive()
    await _HANDSHAKES[scope["path"].split("/")[1]](scope, receive, send)


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"].startswith("/ends/"):
        end_connection(receive, send)
    headers = [(b"content-length", b"%d" % len(BODY)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


async def _bare(scope: Scope, receive: Receive, send: Send) -> None:
    await send(ACCEPT)
    await _tell(receive, send, {})


async def _passes(scope: Scope, receive: Receive, send: Send) -> None:
    await _let_pass(Judge(), receive, send)


async def _glances(scope: Scope, receive: Receive, send: Send) -> None:
    await _let_pass(Judge(knows=True), receive, send)


async def _let_pass(judge: Judge, receive: Receive, send: Send) -> None:
    tap(send, judge)
    before = sum(census().values())
    await send(ACCEPT)
    await receive()
    connection = connection_of(send)
    way = connection.transport if hasattr(connection, "transport") else connection.send
    facts = {"judged": judge.heads, "way": type(way).__module__, "before": before, "alive": sum(census().values())}
    await send({"type": "websocket.send", "text": json.dumps(facts)})
    await receive()


async def _replaces(scope: Scope, receive: Receive, send: Send) -> None:
    tap(send, Judge(REPLACEMENT))
    with suppress(Exception):  # what the server has to say of a connection that is gone
        for message in (ACCEPT, *[{"type": "websocket.send", "text": "swallowed"}] * 3):
            await send(message)
            await anyio.lowlevel.checkpoint()
    record("told", scope["path"], what=(await receive())["type"])


async def _releases(scope: Scope, receive: Receive, send: Send) -> None:
    judge = Judge()
    tapped = tap(send, judge)
    halving = Halving(connection_of(send))
    await send(ACCEPT)
    while not halving.rest:  # uvicorn's legacy implementation writes after `send` returned
        await anyio.lowlevel.checkpoint()
    tapped.release()
    await halving.let_rest()
    await _tell(receive, send, {"judged": judge.heads, "head": halving.head.decode("latin-1")})


async def _leaves(scope: Scope, receive: Receive, send: Send) -> None:
    """The client does, while the application has not answered."""
    tapped = tap(send, Judge())
    record("waiting", scope["path"], hears=tapped.hears, gone=tapped.client_is_gone())
    gone, told = tapped.client_is_gone(), None
    if tapped.hears:
        with anyio.move_on_after(5):
            while not (gone := tapped.client_is_gone()):  # noqa: ASYNC110  # the transport tells it to nobody
                await anyio.sleep(0.005)
        with anyio.move_on_after(5):
            told = (await receive())["type"]
    else:
        await anyio.sleep(0.1)
        gone = tapped.client_is_gone()
    tapped.release()
    record("left", scope["path"], gone=gone, told=told)


async def _offers(scope: Scope, receive: Receive, send: Send) -> None:
    tapped = tap(send, Judge())
    hidden = tapped.hidden_offers()
    shown = b", ".join(value for name, value in scope["headers"] if name == EXTENSIONS)
    await send(ACCEPT)
    facts = {
        "hidden": None if hidden is None else hidden.decode(),
        "shown": shown.decode(),
        "seen": tapped is not UNSEEN,
    }
    await _tell(receive, send, facts)


async def _tell(receive: Receive, send: Send, facts: Mapping[str, object]) -> None:
    await receive()
    await send({"type": "websocket.send", "text": json.dumps(facts)})
    await receive()


_HANDSHAKES: Mapping[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {
    "bare": _bare,
    "passes": _passes,
    "glances": _glances,
    "replaces": _replaces,
    "releases": _releases,
    "leaves": _leaves,
    "offers": _offers,
}
