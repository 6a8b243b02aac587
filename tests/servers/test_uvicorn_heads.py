"""Heads as they come at the doors of uvicorn: in pieces, too large, behind others, read otherwise by the parser."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import Any

import pytest

from asgi_ws_guard import Handshake, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.servers import uvicorn as door
from asgi_ws_guard.servers.live_checks import FIELD
from tests.uvicorn_thread import Watcher
from tests.wire.client import Peer, handshake
from tests.wire.doors import BAD_KEY, DOORS, EACH_DOOR, ask, echo, read_answer
from tests.wire.in_process import serving


@EACH_DOOR
def test_report_only_lets_the_library_answer(doors: dict[str, Any]) -> None:
    app = WebSocketGuardMiddleware(echo, policy=Policy(report_only=True))
    with serving(app, **doors) as port:
        assert ask(port, BAD_KEY) == (400, None)


@EACH_DOOR
def test_a_head_in_many_segments(doors: dict[str, Any]) -> None:
    app = WebSocketGuardMiddleware(echo)
    with serving(app, **doors) as port:
        for request, status in ((handshake("/chat"), 101), (BAD_KEY, 400)):
            with Peer(port) as peer:
                for place in range(len(request)):
                    peer.send(request[place : place + 1])
                assert read_answer(peer)[0] == status


@EACH_DOOR
def test_a_handshake_behind_another_request_of_its_connection(doors: dict[str, Any]) -> None:
    app = WebSocketGuardMiddleware(echo)
    with serving(app, **doors) as port:
        for request, status in ((handshake("/chat"), 101), (BAD_KEY, 400)):
            with Peer(port) as peer:
                peer.send(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
                assert peer.read_head().startswith(b"HTTP/1.1 200 ")
                assert peer.read(2) == b"ok"
                peer.send(request)
                assert read_answer(peer)[0] == status


def test_no_second_request_is_served_behind_a_refusal() -> None:
    app = WebSocketGuardMiddleware(echo)
    for doors in DOORS.values():
        with serving(app, **doors) as port, Peer(port) as peer:
            peer.send(BAD_KEY + b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
            assert peer.read_head().startswith(b"HTTP/1.1 400 ")
            json.loads(peer.read_to_end())


def test_plain_requests_pass_as_they_are() -> None:
    with serving(WebSocketGuardMiddleware(echo), **DOORS["http"]) as port, Peer(port) as peer:
        peer.send(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in range(2):
            assert peer.read_head().startswith(b"HTTP/1.1 200 ")
            assert peer.read(2) == b"ok"
        peer.send(b"POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")
        assert peer.read_to_end().endswith(b"\r\n\r\nok")


def test_a_head_that_ends_lines_at_a_bare_line_feed_is_not_waited_for() -> None:
    with serving(WebSocketGuardMiddleware(echo), http=door.H11Protocol) as port, Peer(port) as peer:
        peer.send(b"GET / HTTP/1.1\nHost: a\nConnection: close\n\n")
        assert peer.read_to_end().endswith(b"ok")


def test_what_is_no_request_is_not_waited_for() -> None:
    """A TLS client that came to the wrong port is told so at once."""
    with serving(WebSocketGuardMiddleware(echo), **DOORS["http"]) as port, Peer(port) as peer:
        peer.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert peer.read_head().startswith(b"HTTP/1.1 400 ")


def test_the_parser_that_reads_another_handshake_than_the_door_gets_another_decision(
    decisions: list[Handshake],
) -> None:
    """h11 ends a line at a bare LF: the tolerated value of a note becomes a key of its own."""
    app = WebSocketGuardMiddleware(echo, policy=Policy(tolerate={"field-content"}))
    smuggled = handshake("/chat", "X-Note: a\nSec-WebSocket-Key: hello")
    with serving(app, http=door.H11Protocol) as port:
        assert ask(port, smuggled)[1]["code"] == "key-once"
    assert len(decisions) == 2


@EACH_DOOR
def test_a_head_that_is_too_large_is_refused(doors: dict[str, Any]) -> None:
    watcher = Watcher()
    with serving(WebSocketGuardMiddleware(echo, observers=[watcher]), **doors) as port:
        status, problem = ask(port, handshake("/chat", f"X-Note: {'a' * 70_000}"))
        assert (status, problem["code"]) == (431, "size")
        assert watcher.event().outcome == "denied"
    watcher.assert_no_more()


@EACH_DOOR
def test_the_field_of_the_self_check_opens_no_door(doors: dict[str, Any]) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, policy=Policy(allowed_hosts=["example.org"]), observers=[watcher])
    with serving(app, **doors) as port:
        assert ask(port, handshake("/chat", f"{FIELD.decode()}: guess"))[1]["code"] == "host-allowed"
        assert watcher.event().outcome == "denied"


@EACH_DOOR
def test_stopping_while_heads_are_incomplete(doors: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, observers=[watcher])
    with contextlib.ExitStack() as stack:
        with serving(app, **doors) as port:
            with Peer(port) as gone:
                gone.send(handshake("/chat")[:60])
            peer = stack.enter_context(Peer(port))
            peer.send(handshake("/chat")[:60])
            assert ask(port, handshake("/chat"))[0] == 101  # by now the server has read the others
            watcher.event()
            watcher.ended()
        assert peer.read_to_end() == b""
    watcher.assert_no_more()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_name_that_is_none_of_the_offered() -> None:
    with pytest.raises(AttributeError, match="'WebSocket'; it offers WebSocketProtocol, WebSocketsSansIOProtocol"):
        _ = door.WebSocket
    assert door.WSProtocol is door.guarded("wsproto")
