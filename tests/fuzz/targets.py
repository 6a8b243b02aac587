"""The targets by name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

# path_readings stands here before the module that it is for: it is run from the day on which that is there.
_NEEDS = {"path_readings": "asgi_ws_guard.path_readings"}
_ALL = ("request", "response", "accept", "origins", "extensions", "path_readings")
NAMES = tuple(name for name in _ALL if name not in _NEEDS or find_spec(_NEEDS[name]))


class Target(Protocol):
    """What a module of a target has."""

    SEEDS: tuple[bytes, ...]
    WORDS: tuple[bytes, ...]

    @staticmethod
    def check(data: bytes, /) -> None: ...


def load(name: str) -> Target:
    """Its module. Imported late: a fuzzer has to see the import to count what is reached."""
    return cast(Target, import_module(f"tests.fuzz.{name}"))
