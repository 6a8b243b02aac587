"""Remembers the last handshakes for the page: an observer is any callable that takes an event."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from asgi_ws_guard import HandshakeEvent, Violation


class Recent:
    """The last `size` events, the newest first, each with the time at which it was decided."""

    def __init__(self, size: int = 30) -> None:
        self._events: deque[tuple[float, HandshakeEvent]] = deque(maxlen=size)

    def __call__(self, event: HandshakeEvent) -> None:
        self._events.appendleft((time.time(), event))

    def __iter__(self) -> Iterator[tuple[float, HandshakeEvent]]:
        return iter(tuple(self._events))

    def of_client(self, address: tuple[str, int]) -> HandshakeEvent | None:
        """The newest handshake that came from `address`."""
        return next((event for _, event in self if event.client == address), None)

    def of_key(self, key: str | None) -> HandshakeEvent | None:
        """The newest handshake with this key. Clients draw theirs at random: that is what makes it a name."""
        return next((event for _, event in self if key is not None and event.handshake.key == key), None)


def summary(event: HandshakeEvent) -> dict[str, Any]:
    """`event` as JSON can say it: nothing of cookies, queries, addresses or offered subprotocols."""
    return {
        "path": event.path,
        "outcome": event.outcome,
        "status": event.status,
        "key": event.handshake.key,
        "expected_accept": event.expected_accept,
        "emitted_accept": event.emitted_accept,
        "verification": event.verification,
        "duration_ms": round(event.duration * 1000, 2),
        "violations": [violation_summary(violation) for violation in event.violations],
    }


def violation_summary(violation: Violation) -> dict[str, str]:
    """What was broken, where it is written, and what was seen."""
    requirement = violation.requirement
    return {
        "id": requirement.id,
        "section": requirement.section,
        "statement": requirement.statement,
        "detail": violation.detail,
    }
