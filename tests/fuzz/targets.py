"""The targets by name."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

NAMES = ("request", "response", "accept", "origins", "extensions", "path_readings")


class Target(Protocol):
    """What a module of a target has."""

    SEEDS: tuple[bytes, ...]
    WORDS: tuple[bytes, ...]

    @staticmethod
    def check(data: bytes, /) -> None: ...


def load(name: str) -> Target:
    """Its module. Imported late: a fuzzer has to see the import to count what is reached."""
    return cast(Target, import_module(f"tests.fuzz.{name}"))
