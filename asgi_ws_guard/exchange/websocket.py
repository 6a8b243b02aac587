"""One handshake in a websocket scope, from the guard's decision to the app's answer.

The app's `send` is a function of ours that is aimed at the server's own once the app has answered: after that it is one
inlined call. Its `receive` is the server's own where the server tells us and the app that the client is gone (uvicorn,
with the wire observed), else it is as `send` is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from ..asgi import ASGIApp, Message, Receive, Scope, Send, can_deny, denial, rereadable
from ..events import Outcome
from ..guard import Decision, Guard
from ..handshake import Violation
from ..handshake.fields import escaped
from ..handshake.requirements import violated
from ..problem import problem
from .accept_message import mended_accept, wrong_choice
from .app_fields import switches_protocols
from .callables import HandshakeClosedError, aim, is_closed_error, receiver, sender
from .deadline import Deadline, Deadlines
from .head import Watch
from .record import Record


class Exchange(Record):
    """The handshake of one websocket scope. `refuse` answers it; `run` lets the app do so."""

    __slots__ = (
        "aimed",
        "answered_for",
        "connected",
        "deadline",
        "denial_replaced",
        "gone",
        "receive",
        "send",
        "watch",
    )

    def __init__(
        self, guard: Guard, decision: Decision, scope: Scope, receive: Receive, send: Send, *, observe_wire: bool
    ) -> None:
        super().__init__(guard, decision, scope)
        self.receive = receive
        self.send = send
        self.watch = Watch(self, send) if observe_wire else None
        self.connected = False  # websocket.connect was received: ASGI allows a denial from then on
        self.gone = False  # the client is, as the app or the server said
        self.answered_for = False  # by us, where the app did it wrongly or not at all
        self.aimed: tuple[tuple[Any, Receive | Send], ...] = ()  # the app's callables, and the server's
        self.deadline: Deadline | None = None
        self.denial_replaced = False  # its body may still come

    async def refuse(self, refused: Sequence[Violation], outcome: Outcome = "denied") -> None:
        """Answer for the app: by the Denial Response extension, or by close where the server has none."""
        with self.answering():
            # Quart's test client sends no websocket.connect: only a disconnect means that the client is gone.
            if not self.connected and (await self.receive())["type"] == "websocket.disconnect":
                self.gone = True
            if self._is_gone():
                self.decide("abandoned", None)
            if self.gone:  # if only the transport says so, uvicorn's legacy implementation still asks for an answer
                return
            extended_connect = self.handshake.extended_connect
            answer = problem(refused, self.violations, extended_connect=extended_connect)
            if can_deny(self.scope):
                for message in denial("websocket", answer):
                    await self.send(message)
            else:
                if self.watch is not None:
                    self.watch.answer = answer  # in place of the bare 403
                await self.send({"type": "websocket.close", "code": 1008 if outcome == "denied" else 1011})
            self.decide(outcome, answer.status)
            await _yield_once()

    async def answer_for(self, refused: Sequence[Violation], outcome: Outcome) -> None:
        """Answer in the place of an app that has been called, and may still want to."""
        self.answered_for = True
        await self.refuse(refused, outcome)

    def join(self, guard: Guard, decision: Decision, deadlines: Deadlines) -> None:
        """The same; where the other policy gives less time, that begins now."""
        before = self.policy.accept_timeout
        super().join(guard, decision, deadlines)
        seconds = self.policy.accept_timeout
        if seconds is not None and (before is None or seconds < before):
            if self.deadline is not None:
                self.deadline.stop()
            self.deadline = deadlines.start(seconds, self._timed_out)

    async def run(self, app: ASGIApp, deadlines: Deadlines) -> None:
        """Let the app answer, and see that it does."""
        if self.policy.accept_timeout is not None:
            self.deadline = deadlines.start(self.policy.accept_timeout, self._timed_out)
        try:
            await app(self.scope, *self._callables())
        except Exception as error:
            if self.answered_for and is_closed_error(error):
                return
            await self._app_failed("the application failed before it answered")
            raise
        except BaseException as halt:  # the server stops, or the client is gone; or it is our own cancelling
            self.decide("abandoned", None)
            if not isinstance(halt, asyncio.CancelledError) or not self._cancelled():
                raise
        else:
            if self.outcome is None or self.answered_for:  # by a task that may still be at it
                await self._app_failed("the application returned before it answered")
            if self.outcome == "refused":
                await _yield_once()
        finally:
            self._step_aside()
            self.closed()

    def _callables(self) -> tuple[Receive, Send]:
        """The app's receive and send."""
        receive, send = self.receive, sender(self._send)
        self.aimed = ((send, self.send),)
        if self.watch is not None and self.watch.hears:
            self.connected = True  # or not: such a server takes an answer either way
        else:
            receive = receiver(self._receive)
            self.aimed += ((receive, self.receive),)
        return receive, send

    async def _receive(self) -> Message:
        if self.answered_for:
            return {"type": "websocket.disconnect", "code": 1006}
        message = await self.receive()
        if message["type"] == "websocket.connect":
            self.connected = True
        elif message["type"] == "websocket.disconnect":
            self.gone = True
        return message

    async def _send(self, message: Message) -> None:
        if self.answered_for:
            if self.denial_replaced and message["type"] == "websocket.http.response.body":
                return
            raise HandshakeClosedError("the guard has answered this handshake; nothing can be sent any more")
        kind = message["type"]
        if kind == "websocket.accept":
            if len(message) > 1:  # than the type
                message = self._mended(message)
                if await self._wrong_choice(message):
                    return
            if self.watch is not None:
                self.watch.accepting = True
        elif kind == "websocket.http.response.start":
            message = rereadable(message)
            if await self._switches_protocols(message):
                return
        elif kind.startswith("http.response") and await self._answered_for(
            # granian takes it for the answer, and writes its own 101 round the app's fields; other servers raise.
            violated("app-answers", f"the application sent {escaped(kind, 64)} in a websocket scope")
        ):
            return
        if self.deadline is not None:
            self.deadline.stop()
            self.deadline = None
        try:
            await self.send(message)
        except OSError:
            self.gone = True
            raise
        except Exception:
            self._server_failed()
            raise
        if self.outcome is not None:
            self._step_aside()  # the head came by already
        elif self._is_gone():  # uvicorn's legacy implementation takes any answer to a client that is gone
            self._decide_unseen("abandoned", None)
        elif kind == "websocket.accept":
            await self._accepted()
        elif kind == "websocket.close":
            self.decide("refused", 403)
        elif kind == "websocket.http.response.start":
            self.decide("refused", message["status"])

    def _is_gone(self) -> bool:
        """Whether the client is known to be gone."""
        return self.gone or (self.watch is not None and self.watch.client_is_gone())

    async def _switches_protocols(self, message: Message) -> bool:
        """Whether the app denied with what looks like an accept, and so was answered by us: servers write it out."""
        if not switches_protocols(message):
            return False
        violation = violated("http-101", "the application denied with what is, or may become, a 101 or an accept value")
        self.denial_replaced = await self._answered_for(violation)
        return self.denial_replaced

    async def _answered_for(self, violation: Violation) -> bool:
        self.violations += (violation,)
        if not self.policy.enforces(violation):
            return False
        await self.answer_for((violation,), "failed")
        return True

    def _mended(self, message: Message) -> Message:
        message = rereadable(message)
        if message.get("subprotocol") == "" and not self.policy.report_only:
            message = {**message, "subprotocol": None}  # meant as none; some servers write it out, some drop the client
        mended, violation = mended_accept(message, self.handshake)
        if violation is None:
            return message
        self.violations += (violation,)
        return mended if self.policy.enforces(violation) else message

    async def _wrong_choice(self, message: Message) -> bool:
        """Whether the app chose a subprotocol that was not offered and so was answered by us."""
        violation = wrong_choice(message, self.handshake)
        return violation is not None and await self._answered_for(violation)

    def _cancelled(self) -> bool:
        return self.deadline is not None and self.deadline.swallow_cancel()

    def _timed_out(self) -> Coroutine[Any, Any, None] | None:
        """The answer to send for an app that did not answer in time, None where that is only reported.

        An app that does not know that its client is gone is answered for as well, and so cancelled.
        """
        if self.answered_for or self.outcome is not None:
            return None
        if self._is_gone():
            self._decide_unseen("abandoned", None)
        if self.gone:
            return None
        violation = violated("accept-timeout", f"no answer in {self.policy.accept_timeout:g} seconds")
        self.violations += (violation,)
        if not self.policy.enforces(violation):
            return None
        self.answered_for = True
        return self.refuse((violation,), "failed")

    def _server_failed(self) -> None:
        """The server raised at the answer of the app. It may have sent a part of it, so no second one may follow."""
        if self.outcome is None:
            self.violations += (violated("app-answers", "the server failed to send the application's answer"),)
            self._decide_unseen("failed", 500)

    async def _accepted(self) -> None:
        """The server took the accept message, and its head did not come by yet."""
        if self.watch is None or not self.watch.sees:
            self.decide("accepted", 200 if self.handshake.extended_connect else 101)
        else:
            await self._let_head_pass()
        self._step_aside()

    def _step_aside(self) -> None:
        """From here on the app talks to the server alone: aim its callables at the server's own.

        No cycle may be left: granian keeps a refused connection open for as long as its objects are alive, so until the
        garbage collector comes by. And nothing of the adapter stays with an open connection.
        """
        if self.deadline is not None:
            self.deadline.stop()
            self.deadline = None
        if self.outcome is not None:
            self.watch = None
        if not self.answered_for:
            for ours, theirs in self.aimed:
                aim(ours, theirs)
        self.aimed = ()

    async def _app_failed(self, detail: str) -> None:
        """The app left. If it has answered, nothing is to be done; else we answer for it."""
        if self.deadline is not None and self.deadline.answering is not None:
            await self.deadline.answering
        if self.watch is not None and self.watch.accepting:
            await self._await_head()
        if self.outcome is not None:
            return
        if self._is_gone():
            self._decide_unseen("abandoned", None)
            return
        violation = violated("app-answers", detail)
        self.violations += (violation,)
        if not self.policy.enforces(violation):
            self._decide_unseen("failed", violation.status)
        else:
            await self.answer_for((violation,), "failed")

    async def _let_head_pass(self) -> None:
        """uvicorn's legacy implementation writes the 101 after `send` returned."""
        for _ in range(3):
            if self.outcome is None:
                await _yield_once()

    async def _await_head(self) -> None:
        """An app may leave before the 101 is written, or have accepted for a client that was gone."""
        await self._let_head_pass()
        gone = self._is_gone()
        self._decide_unseen("abandoned" if gone else "accepted", None if gone else 101)

    def _decide_unseen(self, outcome: Outcome, status: int | None) -> None:
        if self.watch is not None:
            self.watch.release()
        self.decide(outcome, status)


async def _yield_once() -> None:
    """Let the loop turn once: uvicorn's sansio logs an ERROR when the app returns in the turn of the denial's body."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # trio, which has no server with that fault
        return
    await asyncio.sleep(0)
