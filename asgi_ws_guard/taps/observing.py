"""Where the answer of the server at hand can be seen: each server's finder in turn, and a word where none finds it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from . import uvicorn as uvicorn_wire
from .head import Judge, behind

logger = logging.getLogger("asgi_ws_guard")

# The others have a finder by their name, which is imported where they are.
OTHERS = ("hypercorn", "daphne", "gunicorn")

_said: set[str] = set()


class Tap(Protocol):
    """What stands in the way of a response head. `release` takes it out, whatever was seen."""

    def release(self) -> None: ...


def tap(send: Any, judge: Judge) -> Tap | None:
    """A tap on the server behind `send`; None, and once a word in the log, where it cannot be seen."""
    if found := uvicorn_wire.tap(send, judge):
        return found
    for server in OTHERS:
        if server in sys.modules and (other := _finder(server)(send, judge)):
            return other
    _say(send)
    return None


@cache
def _finder(server: str) -> Callable[[Any, Judge], Tap | None]:
    find: Callable[[Any, Judge], Tap | None] = import_module(f"{__package__}.{server}").tap
    return find


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
