"""The clients that are Python libraries."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx
import httpx_ws
import websocket
import wsproto
from websockets.sync.client import connect
from websockets.typing import Subprotocol
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Request, TextMessage

from asgi_ws_guard.handshake import parse_response
from tests.integration.clients.conversation import BINARY, DEADLINE, OFFERS, TEXT, Conversation


def websockets_library(url: str) -> Conversation:
    offers = [Subprotocol(offer) for offer in OFFERS]
    with connect(url, subprotocols=offers, proxy=None, open_timeout=DEADLINE) as session:
        session.send(TEXT)
        text = session.recv(DEADLINE)
        session.send(BINARY)
        binary = session.recv(DEADLINE)
        session.close()
        assert session.response is not None
        assert isinstance(text, str)
        assert isinstance(binary, bytes)
        accept = session.response.headers["Sec-WebSocket-Accept"]
        return Conversation(session.subprotocol, text, binary, session.close_code, accept)


class _Wsproto:
    """wsproto has no IO: this has."""

    def __init__(self, url: str) -> None:
        parts = httpx.URL(url)
        self.head = b""
        self._connection = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        self._socket = socket.create_connection((parts.host, parts.port), DEADLINE)
        self._events: list[Event] = []
        self.send(Request(host=parts.netloc.decode(), target=parts.path, subprotocols=OFFERS))

    def send(self, event: Event) -> None:
        self._socket.sendall(self._connection.send(event))

    def next(self) -> Any:
        while not self._events:
            data = self._socket.recv(65536)
            self.head = self.head or data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self._connection.receive_data(data or None)
            self._events += self._connection.events()
        return self._events.pop(0)

    def close(self) -> None:
        self._socket.close()


def wsproto_library(url: str) -> Conversation:
    client = _Wsproto(url)
    accepted = client.next()
    assert isinstance(accepted, AcceptConnection)
    client.send(TextMessage(TEXT))
    text = client.next().data
    client.send(BytesMessage(BINARY))
    binary = bytes(client.next().data)
    client.send(CloseConnection(1000))
    closed = client.next()
    assert isinstance(closed, CloseConnection)
    client.close()
    accept = parse_response(client.head).accept
    return Conversation(accepted.subprotocol, text, binary, closed.code, accept)


def aiohttp_library(url: str) -> Conversation:
    heads: list[Any] = []

    async def note(_: Any, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
        heads.append(ended.response.headers)

    async def talk() -> Conversation:
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(note)
        async with (
            aiohttp.ClientSession(trace_configs=[trace]) as client,
            client.ws_connect(url, protocols=OFFERS) as ws,
        ):
            await ws.send_str(TEXT)
            text = await ws.receive_str(timeout=DEADLINE)
            await ws.send_bytes(BINARY)
            binary = await ws.receive_bytes(timeout=DEADLINE)
            await ws.close()
            return Conversation(ws.protocol, text, binary, ws.close_code, heads[0]["Sec-WebSocket-Accept"])

    return asyncio.run(talk())


def httpx_ws_library(url: str) -> Conversation:
    session: httpx_ws.WebSocketSession
    with httpx.Client(trust_env=False) as client, httpx_ws.connect_ws(url, client, subprotocols=OFFERS) as session:
        session.send_text(TEXT)
        text: str = session.receive_text(DEADLINE)
        session.send_bytes(BINARY)
        binary: bytes = session.receive_bytes(DEADLINE)
        session.close()
        assert session.response is not None
        # It keeps the code of the server's close to itself: that close() returned is all that it says.
        return Conversation(session.subprotocol, text, binary, 1000, session.response.headers["sec-websocket-accept"])


def websocket_client_library(url: str) -> Conversation:
    session: websocket.WebSocket = websocket.create_connection(url, DEADLINE, subprotocols=OFFERS, http_no_proxy=["*"])
    session.send(TEXT)
    text = session.recv()
    session.send_binary(BINARY)
    binary = session.recv()
    session.send_close(1000)
    opcode, payload = session.recv_data()
    session.shutdown()  # type: ignore[no-untyped-call]
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    assert isinstance(text, str)
    assert isinstance(binary, bytes)
    fields = session.getheaders() or {}
    close_code = int.from_bytes(payload[:2], "big")
    return Conversation(session.getsubprotocol(), text, binary, close_code, fields["sec-websocket-accept"])
