"""The guard's own answer to a handshake in a websocket scope: before an application is asked, or in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..asgi import Receive, Scope, Send, can_deny, denial
from ..events import Outcome
from ..guard import Decision, Guard
from ..handshake import Violation
from ..problem import problem
from .head import Watch
from .record import Record
from .states import Signal, State, after


class Answering(Record):
    """A handshake that can be answered by us. `state` is one of those on the room's first page."""

    __slots__ = ("receive", "send", "state", "watch")

    def __init__(
        self, guard: Guard, decision: Decision, scope: Scope, receive: Receive, send: Send, *, observe_wire: bool
    ) -> None:
        super().__init__(guard, decision, scope)
        self.receive = receive
        self.send = send
        self.watch = Watch(self, send) if observe_wire else None
        self.state: State = "connecting"

    async def refuse(self, refused: Sequence[Violation]) -> None:
        """Answer what the policy does not let in. No application is called."""
        try:
            await self.answer(refused, "denied", self.state)
        finally:
            self.watch = None  # which holds `send`, and with it granian's connection, until the garbage collector comes

    async def answer_for(
        self, refused: Sequence[Violation], outcome: Outcome, signal: Signal = "guard answers"
    ) -> None:
        """Answer in the place of an application that has been called, and may still want to."""
        await self.answer(refused, outcome, self.take_over(signal))

    def take_over(self, signal: Signal) -> State:
        """From now on, what the application says is too late. The state before that."""
        before, self.state = self.state, after(self.state, signal)
        return before

    async def answer(self, refused: Sequence[Violation], outcome: Outcome, before: State) -> None:
        """Answer by the Denial Response extension, or by close where the server has none."""
        with self.answering():
            # Quart's test client sends no websocket.connect: only a disconnect means that the client is gone.
            if before == "connecting" and (await self.receive())["type"] == "websocket.disconnect":
                before = "gone"
            if before == "gone" or self.is_gone():
                self.decide("abandoned", None)
            if before == "gone":  # if only the transport says so, uvicorn's legacy implementation still wants an answer
                return
            answer = problem(refused, self.violations, extended_connect=self.handshake.extended_connect)
            if can_deny(self.scope):
                for message in denial("websocket", answer):
                    await self.send(message)
            else:
                if self.watch is not None:
                    self.watch.answer = answer  # in place of the bare 403
                await self.send({"type": "websocket.close", "code": 1008 if outcome == "denied" else 1011})
            self.decide(outcome, answer.status)
            await yield_once()

    def is_gone(self) -> bool:
        """Whether the client is known to be gone."""
        return self.state == "gone" or (self.watch is not None and self.watch.client_is_gone())

    def decide_unseen(self, outcome: Outcome, status: int | None) -> None:
        """Decide without the server's head, and let go what is held back of it."""
        if self.watch is not None:
            self.watch.release()
        self.decide(outcome, status)


async def yield_once() -> None:
    """Let the loop turn once: uvicorn's sansio logs an ERROR when the app returns in the turn of the denial's body."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # trio, which has no server with that fault
        return
    await asyncio.sleep(0)
