"""hypercorn's tap, without a socket: events as hypercorn makes them, in and out."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from hypercorn.events import Closed, Event, RawData, Updated

from asgi_ws_guard.taps.hypercorn import SendTap
from tests.taps.test_head import FRAMES, HEAD, REPLACEMENT, Judge


class Protocol:
    """As much of H11Protocol as the tap needs."""

    def __init__(self) -> None:
        self.sent: list[Event] = []
        self.send: Any = self.note

    async def note(self, event: Event) -> None:
        self.sent.append(event)


def sent(protocol: Protocol, *events: Event) -> list[Event]:
    async def send() -> None:
        for event in events:
            await protocol.send(event)

    asyncio.run(send())
    return protocol.sent


@pytest.mark.parametrize("place", range(1, len(HEAD)))
def test_a_head_in_two_events_passes_as_one(place: int) -> None:
    protocol, judge = Protocol(), Judge()
    SendTap(protocol, judge)
    whole = [RawData(HEAD), RawData(FRAMES)]
    assert sent(protocol, RawData(HEAD[:place]), RawData(HEAD[place:]), RawData(FRAMES)) == whole
    assert judge.statuses == [101]
    assert protocol.send == protocol.note


def test_other_events_pass_while_the_head_is_held() -> None:
    protocol = Protocol()
    SendTap(protocol, Judge())
    assert sent(protocol, RawData(HEAD[:9]), Updated(idle=False)) == [Updated(idle=False)]


def test_closed_before_the_head_is_whole_what_is_there_goes_out_first() -> None:
    protocol = Protocol()
    SendTap(protocol, Judge())
    assert sent(protocol, RawData(HEAD[:9]), Closed()) == [RawData(HEAD[:9]), Closed()]
    assert protocol.send == protocol.note


@pytest.mark.parametrize("event", [RawData(HEAD[9:]), Updated(idle=False), Closed()])
def test_released_it_lets_go_what_it_held_with_the_next_event(event: Event) -> None:
    """Nothing can be sent at once where a coroutine sends; but nothing is lost, nor overtaken."""
    protocol, judge = Protocol(), Judge()
    tap = SendTap(protocol, judge)
    sent(protocol, RawData(HEAD[:9]))
    tap.release()
    assert sent(protocol, event) == [RawData(HEAD[:9]), event]
    assert (protocol.send, judge.asked) == (protocol.note, [])


def test_a_replacement_closes_and_swallows() -> None:
    protocol = Protocol()
    tap = SendTap(protocol, Judge(REPLACEMENT))
    assert sent(protocol, RawData(HEAD + FRAMES), RawData(FRAMES)) == [RawData(REPLACEMENT), Closed()]
    tap.release()
    assert sent(protocol, RawData(FRAMES), Closed())[2:] == [Closed()]


def test_no_cycle_is_left_by_a_replacement() -> None:
    gc.collect()
    gc.disable()
    try:
        protocol = Protocol()
        protocol.send = lambda event: asyncio.sleep(0)  # a bound method would be a cycle of the test's own
        SendTap(protocol, Judge(REPLACEMENT))
        sent(protocol, RawData(HEAD))
        gone = weakref.ref(protocol)
        del protocol
        assert gone() is None
    finally:
        gc.enable()
