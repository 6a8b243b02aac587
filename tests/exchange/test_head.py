"""A head that is known at a glance is a head that verifies."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Handshake, WebSocketGuardMiddleware, accept_value, verify
from asgi_ws_guard.exchange.head import Watch
from asgi_ws_guard.exchange.websocket import Exchange
from asgi_ws_guard.handshake import parse_response
from asgi_ws_guard.policy.precedents import ANSWER_BYTES
from asgi_ws_guard.taps.head import HeadObserver
from benchmarks.connection import Connection
from benchmarks.requests import handshake_headers

KEYS = ("dGhlIHNhbXBsZSBub24gcw==", "x3JJHMbDL1EzLkh9GBhXDg==")
OFFER = "permessage-deflate; client_max_window_bits"
ACCEPTS = [accept_value(key) for key in KEYS]
RIGHT = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", "{accept}")]
MORE = [
    ("Sec-WebSocket-Extensions", "permessage-deflate"),
    ("Sec-WebSocket-Protocol", "chat"),
    ("date", "today"),
    ("date", "tomorrow"),
    ("X-Echo", "{accept}"),
    ("X-Echo", ACCEPTS[0]),
    ("Sec-WebSocket-Accept", ACCEPTS[1]),
    ("Sec-WebSocket-Accept", "{accept}"),
    ("Upgrade", "h2c"),
]
LINES = st.lists(st.sampled_from([*RIGHT, *MORE]), max_size=3).map(lambda more: [*RIGHT, *more])
HEADS = st.one_of(LINES, LINES.flatmap(st.permutations), st.lists(st.sampled_from([*RIGHT, *MORE]), max_size=5))


def exchange(middleware: WebSocketGuardMiddleware, key: str, offer: str | None, *, hidden: bool = False) -> Exchange:
    """One whose app has accepted, behind uvicorn: with wsproto, which keeps the offers to itself, if `hidden`."""
    connection: Any = Connection()
    headers = [field for field in handshake_headers(key.encode()) if field[0] != b"sec-websocket-extensions"]
    if offer is not None and not hidden:
        headers.append((b"sec-websocket-extensions", offer.encode()))
    extensions = [offer] if hidden and offer is not None else []
    initiating = SimpleNamespace(extensions=extensions)
    connection.conn = SimpleNamespace(handshake=SimpleNamespace(_initiating_request=initiating))
    scope = {**connection.request_scope, "headers": headers}
    decision = middleware._decision(scope, connection.send)
    assert decision is not None
    made = Exchange(middleware.guard, decision, scope, connection.receive, connection.send, observe_wire=True)
    assert made.watch is not None and made.watch.sees
    made.watch.accepting = True
    return made


def head_of(lines: list[tuple[str, str]], key: str) -> bytes:
    text = "".join(f"{name}: {value.format(accept=accept_value(key))}\r\n" for name, value in lines)
    return f"HTTP/1.1 101 Switching Protocols\r\n{text}\r\n".encode()


def answered(one: Exchange, head: bytes) -> bool:
    """Whether a head that the server wrote was known at a glance; what is not is judged, as the tap would have it."""
    watch = one.watch
    assert watch is not None
    if watch.glance(head):
        return True
    HeadObserver(_Judged(watch)).feed(head)
    return False


class _Judged:
    """A watch that glances no more."""

    def __init__(self, watch: Watch) -> None:
        self.judge = watch.judge

    def glance(self, data: bytes) -> bool:
        return False


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([OFFER, None]), HEADS), min_size=2), st.booleans())
@settings(max_examples=500, deadline=None)
def test_what_is_known_at_a_glance_verifies(
    answers: list[tuple[str, str | None, list[tuple[str, str]]]], hidden: bool
) -> None:
    middleware = WebSocketGuardMiddleware(_none)
    for key, offer, lines in answers:
        one, head = exchange(middleware, key, offer, hidden=hidden), head_of(lines, key)
        if answered(one, head):
            fields = [("Sec-WebSocket-Key", key), *([("Sec-WebSocket-Extensions", offer)] if offer else [])]
            assert verify(Handshake(fields=fields), parse_response(head)) == ()
            assert (one.outcome, one.verification) == ("accepted", "match")


def test_the_next_right_head_of_its_kind_is_known() -> None:
    """Otherwise it would be a way round for nothing."""
    for hidden in (False, True):
        middleware = WebSocketGuardMiddleware(_none)
        lines = [*RIGHT, MORE[0], MORE[2]]
        heads = [head_of(lines, key) for key in KEYS]
        asked = zip(KEYS, heads, strict=True)
        known = [answered(exchange(middleware, key, OFFER, hidden=hidden), head) for key, head in asked]
        assert known == [False, True]
        for other in ([*RIGHT, MORE[0], MORE[3]], [*RIGHT, MORE[2]]):
            assert not answered(exchange(middleware, KEYS[0], OFFER, hidden=hidden), head_of(other, KEYS[0]))
        assert not answered(exchange(middleware, KEYS[0], None, hidden=hidden), heads[0])


def test_a_head_that_has_its_accept_value_twice_is_not_kept() -> None:
    """The server may write an old value the next time, where only one of the two has changed."""
    middleware = WebSocketGuardMiddleware(_none)
    head = head_of([("X-Echo", "{accept}"), *RIGHT], KEYS[0])
    for _ in range(2):
        assert not answered(exchange(middleware, KEYS[0], None), head)


def test_what_is_kept_of_an_answer_is_bounded() -> None:
    """Be it the app's part of it, or the client's, which uvicorn + wsproto keeps elsewhere."""
    many = ", ".join([OFFER] * 200)
    padded = head_of([*RIGHT, ("X-Padding", "a" * ANSWER_BYTES)], KEYS[0])
    for offer, head in ((OFFER, padded), (many, head_of(RIGHT, KEYS[0])), (OFFER, head_of(RIGHT, KEYS[0]))):
        one = exchange(WebSocketGuardMiddleware(_none), KEYS[0], offer, hidden=True)
        precedent = one.precedent
        assert precedent is not None and not answered(one, head) and one.verification == "match"
        assert (precedent.answer is None) is (len(head) + len(offer) > ANSWER_BYTES)


def test_an_answer_of_http_1_0_is_not_kept() -> None:
    """What is known at a glance is said to be of HTTP/1.1."""
    middleware = WebSocketGuardMiddleware(_none)
    head = head_of(RIGHT, KEYS[0]).replace(b"HTTP/1.1", b"HTTP/1.0")
    for _ in range(2):
        assert not answered(exchange(middleware, KEYS[0], None), head)


def test_only_an_accept_is_known_at_a_glance() -> None:
    middleware = WebSocketGuardMiddleware(_none)
    heads = [head_of(RIGHT, key) for key in KEYS]
    assert not answered(exchange(middleware, KEYS[0], None), heads[0])
    unasked = exchange(middleware, KEYS[1], None)
    assert unasked.watch is not None
    unasked.watch.accepting = False
    assert not answered(unasked, heads[1])
    assert unasked.outcome == "failed"


def test_the_client_is_gone_when_its_transport_is_closing() -> None:
    one = exchange(WebSocketGuardMiddleware(_none), KEYS[0], None)
    transport: Any = one.send.__self__.own_transport  # type: ignore[attr-defined]
    assert one.watch is not None
    for closing in (False, True):
        transport.is_closing = lambda closing=closing: closing
        assert one.watch.hears and one.watch.client_is_gone() is closing
    one.watch.release()
    assert not one.watch.hears and not one.watch.client_is_gone()


async def _none(*_: Any) -> None:
    await asyncio.sleep(0)
