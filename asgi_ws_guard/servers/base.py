"""Finding a server's objects behind the callables that it hands to an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def behind(send: Callable[..., Any]) -> Iterator[Any]:
    """`send`, then what it closes over: Starlette's ServerErrorMiddleware hands on a closure round the server's own."""
    yield send
    for cell in getattr(send, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # an empty cell
            continue


def defined_in(thing: object, package: str) -> bool:
    """Whether the class of `thing` is a server's own."""
    return type(thing).__module__.split(".", 1)[0] == package
