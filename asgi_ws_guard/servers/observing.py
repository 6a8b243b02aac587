"""Where the answer of the server at hand can be seen: each server's finder in turn, and a word where none finds it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from . import daphne, gunicorn, hypercorn, uvicorn_wire
from .base import Judge, behind

logger = logging.getLogger("asgi_ws_guard")

FINDERS: tuple[Callable[[Any, Judge], Tap | None], ...] = (
    uvicorn_wire.tap,
    hypercorn.tap,
    daphne.tap,
    gunicorn.tap,
)

_said: set[str] = set()


class Tap(Protocol):
    """What stands in the way of a response head. `release` takes it out, whatever was seen."""

    def release(self) -> None: ...


def tap(send: Any, judge: Judge) -> Tap | None:
    """A tap on the server behind `send`; None, and once a word in the log, where it cannot be seen."""
    for find in FINDERS:
        if found := find(send, judge):
            return found
    _say(send)
    return None


def _say(send: Any) -> None:
    innermost = list(behind(send))[-1]
    server = type(getattr(innermost, "__self__", innermost))
    name = f"{server.__module__}.{server.__qualname__}"
    if name not in _said:
        _said.add(name)
        logger.info(
            "the server's 101 cannot be seen behind %s, so accept values stay unobserved: put the guard outermost, "
            "with no middleware of another kind round it; granian cannot be seen from inside, verify_server=True "
            "has it dialled once",
            name,
        )
