"""The head of an answer, held back until it is whole and judged. Sans-IO: each server's tap feeds it and writes.

A server may write its head in pieces, with frames behind it in the same write, or with interim heads before it, and
most write it whole; all that is known here is bytes.
"""

from __future__ import annotations

from typing import Literal

from ..handshake.wire import MAX_HEAD
from .port import Judge
from .response import UnreadResponse, unread


class HeadObserver:
    """Collects bytes until a final response head is whole, and asks `judge` about it.

    state   holding; released: bytes pass from now on; replaced: nothing passes any more. It lets go of its judge with
            the first of these, since the judge holds on to the tap: a cycle would outlive the connection.
    """

    __slots__ = ("_held", "_judge", "_seen", "state")

    def __init__(self, judge: Judge) -> None:
        self._judge: Judge | None = judge
        self._held = b""
        self._seen = 0  # bytes of interim heads (RFC 9110 §15.2), let go with the final one
        self.state: Literal["holding", "released", "replaced"] = "holding"

    def feed(self, data: bytes) -> bytes:
        """What may be written now that the server has written `data`."""
        if self.state != "holding":
            return data if self.state == "released" else b""
        # Nearly always a server writes the head whole, and it is the one of the handshake before: then it is not read.
        if not self._held and self._judge is not None and self._judge.glance(data):
            self.release()
            return data
        self._held += data
        while (end := self._held.find(b"\r\n\r\n", self._seen)) >= 0:
            response = unread(self._held[self._seen : end + 4])
            if response is None or not 100 <= response.status < 200 or response.status == 101:
                return self._decide(response)  # a 101 is the one final answer among the 1xx
            self._seen = end + 4
        # What has no end is let go unread: nothing is to be held without a limit, nor an answer kept from its client.
        return self._decide(None) if len(self._held) - self._seen > MAX_HEAD else b""

    def release(self) -> bytes:
        """Stop looking; what was held back, to be written now. Empty once the answer was replaced."""
        held, self._held = self._held, b""
        if self.state == "holding":
            self.state, self._judge = "released", None
        return held

    def _decide(self, response: UnreadResponse | None) -> bytes:
        replacement = None if self._judge is None else self._judge.judge(response)
        if replacement is None:
            return self.release()
        self.state, self._judge, self._held = "replaced", None, b""
        return replacement
