"""A handshake in a websocket scope, and that its application answers it (the room's first page has the law)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from ..asgi import ASGIApp
from ..guard import Decision, Guard
from ..handshake.requirements import violated
from .answering import yield_once
from .application import Asked
from .callables import is_closed_error
from .deadline import Deadlines
from .states import TAKEN_OVER


class Exchange(Asked):
    """The handshake of one websocket scope. `refuse` answers it; `run` lets the application do so."""

    __slots__ = ()

    def join(self, guard: Guard, decision: Decision, deadlines: Deadlines) -> None:
        """The same; where the other policy gives less time, that begins now."""
        before = self.policy.accept_timeout
        super().join(guard, decision, deadlines)
        seconds = self.policy.accept_timeout
        if seconds is not None and (before is None or seconds < before):
            self._stop_deadline()
            self.deadline = deadlines.start(seconds, self._timed_out)

    async def run(self, app: ASGIApp, deadlines: Deadlines) -> None:
        """Let the application answer, and see that it does."""
        if self.policy.accept_timeout is not None:
            self.deadline = deadlines.start(self.policy.accept_timeout, self._timed_out)
        try:
            await app(self.scope, *self._callables())
        except Exception as error:
            if self.state in TAKEN_OVER and is_closed_error(error):
                return
            await self._left("the application failed before it answered")
            raise
        except BaseException as halt:  # the server stops, or the client is gone; or it is our own cancelling
            self.decide("abandoned", None)
            if not isinstance(halt, asyncio.CancelledError) or not self._cancelled():
                raise
        else:
            if self.outcome is None or self.state in TAKEN_OVER:  # by a task that may still be at it
                await self._left("the application returned before it answered")
            if self.outcome == "refused":
                await yield_once()
        finally:
            self._step_aside()
            self.closed()

    def _timed_out(self) -> Coroutine[Any, Any, None] | None:
        """The answer to send for an application that did not answer in time, None where that is only reported.

        One that does not know that its client is gone is answered for as well, and so cancelled.
        """
        if self.state in TAKEN_OVER or self.outcome is not None:
            return None
        if self.is_gone():
            self.decide_unseen("abandoned", None)
        if self.state == "gone":
            return None
        violation = violated("accept-timeout", f"no answer in {self.policy.accept_timeout:g} seconds")
        self.violations += (violation,)
        if not self.policy.enforces(violation):
            return None
        before = self.take_over("guard answers")  # now, and not when the answer has its turn
        return self.answer((violation,), "failed", before)

    def _cancelled(self) -> bool:
        return self.deadline is not None and self.deadline.swallow_cancel()

    async def _left(self, detail: str) -> None:
        """The application left. If it has answered, nothing is to be done; else we answer for it."""
        if self.deadline is not None and self.deadline.answering is not None:
            await self.deadline.answering
        if self.watch is not None and self.watch.accepting:
            await self._await_head()
        if self.outcome is not None:
            return
        if self.is_gone():
            self.decide_unseen("abandoned", None)
            return
        violation = violated("app-answers", detail)
        if not await self._answered_for(violation):
            self.decide_unseen("failed", violation.status)

    async def _await_head(self) -> None:
        """It may leave before the 101 is written, or have accepted for a client that was gone."""
        await self._let_head_pass()
        gone = self.is_gone()
        self.decide_unseen("abandoned" if gone else "accepted", None if gone else 101)
