"""The port of the rules, the error for who configures one wrongly, and what all of them need."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from ..handshake import Handshake
from ..handshake.fields import escaped
from ..handshake.reads import Check


class ConfigurationError(ValueError):
    """The guard was configured with what cannot work. Raised at construction; says what was wrong and what is right.

    What it shows of a file, of the environment or of an argument is escaped here.
    """

    def __init__(self, message: str) -> None:
        super().__init__(escaped(message, None, letters=True))


# A rule is to a deployment what a check is to the RFC: of one form, and it declares what it reads in the same way.
Rule: TypeAlias = Check


def is_refused_by(check: Check, handshake: Handshake, tolerate: Collection[str]) -> bool:
    """Whether `validate` has refused this field already: a rule need not say it again.

    Tolerated, a field that cannot be read is still no field that is allowed: then it is the rule's to refuse.
    """
    violation = check(handshake)
    return violation is not None and violation.requirement.id not in tolerate
