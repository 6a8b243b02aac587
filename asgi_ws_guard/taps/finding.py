"""Finding the server at hand: what `receive` and `send` belong to, and a word where they belong to nothing known.

The guard is told no server's name, and which of them is installed says nothing: Django's runserver has daphne loaded
while uvicorn serves. The class of what `send` is a method of does say it, and it is there in every handshake.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from importlib import import_module
from typing import Any

from .port import UNSEEN, Judge, Server, Tap

logger = logging.getLogger("asgi_ws_guard")

# The top-level packages of the servers, each with a file of this room by its name.
SERVERS = frozenset({"uvicorn", "hypercorn", "daphne", "gunicorn"})

MOST = 32  # callables that are looked at: a `send` may close over a whole application

_said: set[str] = set()


def tap(send: Any, judge: Judge) -> Tap:
    """A tap on the server behind `send`; UNSEEN, and once a word in the log, where there is none."""
    found = _find(send)
    if found is None:
        _say(send)
        return UNSEEN
    server, connection = found
    return server.tap(connection, judge)


def connection_of(send: Any) -> Any:
    """The server's own object for the handshake that `send` answers, None where it cannot be seen."""
    found = _find(send)
    return None if found is None else found[1]


def _find(send: Any) -> tuple[Server, Any] | None:
    owner = getattr(send, "__self__", None)  # nearly always the server's: the guard is outermost
    server = _server_of(type(owner))  # type: ignore[arg-type]  # a class is hashable
    if server is not None and (connection := server.connection(owner)) is not None:
        return server, connection
    for server, owner in owners(send):
        if (connection := server.connection(owner)) is not None:
            return server, connection
    return None


def owners(function: Callable[..., Any]) -> Iterator[tuple[Server, Any]]:
    """The servers' own objects behind an app's `receive` or `send`, nearest first, each with its server."""
    for found in behind(function):
        owner = _owner(found)
        if (server := _server_of(type(owner))) is not None:  # type: ignore[arg-type]  # a class is hashable
            yield server, owner


def behind(send: Callable[..., Any]) -> Iterator[Any]:
    """`send`, then what it closes over, step by step: middleware outside of ours hands on closures and partials."""
    yield send
    queue, seen = [send], 1
    while queue and seen < MOST:
        for content in filter(callable, _held_by(queue.pop(0))):
            seen += 1
            yield content
            queue.append(content)


def _owner(function: Any) -> Any:
    """Of a method its object; of a partial what is bound first, as daphne does it."""
    if isinstance(function, partial):
        return function.args[0] if function.args else None
    return getattr(function, "__self__", None)


def _held_by(function: Any) -> Iterator[Any]:
    if isinstance(function, partial):
        yield from (function.func, *function.args, *function.keywords.values())
    for cell in getattr(function, "__closure__", None) or ():
        with suppress(ValueError):  # an empty cell
            yield cell.cell_contents


@lru_cache(256)
def _server_of(cls: type) -> Server | None:
    """The server whose class `cls` is or comes from: people subclass uvicorn's protocols, and so does our door."""
    packages = (base.__module__.partition(".")[0] for base in cls.__mro__)
    name = next((package for package in packages if package in SERVERS), None)
    if name is None:
        return None
    server: Server = import_module(f"{__package__}.{name}").SERVER  # here: the other three stay out of the process
    return server


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
