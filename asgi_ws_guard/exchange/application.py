"""What an application is given to answer its handshake with, and what it may say (the room's first page has the law).

Its `send` is a function of ours that is aimed at the server's own once it has answered: after that it is one inlined
call. Its `receive` is the server's own where the server tells us and the application that the client is gone (uvicorn,
with the wire observed), else it is as `send` is.
"""

from __future__ import annotations

from typing import Any

from ..asgi import Message, Receive, Scope, Send, rereadable
from ..guard import Decision, Guard
from ..handshake import Violation
from ..handshake.fields import escaped
from ..handshake.requirements import violated
from .accept_message import mended_accept, wrong_choice
from .answering import Answering, yield_once
from .app_fields import switches_protocols
from .callables import HandshakeClosedError, aim, receiver, sender
from .deadline import Deadline
from .states import TAKEN_OVER, Signal, after


class Asked(Answering):
    """A handshake that an application has in hand.

    deadline  of its answer, while that is due
    given     the callables that it has, each with the server's own that it stands for
    """

    __slots__ = ("deadline", "given")

    def __init__(
        self, guard: Guard, decision: Decision, scope: Scope, receive: Receive, send: Send, *, observe_wire: bool
    ) -> None:
        super().__init__(guard, decision, scope, receive, send, observe_wire=observe_wire)
        self.deadline: Deadline | None = None
        self.given: tuple[tuple[Any, Receive | Send], ...] = ()

    def _callables(self) -> tuple[Receive, Send]:
        receive, send = self.receive, sender(self._send)
        self.given = ((send, self.send),)
        if self.watch is not None and self.watch.hears:
            self.state = "asked"  # or not yet: such a server takes an answer either way
        else:
            receive = receiver(self._receive)
            self.given += ((receive, self.receive),)
        return receive, send

    async def _receive(self) -> Message:
        if self.state in TAKEN_OVER:
            return {"type": "websocket.disconnect", "code": 1006}
        message = await self.receive()
        if message["type"] == "websocket.connect":
            self.state = after(self.state, "client connects")
        elif message["type"] == "websocket.disconnect":
            self.state = after(self.state, "client leaves")
        return message

    async def _send(self, message: Message) -> None:
        if self.state in TAKEN_OVER:
            if self.state == "replaced" and message["type"] == "websocket.http.response.body":
                return
            raise HandshakeClosedError("the guard has answered this handshake; nothing can be sent any more")
        checked = await self._checked(message)
        if checked is None:
            return
        self._stop_deadline()
        try:
            await self.send(checked)
        except OSError:
            self.state = after(self.state, "client leaves")
            raise
        except Exception:
            self._server_failed()
            raise
        await self._sent(checked)

    async def _checked(self, message: Message) -> Message | None:
        """The message as it may go to the server, None where it may not and the guard has answered."""
        kind = message["type"]
        if kind == "websocket.accept":
            if len(message) > 1:  # than the type
                message = self._mended(message)
                if await self._answered_for(wrong_choice(message, self.handshake)):
                    return None
            self.state = after(self.state, "application accepts")
            if self.watch is not None:
                self.watch.accepting = True
        elif kind == "websocket.http.response.start":
            message = rereadable(message)
            if switches_protocols(message):  # servers write it out
                said = "the application denied with what is, or may become, a 101 or an accept value"
                if await self._answered_for(violated("http-101", said), "guard replaces denial"):
                    return None
        elif kind.startswith("http.response"):  # granian takes it, and puts the fields into its own 101; others raise
            said = f"the application sent {escaped(kind, 64)} in a websocket scope"
            if await self._answered_for(violated("app-answers", said)):
                return None
        return message

    def _mended(self, message: Message) -> Message:
        message = rereadable(message)
        if message.get("subprotocol") == "" and not self.policy.report_only:
            message = {**message, "subprotocol": None}  # meant as none; some servers write it out, some drop the client
        mended, violation = mended_accept(message, self.handshake)
        if violation is None:
            return message
        self.violations += (violation,)
        return mended if self.policy.enforces(violation) else message

    async def _sent(self, message: Message) -> None:
        """The server has taken a message of the application's."""
        kind = message["type"]
        if self.outcome is not None:
            self._step_aside()  # the head came by already
        elif self.is_gone():  # uvicorn's legacy implementation takes any answer to a client that is gone
            self.decide_unseen("abandoned", None)
        elif kind == "websocket.accept":
            await self._accepted()
        elif kind == "websocket.close":
            self._refused(403)
        elif kind == "websocket.http.response.start":
            self._refused(message["status"])

    async def _accepted(self) -> None:
        """The server took the accept message, and its head did not come by yet."""
        if self.watch is None or not self.watch.sees:
            self.decide("accepted", 200 if self.handshake.extended_connect else 101)
        else:
            await self._let_head_pass()
        self._step_aside()

    def _refused(self, status: int) -> None:
        self.state = after(self.state, "application refuses")
        self.decide("refused", status)

    async def _answered_for(self, violation: Violation | None, signal: Signal = "guard answers") -> bool:
        """Whether something is wrong, and the guard has answered for it."""
        if violation is None:
            return False
        self.violations += (violation,)
        if not self.policy.enforces(violation):
            return False
        await self.answer_for((violation,), "failed", signal)
        return True

    def _server_failed(self) -> None:
        """The server raised at an answer of the application's. It may have sent a part, so no second one may follow."""
        if self.outcome is None:
            self.violations += (violated("app-answers", "the server failed to send the application's answer"),)
            self.decide_unseen("failed", 500)

    async def _let_head_pass(self) -> None:
        """uvicorn's legacy implementation writes the 101 after `send` returned."""
        for _ in range(3):
            if self.outcome is None:
                await yield_once()

    def _step_aside(self) -> None:
        """From here on the application talks to the server alone: aim its callables at the server's own.

        No cycle may be left: granian keeps a refused connection open for as long as its objects are alive, so until the
        garbage collector comes by. And nothing of the tap stays with an open connection.
        """
        self._stop_deadline()
        if self.outcome is not None:
            self.watch = None
        if self.state not in TAKEN_OVER:
            self.state = after(self.state, "head is through")
            for ours, theirs in self.given:
                aim(ours, theirs)
        self.given = ()

    def _stop_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.stop()
            self.deadline = None
