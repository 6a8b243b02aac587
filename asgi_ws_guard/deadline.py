"""The time that an app has to answer a handshake: one timer of the loop, and past it the cancelling of its task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

logger = logging.getLogger("asgi_ws_guard")

# After the answer, for an app that reads the disconnect that uvicorn, daphne and gunicorn deliver. hypercorn and
# granian deliver nothing to an app that waits, so it is cancelled.
GRACE = 1.0

_said: set[str] = set()


class Deadline:
    """Calls `expired` after `seconds`, unless stopped. If that gives an answer to send, the task that made this is
    cancelled a second later.

    Work in threads cannot be cancelled. Where there is no asyncio task (trio) there is no deadline.
    """

    __slots__ = ("_expired", "_seconds", "_task", "_timer", "answering", "cancelled")

    def __init__(self, seconds: float, expired: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
        self.answering: asyncio.Future[None] | None = None
        self.cancelled = False
        self._seconds = seconds
        self._expired = expired
        self._timer: asyncio.TimerHandle | None = None
        try:
            self._task = asyncio.current_task()
        except RuntimeError:
            self._task = None
        if self._task is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._expire)
        elif not _said:
            _said.add("no task")
            logger.warning("accept_timeout is off: it needs asyncio, and the application runs on another loop")

    def stop(self) -> None:
        """The app has answered, or left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self._timer = None
        if answering := self._expired():
            self.answering = asyncio.ensure_future(answering)
            self._timer = asyncio.get_running_loop().call_later(GRACE, self._cancel)

    def _cancel(self) -> None:
        self._timer = None
        if self._task is not None and not self._task.done():
            logger.warning(
                "an application that had not answered its handshake in %g s, nor left after it was answered for, "
                "is cancelled; what it does in threads goes on",
                self._seconds,
            )
            self.cancelled = True
            self._task.cancel()

    def swallow_cancel(self) -> bool:
        """Whether the CancelledError at hand is of our making, and so is not the server's to see."""
        if self.cancelled and self._task is not None and hasattr(self._task, "uncancel"):
            self._task.uncancel()  # 3.11 and up count the requests to cancel
        return self.cancelled
