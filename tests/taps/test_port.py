"""The port's promises, asked of each server on the wire: the suite that a new server's file has to pass."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

from asgi_ws_guard import accept_value, generate_key
from tests.taps.port_app import BODY, REPLACEMENT
from tests.wire.client import TEXT, Peer, frame, handshake
from tests.wire.stacks import COMMANDS, Running, running

pytestmark = pytest.mark.parametrize(
    "server",
    [pytest.param(name, marks=pytest.mark.xdist_group(f"port-{name}")) for name in COMMANDS],
    indirect=True,
)

ENDS = 0.5  # seconds in which a connection has ended. gunicorn would keep it for two, daphne for ever
OFFERS = ("x-one; a=1", "x-other")  # which nobody grants: the frames stay as they are

_DATE = re.compile(rb"(?i)\r\ndate: [^\r]*")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp(f"port-{request.param}")
    with running(COMMANDS[request.param], directory, app="tests.taps.port_app:app") as found:
        yield found


def _path(name: str) -> str:
    return f"/{name}/{os.urandom(4).hex()}"


def _accepted(server: Running, name: str, *lines: str) -> tuple[bytes, dict[str, Any]]:
    """The head of a 101, as the client reads it, and the facts that the application sends behind it."""
    key = generate_key()
    with server.connect() as peer:
        peer.send(handshake(_path(name), *lines, key=key))
        head = peer.read_head()
        peer.send(frame(TEXT, b"facts"))
        opcode, facts = peer.read_frame()
        assert (opcode, peer.buffer) == (TEXT, b"")
    assert head.startswith(b"HTTP/1.1 101 ") and accept_value(key).encode() in head
    return head, json.loads(facts)


def _alike(head: bytes) -> bytes:
    """A head without what differs between any two: the accept value and the date."""
    return re.sub(rb"(?i)(sec-websocket-accept: )[^\r]*", rb"\1", _DATE.sub(b"", head))


def test_a_right_head_passes_byte_for_byte_and_nothing_of_ours_is_left(server: Running) -> None:
    bare, _ = _accepted(server, "bare")
    head, facts = _accepted(server, "passes")
    assert facts["judged"] == [head.decode("latin-1")]
    assert _alike(head) == _alike(bare)
    assert facts["before"] == 2, "a tap and an observer were there: this test counts nothing"
    assert facts["alive"] == 0
    assert not facts["way"].startswith("asgi_ws_guard"), facts


def test_a_head_that_is_known_passes_unread(server: Running) -> None:
    bare, _ = _accepted(server, "bare")
    head, facts = _accepted(server, "glances")
    assert (facts["judged"], facts["before"], facts["alive"]) == ([], 2, 0)
    assert _alike(head) == _alike(bare)
    assert not facts["way"].startswith("asgi_ws_guard"), facts


def test_a_wrong_head_is_replaced_and_nothing_comes_behind_it(server: Running) -> None:
    path = _path("replaces")
    with server.connect() as peer:
        peer.send(handshake(path))
        answer = peer.read(len(REPLACEMENT))
        began = time.monotonic()
        assert (answer, peer.read_to_end()) == (REPLACEMENT, b"")
        assert time.monotonic() - began < ENDS
    [told] = server.records(path, lambda records: records.of("told")).of("told")
    assert told["what"] == "websocket.disconnect"
    assert server.complaints() == []


def test_released_it_lets_go_what_it_held_before_what_comes(server: Running) -> None:
    head, facts = _accepted(server, "releases")
    assert head.decode("latin-1") == facts["head"]
    assert facts["judged"] == []


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_what_is_known_of_a_client_that_leaves(server: Running, how: str) -> None:
    path = _path("leaves")
    with server.connect() as peer:
        peer.send(handshake(path))
        [waiting] = server.records(path, lambda records: records.of("waiting")).of("waiting")
        if how == "RST":
            _reset_when_closed(peer)
    [left] = server.records(path, lambda records: records.of("left")).of("left")
    if "uvicorn" in server.command:
        assert (waiting["hears"], waiting["gone"]) == (True, False)
        assert (left["gone"], left["told"]) == (True, "websocket.disconnect")
    else:
        assert (waiting["hears"], waiting["gone"], left["gone"]) == (False, None, None)


@pytest.mark.parametrize("offers", [OFFERS[:1], OFFERS], ids=["one line", "two lines"])
def test_each_offer_is_in_the_scope_or_hidden(server: Running, offers: tuple[str, ...]) -> None:
    _, facts = _accepted(server, "offers", *(f"Sec-WebSocket-Extensions: {offer}" for offer in offers))
    hides = "--ws wsproto" in server.command
    shown = facts["shown"].replace(",x-other", ", x-other")  # daphne joins lines without a space
    sent = ", ".join(offers)
    assert facts["seen"]
    assert (facts["hidden"], shown) == ((sent, "") if hides else (None, sent))


def test_no_offers_are_hidden_where_none_were_made(server: Running) -> None:
    _, facts = _accepted(server, "offers")
    assert (facts["hidden"], facts["shown"]) == (None, "")


def test_an_http_connection_ends_and_no_second_request_is_served(server: Running) -> None:
    first, second = _path("ends"), _path("ends")
    with server.connect() as peer:
        peer.send(_get(first) + _behind(server, second))
        assert peer.read_head().startswith(b"HTTP/1.1 400 ")
        assert peer.read(len(BODY)) == BODY
        began = time.monotonic()
        assert peer.read_to_end() == b""
        assert time.monotonic() - began < ENDS
    assert server.records(first).of("app") and not server.records(second).of("app")


def test_connection_close_alone_does_it_only_where_the_port_says_so(server: Running) -> None:
    """When daphne or gunicorn has learned it, `end_connection` can leave its file."""
    first, second = _path("stays"), _path("stays")
    with server.connect() as peer:
        peer.send(_get(first) + _behind(server, second))
        peer.read_head()
        peer.read(len(BODY))
        if "daphne" in server.command or "gunicorn" in server.command:
            assert peer.read_head().startswith(b"HTTP/1.1 400 ")
        else:
            assert peer.read_to_end() == b""
            assert not server.records(second).of("app")


def _behind(server: Running, path: str) -> bytes:
    """A second request in the segment of the first.

    hypercorn 0.18.0 on trio then sends from two tasks at once, and in a third of the cases drops the connection with a
    BusyResourceError in place of the first answer.
    """
    return b"" if "trio" in server.command else _get(path)


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: example.com\r\n\r\n".encode()


def _reset_when_closed(peer: Peer) -> None:
    peer._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
