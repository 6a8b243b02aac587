"""The port of the rules, and the error for who configures one wrongly."""

from __future__ import annotations

from typing import Protocol

from ..handshake import Handshake, Violation


class ConfigurationError(ValueError):
    """The guard was configured with what cannot work. Raised at construction; says what was wrong and what is right."""


class Rule(Protocol):
    """Reads one handshake and says what it breaks, None where nothing. Raises nothing, and waits for nothing."""

    def __call__(self, handshake: Handshake, /) -> Violation | None: ...
