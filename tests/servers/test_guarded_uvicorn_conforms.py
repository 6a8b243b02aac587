"""uvicorn with all adapters on is held to every case of the probe, and what its libraries cannot read, one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asgi_ws_guard import WebSocketGuardMiddleware, probe
from asgi_ws_guard.handshake import parse_response
from asgi_ws_guard.servers import uvicorn as door
from asgi_ws_guard.servers.uvicorn_libraries import readable_offers
from tests.uvicorn_thread import Watcher
from tests.wire.client import Peer, handshake
from tests.wire.doors import ask, echo
from tests.wire.in_process import serving
from tests.wire.stacks import running

MODULE = "asgi_ws_guard.servers.uvicorn"
UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log"
HTTP = {"h11": f"{MODULE}:H11Protocol", "httptools": f"{MODULE}:AutoHTTPProtocol"}

# Of the legacy implementation, which uvicorn itself calls deprecated: it decodes the head as ASCII, and answers 500.
LEFT_OF_LEGACY = ["value-utf-8"]


@pytest.mark.parametrize("ws", ["WebSocketsSansIOProtocol", "WSProtocol", "WebSocketProtocol"])
@pytest.mark.parametrize("http", HTTP)
def test_with_all_adapters_uvicorn_conforms(http: str, ws: str, tmp_path: Path) -> None:
    with running(f"{UVICORN} --http {HTTP[http]} --ws {MODULE}:{ws}", tmp_path) as server:
        report = probe.run(f"ws://127.0.0.1:{server.address}/chat", concurrency=20)
    assert len(report.results) == report.total == len(probe.CASES)
    assert [result.case.id for result in report.of("violates", "unanswered")] == (
        LEFT_OF_LEGACY if ws == "WebSocketProtocol" else []
    )


def _line(size: int) -> bytes:
    """A handshake with one field line of `size` bytes."""
    return handshake("/chat", f"Cookie: {'a' * (size - len('Cookie: ') - 2)}")


@pytest.mark.parametrize("http", [door.AutoHTTPProtocol, "httptools", "h11"])
def test_the_sansio_implementation_is_given_no_line_that_it_would_not_answer(http: Any) -> None:
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, observers=[watcher])
    with serving(app, http=http, ws=door.WebSocketsSansIOProtocol) as port:
        assert ask(port, _line(8192))[0] == 101
        assert watcher.event().outcome == "accepted"
        watcher.ended()
        status, problem = ask(port, _line(8193))
        assert (status, problem["code"]) == (431, "size")
        assert problem["violations"][0]["detail"] == "a line of 8193 bytes, wanted at most 8192"
        event = watcher.event()
        assert (event.outcome, event.status, event.path) == ("denied", 431, "/chat")
        key = handshake("/chat", f"Cookie: {'a' * 9000}", key="hello")
        assert ask(port, key)[1]["code"] == "key-base64"
        watcher.event()
    watcher.assert_no_more()


def test_a_long_line_opens_where_the_library_reads_it() -> None:
    app = WebSocketGuardMiddleware(echo)
    with serving(app, http=door.AutoHTTPProtocol, ws=door.WSProtocol) as port:
        assert ask(port, _line(9000))[0] == 101


_BITS = b"permessage-deflate; server_max_window_bits="


@pytest.mark.parametrize(
    ("offered", "given"),
    [
        (b"permessage-deflate", b"permessage-deflate"),
        (b"permessage-deflate; client_max_window_bits", b"permessage-deflate; client_max_window_bits"),
        (_BITS + b"10", _BITS + b"10"),
        (_BITS + b" 15", _BITS + b" 15"),
        (b"x-probe; a=1, permessage-deflate", b"x-probe; a=1, permessage-deflate"),
        (b",, x-probe,", b"x-probe"),
        # RFC 7692 §7.1: "it defines a parameter that is not defined", "invalid value", "multiple ... the same name"
        (b"permessage-deflate; x=1", b""),
        (b"permessage-deflate; server_no_context_takeover; server_no_context_takeover", b""),
        (b"permessage-deflate; server_max_window_bits=9; server_max_window_bits=10", b""),
        (b"permessage-deflate; server_no_context_takeover=1", b""),
        (b"permessage-deflate; server_no_context_takeovers", b""),
        (b"permessage-deflate; server_max_window_bits", b""),
        (_BITS + b"16", b""),
        (_BITS + b"08", b""),
        (_BITS + b"8", b""),  # valid; zlib has no such window
        (_BITS + b'"10"', b""),  # valid; wsproto raises
        (b"permessage-deflate;", b""),
        # The first that can be honoured, as a client lists what it likes best first
        (_BITS + b"7, permessage-deflate", b"permessage-deflate"),
        (_BITS + b"10, permessage-deflate", _BITS + b"10"),
    ],
)
def test_the_offers_that_wsproto_is_given(offered: bytes, given: bytes) -> None:
    assert readable_offers(offered) == given


def _extensions(*offers: str) -> bytes:
    return handshake("/chat", *(f"Sec-WebSocket-Extensions: {offer}" for offer in offers))


def test_a_declined_offer_leaves_the_handshake_as_it_is() -> None:
    """What is echoed is not compressed, and the event shows what the client sent."""
    watcher = Watcher()
    app = WebSocketGuardMiddleware(echo, observers=[watcher])
    with serving(app, http=door.H11Protocol, ws=door.WSProtocol) as port:
        assert ask(port, _extensions('permessage-deflate; server_max_window_bits="10"'))[0] == 101
        event = watcher.event()
        assert (event.outcome, event.verification) == ("accepted", "match")
        sent = event.handshake.fields.get_all("sec-websocket-extensions")
        assert sent == ['permessage-deflate; server_max_window_bits="10"']
        watcher.ended()
    watcher.assert_no_more()


def test_one_offer_is_answered_with_its_own_parameters() -> None:
    """wsproto answers the last one here, without the window, and inflates with the window of the first."""
    with serving(WebSocketGuardMiddleware(echo), http=door.H11Protocol, ws=door.WSProtocol) as port, Peer(port) as peer:
        peer.send(_extensions("permessage-deflate; client_max_window_bits=10", "permessage-deflate"))
        answer = parse_response(peer.read_head())
    assert answer.fields.get_all("sec-websocket-extensions") == ["permessage-deflate; client_max_window_bits=10"]
