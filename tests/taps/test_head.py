"""The observer of a response head and its taps, without a server: what passes, when, and what is left behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from asgi_ws_guard import HandshakeResponse
from asgi_ws_guard.handshake.wire import MAX_HEAD
from asgi_ws_guard.taps.head import HeadObserver
from asgi_ws_guard.taps.response import NO_STATUS
from asgi_ws_guard.taps.transport import TransportTap

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: abc\r\n\r\n"
FRAMES = b"\x81\x02hi\x88\x00\r\n\r\n"  # what looks like the end of a head is none any more
REPLACEMENT = b"HTTP/1.1 500 Internal Server Error\r\n\r\n{}"


class Judge:
    """Remembers what it was asked, and answers the same each time."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.asked: list[HandshakeResponse | None] = []
        self._answer = answer

    def glance(self, data: bytes) -> bool:
        return False

    def judge(self, response: HandshakeResponse | None) -> bytes | None:
        self.asked.append(response)
        return self._answer

    @property
    def statuses(self) -> list[int | None]:
        return [None if response is None else response.status for response in self.asked]


class Transport:
    """What asyncio's transports do, noted down."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = 0

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed += 1

    def is_closing(self) -> bool:
        return self.closed > 0


class TwistedTransport(Transport):
    """The names that Twisted has for the same."""

    def __init__(self) -> None:
        super().__init__()
        self.producing = True

    def unregisterProducer(self) -> None:
        self.producing = False

    def loseConnection(self) -> None:
        assert not self.producing, "over TLS the connection would stay open"
        self.close()


class Owner:
    """A protocol."""

    def __init__(self, transport: Any) -> None:
        self.transport = transport


def tapped(judge: Judge, transport: Any) -> tuple[Owner, TransportTap]:
    owner = Owner(transport)
    return owner, TransportTap(owner, "transport", judge)


@pytest.mark.parametrize("size", range(1, len(HEAD)))
def test_a_head_in_pieces_is_held_until_it_is_whole(size: int) -> None:
    judge = Judge()
    observer = HeadObserver(judge)
    pieces = [HEAD[place : place + size] for place in range(0, len(HEAD), size)]
    assert [observer.feed(piece) for piece in pieces] == [b""] * (len(pieces) - 1) + [HEAD]
    assert (judge.statuses, observer.state) == ([101], "released")


@pytest.mark.parametrize("place", range(len(HEAD + FRAMES) + 1))
def test_bytes_behind_the_head_stay_behind_it(place: int) -> None:
    data, observer = HEAD + FRAMES, HeadObserver(Judge())
    assert observer.feed(data[:place]) + observer.feed(data[place:]) == data


@pytest.mark.parametrize("place", range(len(HEAD + FRAMES) + 1))
def test_a_replaced_head_is_replaced_once_and_nothing_follows(place: int) -> None:
    data, observer = HEAD + FRAMES, HeadObserver(Judge(REPLACEMENT))
    assert observer.feed(data[:place]) + observer.feed(data[place:]) == REPLACEMENT
    assert (observer.feed(b"more"), observer.release(), observer.state) == (b"", b"", "replaced")


def test_interim_heads_go_with_the_final_one() -> None:
    judge = Judge()
    observer = HeadObserver(judge)
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert observer.feed(interim) == b""
    assert observer.feed(HEAD) == interim + HEAD
    assert judge.statuses == [101]


def test_interim_heads_go_with_the_replacement() -> None:
    assert HeadObserver(Judge(REPLACEMENT)).feed(b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD) == REPLACEMENT


def test_what_is_no_head_is_judged_as_such() -> None:
    judge = Judge()
    assert HeadObserver(judge).feed(b"\x00\x01\x02 nonsense\r\n\r\n") == b"\x00\x01\x02 nonsense\r\n\r\n"
    assert judge.statuses == [NO_STATUS]


@pytest.mark.parametrize("line_break", [b"\r\n", b"\r\n ", b"\n", b"\r"])
def test_a_line_break_inside_a_value_is_kept_in_it(line_break: bytes) -> None:
    judge = Judge()
    HeadObserver(judge).feed(HEAD.replace(b"abc", b"ab" + line_break + b"c"))
    [response] = judge.asked
    assert response is not None
    assert (response.status, response.fields.get_all("upgrade")) == (101, ["websocket"])
    assert response.accept is not None
    assert "\r" in response.accept or "\n" in response.accept


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["no end", "with its end"])
def test_a_head_that_is_too_large_is_let_go_unread(end: bytes) -> None:
    judge = Judge()
    large = HEAD[:-4] + b"\r\nX-Note: " + b"a" * MAX_HEAD + end
    assert HeadObserver(judge).feed(large) == large
    assert judge.statuses == [None]


def test_a_large_head_in_small_writes_is_held_no_longer_than_that() -> None:
    observer = HeadObserver(Judge())
    passed = [observer.feed(b"a" * 1000) for _ in range(70)]
    assert sum(map(len, passed)) == 70_000
    assert passed[:65] == [b""] * 65


def test_released_by_hand_it_lets_go_what_it_held_and_asks_nobody() -> None:
    judge = Judge()
    observer = HeadObserver(judge)
    observer.feed(HEAD[:10])
    assert (observer.release(), observer.feed(HEAD[10:])) == (HEAD[:10], HEAD[10:])
    assert judge.asked == []


@pytest.mark.parametrize("write", ["write", "writelines", "writeSequence"])
def test_the_owner_has_its_transport_back_before_the_head_is_written(write: str) -> None:
    transport = Transport()
    owner, tap = tapped(Judge(), transport)
    assert vars(owner) == {"transport": tap}
    getattr(tap, write)(HEAD + FRAMES if write == "write" else [HEAD[:20], HEAD[20:], FRAMES])
    assert owner.transport is transport
    assert transport.written == [HEAD + FRAMES]


def test_what_was_kept_elsewhere_still_writes_through() -> None:
    transport = Transport()
    _, tap = tapped(Judge(), transport)
    tap.write(HEAD)
    tap.write(bytearray(b"frame"))
    tap.close()
    tap.write(memoryview(b"late"))
    assert (b"".join(transport.written), transport.closed) == (HEAD + b"framelate", 1)


@pytest.mark.parametrize("make", [Transport, TwistedTransport])
def test_a_replacement_closes_and_swallows(make: Callable[[], Transport]) -> None:
    transport = make()
    owner, tap = tapped(Judge(REPLACEMENT), transport)
    tap.write(HEAD + FRAMES)
    assert (transport.written, transport.closed, tap.is_closing()) == ([REPLACEMENT], 1, True)
    tap.write(FRAMES)
    tap.writelines([FRAMES])
    tap.release()
    tap.close()
    assert (transport.written, owner.transport) == ([REPLACEMENT], tap)


@pytest.mark.parametrize("close", ["close", "loseConnection"])
def test_closed_before_the_head_is_whole_what_is_there_goes_out(close: str) -> None:
    transport, judge = TwistedTransport(), Judge()
    transport.unregisterProducer()
    owner, tap = tapped(judge, transport)
    tap.write(HEAD[:30])
    getattr(tap, close)()
    assert (transport.written, transport.closed, judge.asked) == ([HEAD[:30]], 1, [])
    assert owner.transport is transport


def test_all_else_is_the_transports_own() -> None:
    transport = Transport()
    _, tap = tapped(Judge(), transport)
    assert tap.is_closing() is False
    with pytest.raises(AttributeError):
        _ = tap.get_extra_info


def test_two_taps_leave_the_transport_as_it_was() -> None:
    """Two guards, one round the other: the outer one's tap is the inner one's transport."""
    transport, outer, inner = Transport(), Judge(), Judge()
    owner, _ = tapped(outer, transport)
    TransportTap(owner, "transport", inner)
    owner.transport.write(HEAD)
    assert owner.transport is transport
    assert (outer.statuses, inner.statuses, transport.written) == ([101], [101], [HEAD])


def test_an_owner_that_has_dropped_its_transport_does_not_get_it_back() -> None:
    owner, tap = tapped(Judge(), Transport())
    owner.transport = None
    tap.write(HEAD)
    assert owner.transport is None


@pytest.mark.parametrize("answer", [None, REPLACEMENT], ids=["released", "replaced"])
def test_no_cycle_is_left(answer: bytes | None) -> None:
    gc.collect()
    gc.disable()
    try:
        transport = Transport()
        owner, tap = tapped(Judge(answer), transport)
        tap.write(HEAD)
        gone = weakref.ref(owner), weakref.ref(transport)  # the tap holds both
        del owner, tap, transport
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()
