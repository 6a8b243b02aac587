"""What becomes of the head of a server's answer: verified where the app accepted, replaced where we must answer."""

from __future__ import annotations

from typing import Any

from ..handshake import Handshake, Violation, verify
from ..handshake.requirements import violated
from ..policy.precedents import ANSWER_BYTES
from ..problem import Answer, problem
from ..taps.finding import tap
from ..taps.port import UNSEEN, Tap
from ..taps.response import UnreadResponse
from .record import Record

_UNASKED = (violated("http-101", "the server sends a 101, and the application did not accept"),)


class Watch:
    """The eye on one handshake's answer. `glance` and `judge` are what the server's tap asks, once.

    It lets go of the tap as soon as the head has been judged: the tap knows its judge, and an open connection is to
    keep neither.

    accepting   the app has sent websocket.accept, and a right 101 is due
    answer      what to send instead of the next head: on servers without the Denial Response extension
    """

    __slots__ = ("_record", "_tap", "accepting", "answer")

    def __init__(self, record: Record, send: Any) -> None:
        self._record = record
        self.accepting = False
        self.answer: Answer | None = None
        # Over HTTP/2 and HTTP/3 (RFC 8441, RFC 9220) there is no accept value, so nothing to look at.
        self._tap: Tap = UNSEEN if record.handshake.extended_connect else tap(send, self)

    @property
    def sees(self) -> bool:
        """Whether the head will come by here."""
        return self._tap is not UNSEEN

    @property
    def hears(self) -> bool:
        """Whether it is known here when the client is gone, and told to the app without our help."""
        return self._tap.hears

    def client_is_gone(self) -> bool:
        """Whether the client is known to be gone."""
        return bool(self._tap.client_is_gone())

    def release(self) -> None:
        """Stop looking."""
        released, self._tap = self._tap, UNSEEN
        released.release()

    def glance(self, data: bytes) -> bool:
        """Whether `data` is, but for the accept value, the head that was verified for a handshake of this kind before.

        Then it is right: all else that `verify` reads is the same.
        """
        record, precedent = self._record, self._record.precedent
        if not self.accepting or precedent is None or precedent.answer is None:
            return False
        before, _, after = data.partition(record.handshake.expected_bytes() or b"")
        if precedent.answer != (before, after, self._hidden_offers()):
            return False
        self._tap = UNSEEN
        record.response = UnreadResponse(data)
        record.verification = "match"
        record.decide("accepted", 101)
        return True

    def judge(self, response: UnreadResponse | None) -> bytes | None:
        """None to let the head go, or the bytes to send instead. A head that is too large to read stays unobserved."""
        try:
            return self._judged(response)
        finally:
            self._tap = UNSEEN

    def _judged(self, response: UnreadResponse | None) -> bytes | None:
        record = self._record
        if self.answer is not None:
            return self.answer.to_bytes()
        record.response = response
        if not self.accepting:
            return None if response is None or response.status != 101 else self._answer_to(_UNASKED)
        if response is None:
            record.decide("accepted", 101)
            return None
        return self._verified(response)

    def _verified(self, unread: UnreadResponse) -> bytes | None:
        record = self._record
        record.response = response = unread.read()
        wrong = verify(self._handshake(), response)
        record.verification = "mismatch" if wrong else "match"
        if not wrong:
            self._keep(unread.head)
        elif answer := self._answer_to(wrong):
            return answer
        record.decide("accepted", response.status or None)
        return None

    def _keep(self, head: bytes) -> None:
        """Keep a head that was verified, for the next of its kind. Its date makes another of it every second."""
        record = self._record
        if record.precedent is not None and (expected := record.handshake.expected_bytes()) is not None:
            before, found, after = head.partition(expected)
            offers = self._hidden_offers()
            # There once: else it would not be known which of them has to change.
            known = found and found not in after and before.startswith(b"HTTP/1.1 101 ")
            if known and len(head) + len(offers or b"") <= ANSWER_BYTES:
                record.precedent.answer = (before, after, offers)

    def _answer_to(self, wrong: tuple[Violation, ...]) -> bytes | None:
        """What is sent in place of an answer of the server's that breaks these; None where that is only reported."""
        record = self._record
        known = {violation.requirement.id for violation in record.violations}
        record.violations += tuple(violation for violation in wrong if violation.requirement.id not in known)
        refused = list(filter(record.policy.enforces, wrong))
        if not refused:
            return None
        answer = problem(refused, record.violations, extended_connect=False)
        record.decide("failed", answer.status)
        return answer.to_bytes()

    def _hidden_offers(self) -> bytes | None:
        """The extension offers that the server keeps from the scope, None where there are none of them."""
        fields = self._record.handshake.fields
        if b"sec-websocket-extensions" in (fields.shape.place or fields):
            return None
        return self._tap.hidden_offers()

    def _handshake(self) -> Handshake:
        """The handshake with the extension offers, where the server keeps them from the scope."""
        handshake, offers = self._record.handshake, self._hidden_offers()
        if offers is None:
            return handshake
        fields = [*handshake.fields.raw, (b"sec-websocket-extensions", offers)]
        return Handshake(
            handshake.method, handshake.target, handshake.http_version, fields, True, handshake.subprotocols
        )
