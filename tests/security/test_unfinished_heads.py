"""Heads that never end, and heads that take for ever: each ends, and so does its connection."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from asgi_ws_guard import Guard, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.handshake.wire import MAX_HEAD
from asgi_ws_guard.servers import uvicorn as door
from tests.uvicorn_thread import Watcher
from tests.wire.client import EndedError, Peer, handshake
from tests.wire.doors import ask, echo
from tests.wire.in_process import serving

PARSERS = {"httptools": door.AutoHTTPProtocol, "h11": door.H11Protocol}
EACH_PARSER = pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
PLAIN = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"
MOST = 26_000_000  # bytes, which a bare uvicorn kept


def limited(parser: Any, **limits: float) -> Any:
    return type("Limited", (parser,), limits)


def sent_until_it_ends(peer: Peer, beginning: bytes) -> int:
    """How many bytes of an endless head were sent when the server ended the connection, MOST where it did not."""
    sent = len(beginning)
    with contextlib.suppress(EndedError):
        peer.send(beginning)
        while sent < MOST:
            peer.send(b"X-More: " + b"a" * 4086 + b"\r\n")
            sent += 4096
    return sent


@EACH_PARSER
@pytest.mark.parametrize("meant", ["websocket", "http"])
def test_an_endless_head_is_refused_at_its_64th_kibibyte(parser: Any, meant: str) -> None:
    watcher = Watcher()
    beginning = handshake("/chat")[:-2] if meant == "websocket" else PLAIN[:-2]
    with serving(WebSocketGuardMiddleware(echo, observers=[watcher]), http=parser) as port, Peer(port) as peer:
        peer.send(beginning + b"X-More: " + b"a" * (MAX_HEAD - len(beginning) - 7))
        answer = peer.read_to_end()
        assert answer.startswith(b"HTTP/1.1 431 ") and b"connection: close" in answer
    if meant == "websocket":
        event = watcher.event()
        assert (event.outcome, event.status, event.violations[0].requirement.id) == ("denied", 431, "size")
    watcher.assert_no_more()


@EACH_PARSER
@pytest.mark.parametrize("before", [0, 1])
def test_one_that_goes_on_sending_is_cut_off(parser: Any, before: int) -> None:
    """In the first request of a connection, and in a later one. What was sent beyond lay in the sockets' buffers."""
    with serving(WebSocketGuardMiddleware(echo), http=parser) as port, Peer(port) as peer:
        for _ in range(before):
            peer.send(PLAIN)
            assert peer.read_head().startswith(b"HTTP/1.1 200 ") and peer.read(2) == b"ok"
        assert sent_until_it_ends(peer, PLAIN[:-2]) < MOST / 2


def test_httptools_keeps_no_more_of_a_later_head() -> None:
    """While an answer is under way, too: no timeout of uvicorn's counts then."""
    with serving(WebSocketGuardMiddleware(never), http=door.AutoHTTPProtocol) as port, Peer(port) as peer:
        peer.send(PLAIN)
        assert sent_until_it_ends(peer, PLAIN[:-2]) < MOST / 2


@EACH_PARSER
def test_a_whole_head_that_is_too_large_is_refused_as_well(parser: Any) -> None:
    with serving(WebSocketGuardMiddleware(echo, policy=Policy(report_only=True)), http=parser) as port:
        for request in (PLAIN, handshake("/chat")):
            with Peer(port) as peer:
                peer.send(request[:-2] + b"X-More: " + b"a" * MAX_HEAD + b"\r\n\r\n")
                assert peer.read_to_end().startswith(b"HTTP/1.1 431 ")


@EACH_PARSER
@pytest.mark.parametrize("begun", [PLAIN[:-2], handshake("/chat")[:-2], b"G"], ids=["http", "websocket", "letter"])
def test_a_head_that_takes_too_long_is_answered_with_408(parser: Any, begun: bytes) -> None:
    with serving(WebSocketGuardMiddleware(echo), http=limited(parser, head_timeout=0.1)) as port, Peer(port) as peer:
        peer.send(begun)
        answer = peer.read_to_end()
        assert answer.startswith(b"HTTP/1.1 408 ") and b"connection: close" in answer


@pytest.mark.parametrize(
    ("parser", "begun"),
    [
        (door.AutoHTTPProtocol, b""),
        (door.H11Protocol, b""),
        (door.AutoHTTPProtocol, b"\r\n"),  # no part of a request (RFC 9112 §2.2); h11 answers 400 to it
    ],
)
def test_who_has_sent_nothing_is_told_nothing(parser: Any, begun: bytes) -> None:
    """Browsers open connections ahead of their requests."""
    with serving(WebSocketGuardMiddleware(echo), http=limited(parser, head_timeout=0.1)) as port, Peer(port) as peer:
        peer.send(begun)
        assert peer.read_to_end() == b""


@EACH_PARSER
def test_one_that_comes_a_byte_at_a_time_has_no_more_time(parser: Any) -> None:
    with serving(WebSocketGuardMiddleware(echo), http=limited(parser, head_timeout=0.3)) as port, Peer(port) as peer:
        with contextlib.suppress(EndedError):
            while not peer.buffer:
                peer.send(b"a")
                peer.poll(0.02)
        assert peer.buffer.startswith(b"HTTP/1.1 408 ")


@EACH_PARSER
def test_the_time_of_a_later_head_begins_with_it(parser: Any) -> None:
    with serving(WebSocketGuardMiddleware(echo), http=limited(parser, head_timeout=0.2)) as port, Peer(port) as peer:
        for _ in range(2):
            peer.send(PLAIN)
            assert peer.read_head().startswith(b"HTTP/1.1 200 ") and peer.read(2) == b"ok"
        peer.send(PLAIN[:-2])
        assert peer.read_to_end().startswith(b"HTTP/1.1 408 ")


@EACH_PARSER
def test_no_time_is_asked_of_who_has_sent_its_head(parser: Any) -> None:
    """A slow body and an open WebSocket are no unfinished heads."""
    with serving(WebSocketGuardMiddleware(patient), http=limited(parser, head_timeout=0.1)) as port:
        with Peer(port) as peer:
            peer.send(b"POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 4\r\n\r\nab")
            peer.poll(0.3)
            peer.send(b"cd")
            assert peer.read_head().startswith(b"HTTP/1.1 200 ")
        with Peer(port) as peer:
            peer.send(handshake("/chat"))
            assert peer.read_head().startswith(b"HTTP/1.1 101 ")
            peer.poll(0.3)
            assert peer.buffer == b""


@EACH_PARSER
def test_a_body_that_goes_on_behind_its_answer_is_no_head(parser: Any) -> None:
    with serving(WebSocketGuardMiddleware(echo), http=limited(parser, head_timeout=0.1)) as port, Peer(port) as peer:
        peer.send(b"POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 200000\r\n\r\n")
        assert peer.read_head().startswith(b"HTTP/1.1 200 ") and peer.read(2) == b"ok"
        peer.send(b"a" * 100_000)
        peer.poll(0.3)
        assert peer.buffer == b""


@EACH_PARSER
def test_of_too_many_the_oldest_goes(parser: Any) -> None:
    settings = {"http": limited(parser, max_unfinished=8)}
    with serving(WebSocketGuardMiddleware(echo), **settings) as port, contextlib.ExitStack() as stack:
        peers = []
        for _ in range(9):
            peers.append(stack.enter_context(Peer(port)))
            peers[-1].send(PLAIN[:-2])
        peers[0].read_to_end()
        assert ask(port, handshake("/chat"))[0] == 101
        peers[-1].send(b"\r\n")
        assert peers[-1].read_head().startswith(b"HTTP/1.1 200 ")


def test_the_limits_are_no_policys() -> None:
    guard = Guard(Policy(report_only=True, max_field_bytes=None, max_field_count=None))
    settings = {"http": limited(door.AutoHTTPProtocol, head_timeout=0.1), "ws": door.guarded("auto", guard)}
    with serving(echo, **settings) as port, Peer(port) as peer:
        peer.send(handshake("/chat")[:-2])
        assert peer.read_to_end().startswith(b"HTTP/1.1 408 ")


async def patient(scope: Any, receive: Any, send: Any) -> None:
    """Reads all of a body before it answers."""
    while scope["type"] == "http" and (await receive()).get("more_body"):
        pass
    await echo(scope, receive, send)


async def never(scope: Any, receive: Any, send: Any) -> None:
    """Answers nothing until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
