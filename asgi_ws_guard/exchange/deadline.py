"""The time that an app has to answer a handshake: past it the guard answers, and then the app's task is cancelled.

Nearly every app answers in time, so what counts is what waiting costs: an entry in a dict, and one timer of the loop
for all that wait for the same number of seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from contextvars import Context, copy_context
from typing import Any, Protocol, TypeAlias

logger = logging.getLogger("asgi_ws_guard")

# After the answer, for an app that reads the disconnect that uvicorn, daphne and gunicorn deliver. hypercorn and
# granian deliver nothing to an app that waits, so it is cancelled.
GRACE = 1.0

TICK = 0.001  # seconds: uvloop's clock, and so a timer that is due, may be early by as much

# Gives the answer to send, None where there is none.
Expired: TypeAlias = Callable[[], "Coroutine[Any, Any, None] | None"]

_said: set[str] = set()


class Deadlines:
    """The deadlines of one middleware's handshakes."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[tuple[asyncio.AbstractEventLoop, float], Waiting] = {}

    def start(self, seconds: float, expired: Expired) -> Deadline | None:
        """Call `expired` after `seconds`, unless stopped. If that gives an answer to send, the task that this is called
        in is cancelled a second later.

        Work in threads cannot be cancelled. Where there is no asyncio task (trio) there is no deadline: None.
        """
        try:
            task = asyncio.current_task()
        except RuntimeError:
            task = None
        if task is None:
            _say_that_it_is_off()
            return None
        loop = task.get_loop()  # which asks the kernel nothing, as get_running_loop does before 3.12
        waiting = self._waiting.get((loop, seconds)) or self._begin(loop, seconds)
        return Deadline(waiting, task, expired)

    def _begin(self, loop: asyncio.AbstractEventLoop, seconds: float) -> Waiting:
        """The first that waits so long on this loop. No loop that is closed is kept any longer."""
        waiting = Waiting(loop, seconds)
        running = {key: each for key, each in list(self._waiting.items()) if not key[0].is_closed()}
        self._waiting = {**running, (loop, seconds): waiting}
        return waiting


class Deadline:
    """That of one handshake. `answering` is the task that answers it once it has expired.

    It expires in the context that it was made in: whoever logs or traces then has that handshake's variables.
    """

    __slots__ = ("_cancelling", "_context", "_expired", "_task", "_waiting", "answering", "cancelled")

    def __init__(self, waiting: Waiting, task: asyncio.Task[Any], expired: Expired) -> None:
        self._waiting = waiting
        self._task = task
        self._expired = expired
        self._context = copy_context()
        self._cancelling: asyncio.TimerHandle | None = None
        self.answering: asyncio.Future[None] | None = None
        self.cancelled = False
        waiting.add(self)

    def stop(self) -> None:
        """The app has answered, or left."""
        self._waiting.forget(self)
        if self._cancelling is not None:
            self._cancelling.cancel()
            self._cancelling = None

    def expire(self) -> None:
        self._context.run(self._expire)

    def _expire(self) -> None:
        if answering := self._expired():
            self.answering = asyncio.ensure_future(answering)
            self._cancelling = self._waiting.loop.call_later(GRACE, self._cancel)

    def swallow_cancel(self) -> bool:
        """Whether the CancelledError at hand is of our making, and so is not the server's to see."""
        if self.cancelled and hasattr(self._task, "uncancel"):
            self._task.uncancel()  # 3.11 and up count the requests to cancel
        return self.cancelled

    def _cancel(self) -> None:
        self._cancelling = None
        if not self._task.done():
            logger.warning(
                "an application that had not answered its handshake in %g s, nor left after it was answered for, "
                "is cancelled; what it does in threads goes on",
                self._waiting.seconds,
            )
            self.cancelled = True
            self._task.cancel()


class Expiring(Protocol):
    """What has so many seconds."""

    def expire(self) -> None: ...


class Waiting:
    """All that have so many seconds, in the order in which their time is up. The timer is left to run when the last of
    them is forgotten: it finds nothing, and to stop it would cost each of them more than it saves. It is of no
    handshake's context, which it would keep alive."""

    __slots__ = ("_context", "_due", "_timer", "loop", "seconds")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self.seconds = seconds
        self._context = Context()
        self._due: dict[Expiring, float] = {}
        self._timer: asyncio.Handle | None = None

    @property
    def all(self) -> Collection[Expiring]:
        """All that wait, the oldest first."""
        return self._due.keys()

    def add(self, deadline: Expiring) -> None:
        self._due[deadline] = due = self.loop.time() + self.seconds
        if self._timer is None:
            self._timer = self.loop.call_at(due, self._look, context=self._context)

    def forget(self, deadline: Expiring) -> None:
        self._due.pop(deadline, None)

    def _look(self) -> None:
        self._timer = None
        first = next(iter(self._due), None)
        if first is None:
            return
        due = self._due[first]
        if due > self.loop.time() + TICK:
            self._timer = self.loop.call_at(due, self._look, context=self._context)
        else:  # one at a time, so that whatever one of them raises keeps no other waiting
            self.forget(first)
            self._timer = self.loop.call_soon(self._look, context=self._context)
            first.expire()


def _say_that_it_is_off() -> None:
    if not _said:
        _said.add("no task")
        logger.warning("accept_timeout is off: it needs asyncio, and the application runs on another loop")
