"""Good handshakes on each observable stack: verified, and afterwards nothing of the guard is in the way."""

from __future__ import annotations

import json
import os
import threading
import zlib
from typing import Any

import pytest

from asgi_ws_guard import accept_value, generate_key
from asgi_ws_guard.exchange.head import Watch
from asgi_ws_guard.servers.uvicorn import Door
from asgi_ws_guard.taps.head import HeadObserver
from asgi_ws_guard.taps.hypercorn import SendTap
from asgi_ws_guard.taps.transport import TransportTap
from asgi_ws_guard.taps.uvicorn import UvicornTap
from tests.wire.client import BINARY, TEXT, Peer, frame, handshake, server_frame
from tests.wire.recording import OURS
from tests.wire.stacks import COMMANDS, TLS_COMMANDS, Running

ON_EACH_STACK = pytest.mark.parametrize(
    "stack", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in COMMANDS], indirect=True
)
ON_EACH_TLS_STACK = pytest.mark.parametrize(
    "tls_stack", [pytest.param(name, marks=pytest.mark.xdist_group("tls")) for name in TLS_COMMANDS], indirect=True
)

MESSAGES = 10_000
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


def _path(name: str) -> str:
    return f"/good/{name}/{os.urandom(4).hex()}"


def _open(stack: Running, peer: Peer, path: str, *lines: str, behind: bytes = b"") -> tuple[bytes, dict[str, Any]]:
    """The head of the 101 and the event, of which it is certain that they match."""
    key = generate_key()
    peer.send(handshake(path, *lines, key=key) + behind)
    head = peer.read_head()
    assert head.startswith(b"HTTP/1.1 101 ")
    assert f": {accept_value(key)}\r\n".encode() in head
    [event] = stack.records(path, lambda records: records.of("event")).of("event")
    assert (event["outcome"], event["status"], event["seen"]) == ("accepted", 101, 101)
    assert event["verification"] == "match", "the server's 101 was not seen: has an attribute of its moved?"
    assert event["emitted_accept"] == event["expected_accept"] == accept_value(key)
    assert event["violations"] == []
    return head, event


@ON_EACH_STACK
def test_ten_thousand_messages_come_back_byte_for_byte(stack: Running) -> None:
    payloads = [b"%d" % number for number in range(MESSAGES)]
    sent = b"".join([frame(BINARY if number % 2 else TEXT, payload) for number, payload in enumerate(payloads)])
    wanted = b"".join([server_frame(BINARY if number % 2 else TEXT, data) for number, data in enumerate(payloads)])
    with stack.connect(deadline=30.0) as peer:
        _open(stack, peer, _path("many"))
        sender = threading.Thread(target=peer.send, args=(sent,))
        sender.start()
        assert peer.read(len(wanted)) == wanted
        sender.join()
        assert peer.buffer == b""


@ON_EACH_STACK
def test_nothing_of_the_adapter_is_alive_while_the_connection_is_open(stack: Running) -> None:
    stack.census(lambda counts: sum(counts.values()) == counts["tasks"])
    with stack.connect() as peer:
        _open(stack, peer, _path("census"))
        peer.send(frame(TEXT, b"census"))
        _, counts = peer.read_frame()
        alive = {name: count for name, count in json.loads(counts).items() if count}
    assert alive == {}


def test_the_census_counts_classes_that_there_are() -> None:
    """One that was moved or renamed would be counted as none."""
    assert {cls.__name__ for cls in (TransportTap, UvicornTap, SendTap, HeadObserver, Watch, Door)} == set(OURS)


@ON_EACH_STACK
def test_the_end_of_the_connection_is_told_once(stack: Running) -> None:
    path = _path("closed")
    with stack.connect() as peer:
        _open(stack, peer, path)
    records = stack.records(path, lambda records: records.of("closed") and records.of("end"))
    assert len(records.of("closed")) == len(records.of("event")) == len(records.of("end")) == 1


@ON_EACH_STACK
def test_a_subprotocol_and_an_extension_are_agreed_on(stack: Running) -> None:
    with stack.connect() as peer:
        head, _ = _open(stack, peer, _path("agreed"), "Sec-WebSocket-Protocol: chat, other", DEFLATE)
        assert b"\r\nsec-websocket-protocol: chat\r\n" in head.lower()
        compresses = b"\r\nsec-websocket-extensions: permessage-deflate" in head.lower()
        assert compresses == ("gunicorn" not in stack.command and "daphne" not in stack.command)
        inflate = zlib.decompressobj(-15)
        for text in (b"first " * 10, b"second " * 10):
            peer.send(frame(TEXT, text))
            opcode, payload = peer.read_frame()
            assert (inflate.decompress(payload + b"\x00\x00\xff\xff") if opcode & 0x40 else payload) == text
    assert stack.complaints() == []


@ON_EACH_STACK
def test_a_frame_in_the_segment_of_the_head_takes_nothing_from_the_answer(stack: Running) -> None:
    """hypercorn answers such a frame by a bare 400; the others lose it, with the guard and without."""
    with stack.connect() as peer:
        if "hypercorn" in stack.command:
            peer.send(handshake(_path("early")) + frame(TEXT, b"early"))
            assert peer.read_head().startswith(b"HTTP/1.1 400 ")
            return
        _open(stack, peer, _path("early"), behind=frame(TEXT, b"early"))
        peer.send(frame(TEXT, b"late"))
        assert peer.read_frame() == (TEXT, b"late")
    assert stack.complaints() == []


@ON_EACH_TLS_STACK
def test_over_tls(tls_stack: Running) -> None:
    with tls_stack.connect() as peer:
        _open(tls_stack, peer, _path("tls"), "Sec-WebSocket-Protocol: chat")
        peer.send(frame(TEXT, b"there and back"))
        assert peer.read(16) == server_frame(TEXT, b"there and back")
    path = "/enforce/no-guid/tls"
    with tls_stack.connect() as peer:
        peer.send(handshake(path))
        assert peer.read_head().startswith(b"HTTP/1.1 500 ")
        assert json.loads(peer.read_to_end())["code"] == "accept-value"
    assert tls_stack.complaints() == []
