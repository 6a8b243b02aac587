"""What an unfinished request head may cost a uvicorn: so many bytes, so many seconds, so many of them at once.

httptools takes heads without an end, and uvicorn waits for the rest of one for ever: 26 MB of one were kept, and 300
half heads stood open (measured, 0.54.0). A head is waited for from the connection on, and after each answer from its
first byte on; until then uvicorn's own keep-alive timeout counts.

Relied on: `cycle`, whose `response_complete` says that no request is in hand; of httptools' protocol the callbacks
`on_message_begin`, `on_headers_complete` and `on_message_complete`; of h11's, `conn.their_state`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from weakref import WeakKeyDictionary

from ..exchange.deadline import Waiting
from ..handshake.wire import MAX_HEAD
from ..problem import plain_answer

logger = logging.getLogger("asgi_ws_guard")


class Unfinished:
    """The heads that a server waits for: all connections that owe it one, and of these the ones that have begun it."""

    __slots__ = ("begun", "waiting")

    def __init__(self, seconds: float) -> None:
        self.waiting = Waiting(asyncio.get_running_loop(), seconds)
        self.begun: dict[HeadLimits, None] = {}  # the oldest first


_unfinished: WeakKeyDictionary[Any, Unfinished] = WeakKeyDictionary()  # by uvicorn's Config: one for each server


class HeadLimits:
    """Mixed into a protocol of uvicorn's. Policies have no say: these hold before there is a request.

    head_timeout    seconds that a head may take; then 408, or nothing where no byte came, and the connection ends
    max_head        bytes; past them 431, and the connection ends
    max_unfinished  heads at once of which a part has come; for one more, the oldest ends as if its time were up. Who
                    connects and says nothing yet is not among them: clients that come all at once are no attack
    """

    head_timeout = 10.0
    max_head = MAX_HEAD
    max_unfinished = 4096  # of 64 KiB at most: a quarter of a GiB

    config: Any
    cycle: Any
    transport: Any

    _head_bytes = 0  # of the head that is being read by httptools, without the segment that it began in
    _in_message = _in_head = False  # as httptools says

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)  # type: ignore[misc]
        self._wait()

    def connection_lost(self, error: Exception | None) -> None:
        self._end()
        super().connection_lost(error)  # type: ignore[misc]

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.max_head:
                self.too_large()
                return
        super().data_received(data)  # type: ignore[misc]
        if self._awaits_head():
            self._wait()
            self.begin()
        else:
            self._end()

    def on_message_begin(self) -> None:
        self._in_message, self._in_head, self._head_bytes = True, True, 0
        super().on_message_begin()  # type: ignore[misc]

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()  # type: ignore[misc]

    def on_message_complete(self) -> None:
        self._in_message = False
        super().on_message_complete()  # type: ignore[misc]

    def handle_websocket_upgrade(self, *event: Any) -> None:
        self._end()
        super().handle_websocket_upgrade(*event)  # type: ignore[misc]

    def too_large(self) -> None:
        """Answer a head that is larger than any that is read."""
        self._close(plain_answer(431, f"The request head has more than {self.max_head} bytes."))

    def expire(self) -> None:
        """The time of a head is up. To who has sent nothing, nothing is said: browsers open connections ahead."""
        self._end()
        if self.transport.is_closing():
            return
        logger.debug("a request head was not whole in time, or one of too many; its connection is closed")
        self._close(plain_answer(408, "The request head was not whole in time.") if self.has_begun() else b"")

    def has_begun(self) -> bool:
        """Whether a byte of the head has come."""
        return self._in_head or self.cycle is not None

    def _awaits_head(self) -> bool:
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        connection = getattr(self, "conn", None)  # h11's
        return not self._in_message or self._in_head if connection is None else str(connection.their_state) == "IDLE"

    def begin(self) -> None:
        """A part of the head has come, and more is to come."""
        begun = self._all().begun
        begun[self] = None
        if len(begun) > self.max_unfinished:
            next(iter(begun)).expire()

    def _wait(self) -> None:
        waiting = self._all().waiting
        if self not in waiting.all:
            waiting.add(self)

    def _end(self) -> None:
        unfinished = self._all()
        unfinished.waiting.forget(self)
        unfinished.begun.pop(self, None)

    def _all(self) -> Unfinished:
        found = _unfinished.get(self.config)
        if found is None:
            found = _unfinished[self.config] = Unfinished(self.head_timeout)
        return found

    def _close(self, answer: bytes) -> None:
        self._end()
        if answer:
            self.transport.write(answer)
        self.transport.close()
