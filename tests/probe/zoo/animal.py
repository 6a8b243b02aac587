"""The zoo: servers that are broken in exactly one way, and what the probe is to say of each: these cases, no others.

A breakage that shows in several cases lists them all; patterns are of fnmatch. `says` stands in the diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .server import Correct

Server = TypeVar("Server", bound=type[Correct])


@dataclass(frozen=True)
class Animal:
    """A broken server and what the probe is to find. `in_turn`: probed one handshake at a time."""

    name: str
    make: type[Correct]
    violates: tuple[str, ...]
    lenient: tuple[str, ...]
    unanswered: tuple[str, ...]
    says: str
    in_turn: bool = False


ZOO: list[Animal] = []


def broken(
    *violates: str, lenient: tuple[str, ...] = (), unanswered: tuple[str, ...] = (), says: str, in_turn: bool = False
) -> Callable[[Server], Server]:
    """Puts a class into the zoo."""

    def add(made: Server) -> Server:
        ZOO.append(Animal(made.__name__, made, violates, lenient, unanswered, says, in_turn))
        return made

    return add
