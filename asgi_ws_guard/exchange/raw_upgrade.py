"""A handshake in an http scope: the server did not upgrade it, for want of a library or because it could not read it.

A malformed one is refused; a valid one is left to the app, and a 101 that the app then sends is verified.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..asgi import ASGIApp, Message, Receive, Scope, Send, denial, rereadable
from ..events import Outcome
from ..guard import Decision, Guard
from ..handshake import Handshake, HandshakeResponse, Violation, verify
from ..handshake.fields import list_elements
from ..handshake.requirements import violated
from ..problem import problem
from ..taps.closing import end_connection
from .app_fields import is_line, sent_fields, status_of, switches_protocols
from .record import Record
from .states import TAKEN_OVER, State, after

logger = logging.getLogger("asgi_ws_guard")

# It is not shown: what is taken for a name may hold a value, such as a cookie's.
_NO_LINE = "a field that may become several; wanted a token for its name and no CR, LF or NUL in its value"

_warned: set[str] = set()


class RawUpgrade(Record):
    """The handshake of one http scope. `refuse` answers it; `run` lets the app do so."""

    __slots__ = ("receive", "send", "state")

    def __init__(self, guard: Guard, decision: Decision, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(guard, decision, scope)
        self.receive = receive
        self.send = send
        self.state: State = "asked"  # of the room's first page; there is no connecting, and nobody accepts

    async def refuse(self, refused: Sequence[Violation], outcome: Outcome = "denied") -> None:
        """Answer a handshake that the policy does not allow, and have the connection end."""
        with self.answering():
            status = await _answer(refused, self.violations, self.handshake, self.receive, self.send)
            self.decide(outcome, status)

    async def answer_for(self, refused: Sequence[Violation], outcome: Outcome) -> None:
        """Answer in the place of an app that has been called, and may still want to."""
        self.state = after(self.state, "guard answers")
        await self.refuse(refused, outcome)

    async def run(self, app: ASGIApp) -> None:
        """Leave the handshake to the app."""
        _warn_once(self.handshake)
        try:
            await app(self.scope, self.receive, self._send)
        except Exception:
            self._left_without_answer("the application failed before it answered")
            raise
        except BaseException:  # the server stops, or the client is gone
            self.decide("abandoned", None)
            raise
        self._left_without_answer("the application returned before it answered")

    def _left_without_answer(self, detail: str) -> None:
        if self.outcome is None:
            self.violations += (violated("app-answers", detail),)
            self.decide("failed", 500)

    async def _send(self, message: Message) -> None:
        if self.state in TAKEN_OVER:
            return
        try:
            if "status" in message:  # http.response.start, and gunicorn's http.response.informational
                await self._start(rereadable(message))
            else:
                await self.send(message)
        except OSError:
            self.decide("abandoned", None)
            raise

    async def _start(self, message: Message) -> None:
        status = status_of(message)
        if status is None or (status < 200 and status != 101 and not switches_protocols(message)):
            return await self.send(message)  # no status, which the server may say, or not yet the answer
        response = HandshakeResponse(status, sent_fields(message), self.handshake.http_version)
        wrong = wrong_101(self.handshake, response)
        self.violations += wrong
        self.response = response
        if response.status == 101:
            self.verification = "mismatch" if wrong else "match"
        if wrong and self.policy.enforces(wrong[0]):
            self.state = after(self.state, "guard answers")
            self.decide("failed", await _answer(wrong, self.violations, self.handshake, self.receive, self.send))
        else:
            await self.send(message)
            self.decide("passed", response.status)


def wrong_101(handshake: Handshake, response: HandshakeResponse) -> tuple[Violation, ...]:
    """What is wrong with an app's own switch of protocols: a bad 101, an accept value without one, or no field line."""
    details = [] if all(is_line(*field) for field in response.fields) else [_NO_LINE]
    if response.status == 101:
        details += [f"{violation.requirement.id}: {violation.detail}" for violation in verify(handshake, response)]
    elif response.accept is not None:
        details.append("a Sec-WebSocket-Accept without a 101")
    elif response.status < 200:
        details.append(f"{response.status}, which has no body: what is sent as one may be taken for a 101")
    return (violated("http-101", f"the application answered with {'; '.join(details)}"),) if details else ()


async def answer_plain_101(wrong: Violation, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer for an app that answered a request for no WebSocket with a 101 or a Sec-WebSocket-Accept."""
    request = Handshake(scope.get("method"), http_version=scope.get("http_version", "1.1"))
    await _answer((wrong,), (wrong,), request, receive, send)


async def _answer(
    refused: Sequence[Violation], violations: Sequence[Violation], handshake: Handshake, receive: Receive, send: Send
) -> int:
    """Send the problem, have the connection end, and say which status was sent."""
    answer = problem(refused, violations, extended_connect=handshake.extended_connect)
    if handshake.method == "HEAD":  # gunicorn logs a WARNING about a body there
        answer = answer._replace(body=b"")
    if not handshake.extended_connect:
        end_connection(receive, send)
    for message in denial("http", answer):
        await send(message)
    return answer.status


def _warn_once(handshake: Handshake) -> None:
    cause = _cause(handshake)
    if cause not in _warned:
        _warned.add(cause)
        logger.warning("a valid WebSocket handshake came as plain HTTP and was left to the application: %s", cause)


def _cause(handshake: Handshake) -> str:
    """Why a server may not have upgraded a valid handshake."""
    if handshake.extended_connect:
        return "it came over HTTP/2 or HTTP/3 as a plain request, where extended CONNECT was wanted (RFC 8441)"
    if len(list_elements(handshake.fields.get_all("upgrade"))) > 1:
        return "the server does not read a list in Upgrade (RFC 9110 §7.8)"
    if len(handshake.fields.get_all("connection")) > 1:
        return "the server does not read a second Connection line (RFC 9110 §5.3)"
    return (
        "the server does not do WebSocket: no library is installed for it (pip install websockets, or wsproto), "
        "or it is switched off (uvicorn --ws none, granian --no-ws)"
    )
