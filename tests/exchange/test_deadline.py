"""One timer of the loop for all handshakes that have the same time. The clock is the test's own."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from asgi_ws_guard.exchange.deadline import GRACE, Deadline, Deadlines


class Loop(asyncio.SelectorEventLoop):
    """A loop that counts its timers, and whose clock can be put on."""

    timers = 0
    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead

    def call_at(self, *args: object, **kwargs: object) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(*args, **kwargs)  # type: ignore[arg-type]

    async def advance(self, seconds: float) -> None:
        self.ahead += seconds
        for _ in range(5):
            await asyncio.sleep(0)


Test = Callable[[Loop, Deadlines, list[str]], Coroutine[Any, Any, None]]


def run(test: Test, deadlines: Deadlines | None = None) -> None:
    """Run a test with a loop, deadlines, and a list for what expired."""
    loop = Loop()
    try:
        loop.run_until_complete(test(loop, deadlines or Deadlines(), []))
    finally:
        loop.close()


def start(deadlines: Deadlines, seconds: float, name: str, expired: list[str]) -> Deadline:
    found = deadlines.start(seconds, lambda: expired.append(name))
    assert found is not None
    return found


def test_a_thousand_that_are_answered_cost_one_timer() -> None:
    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        for _ in range(1000):
            start(deadlines, 30, "late", expired).stop()
        assert loop.timers == 1
        await loop.advance(31)
        assert (loop.timers, expired) == (1, [])
        start(deadlines, 30, "late", expired)
        await loop.advance(30)
        assert (loop.timers, expired) == (2, ["late"])

    run(test)


def test_each_expires_in_its_turn_and_what_was_stopped_never() -> None:
    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        first, second, _ = (start(deadlines, 20, name, expired) for name in "abc")
        second.stop()
        start(deadlines, 10, "sooner", expired)
        await loop.advance(10)
        assert expired == ["sooner"]
        await loop.advance(10)
        assert expired == ["sooner", "a", "c"]
        first.stop()  # as an app that leaves later does

    run(test)


def test_one_that_comes_while_others_wait_has_its_whole_time() -> None:
    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        start(deadlines, 30, "first", expired)
        await loop.advance(20)
        start(deadlines, 30, "second", expired)
        await loop.advance(10)
        assert expired == ["first"]
        await loop.advance(19)
        assert expired == ["first"]
        await loop.advance(1)
        assert (expired, loop.timers) == (["first", "second"], 2)

    run(test)


def test_one_that_raises_keeps_no_other_waiting() -> None:
    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        raised: list[object] = []
        loop.set_exception_handler(lambda _, context: raised.append(type(context["exception"])))
        deadlines.start(30, lambda: [][0])
        start(deadlines, 30, "second", expired)
        await loop.advance(30)
        assert (raised, expired) == ([IndexError], ["second"])

    run(test)


def test_each_expires_in_the_context_of_its_own_handshake() -> None:
    """Else one would be logged and traced under the id of another."""
    name = ContextVar[str]("name", default="none")

    async def waiting(deadlines: Deadlines, expired: list[str], own: str) -> None:
        name.set(own)
        deadlines.start(30, lambda: expired.append(name.get()))
        await asyncio.sleep(0)

    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        await asyncio.gather(*(waiting(deadlines, expired, own) for own in "abc"))
        await loop.advance(30)
        assert (expired, name.get()) == (["a", "b", "c"], "none")

    run(test)


def test_no_context_outlives_its_handshake() -> None:
    """The timer stays, and may wait for as long as accept_timeout says."""

    class Held:
        pass

    held = ContextVar[Held]("held")

    async def answering(deadlines: Deadlines, expired: list[str]) -> weakref.ref[Held]:
        held.set(Held())
        start(deadlines, 30, "late", expired).stop()
        return weakref.ref(held.get())

    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        last = await asyncio.ensure_future(answering(deadlines, expired))
        await asyncio.sleep(0)
        assert loop.timers == 1
        assert last() is None

    run(test)


def test_loops_that_take_turns_share_no_timer_and_make_no_more_than_they_need() -> None:
    deadlines, loops = Deadlines(), (Loop(), Loop())

    async def answered() -> None:
        start(deadlines, 30, "late", []).stop()

    try:
        for loop in loops * 5:
            loop.run_until_complete(answered())
        assert [loop.timers for loop in loops] == [1, 1]
    finally:
        for loop in loops:
            loop.close()
    kept = weakref.ref(loops[0])
    del loop, loops
    run(lambda *_: answered(), deadlines)
    gc.collect()
    assert kept() is None


def test_another_loop_has_timers_of_its_own() -> None:
    deadlines = Deadlines()

    async def test(loop: Loop, deadlines: Deadlines, expired: list[str]) -> None:
        start(deadlines, 30, "late", expired)
        await loop.advance(30)
        assert (loop.timers, expired) == (1, ["late"])

    run(test, deadlines)
    run(test, deadlines)


def test_a_task_that_has_ended_is_not_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(answered: list[str]) -> None:
        answered.append("answered")

    async def test(loop: Loop, deadlines: Deadlines, answered: list[str]) -> None:
        async def leaves() -> None:
            deadlines.start(30, lambda: answer(answered))

        await asyncio.ensure_future(leaves())
        await loop.advance(30)
        assert answered == ["answered"]
        await loop.advance(GRACE)

    run(test)
    assert caplog.records == []


def test_without_a_task_there_is_no_deadline() -> None:
    assert Deadlines().start(30, lambda: None) is None
