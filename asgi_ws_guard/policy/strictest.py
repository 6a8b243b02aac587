"""Several policies that one handshake falls under: what any of them refuses is refused.

They are those of a path's readings, or those of two guards in its way. Why so: docs/decisions/path-readings.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ..handshake import REQUIREMENTS, Violation
from .policy import Authorize, Policy, RawUpgrades, Verdict

_READING_ORDER = {requirement_id: place for place, requirement_id in enumerate(REQUIREMENTS)}


class Strictest:
    """Policies as if they were one. `parts` are those that enforce, or all of them where each only reports."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[Policy]) -> None:
        every = tuple(parts)
        self.parts = tuple(part for part in every if not part.report_only) or every

    @property
    def report_only(self) -> bool:
        return all(part.report_only for part in self.parts)

    @property
    def accept_timeout(self) -> float | None:
        return min((part.accept_timeout for part in self.parts if part.accept_timeout is not None), default=None)

    @property
    def authorize(self) -> Authorize | None:
        """That of some part; `parts_of` gives each its own."""
        return next((part.authorize for part in self.parts if part.authorize is not None), None)

    @property
    def raw_upgrades(self) -> RawUpgrades:
        return "reject" if any(part.raw_upgrades == "reject" for part in self.parts) else "pass"

    def refuses(self, violation: Violation) -> bool:
        return any(part.refuses(violation) for part in self.parts)

    def enforces(self, violation: Violation) -> bool:
        return any(part.enforces(violation) for part in self.parts)


Policies: TypeAlias = Policy | Strictest


def strictest(policies: Iterable[Policies | None]) -> Policies | None:
    """One that refuses what any of `policies` does. None, which is unguarded, only where all are None."""
    parts = {id(part): part for policy in policies if policy is not None for part in parts_of(policy)}
    if len(parts) > 1:
        return Strictest(parts.values())
    return next(iter(parts.values()), None)


def parts_of(policy: Policies) -> tuple[Policy, ...]:
    """The policies that `policy` stands for."""
    return policy.parts if isinstance(policy, Strictest) else (policy,)


def merged(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of several on the same handshake: refused where one of them refuses it, for what that one refuses."""
    refusing = [verdict for verdict in verdicts if not verdict.allowed]
    return Verdict(
        verdicts[0].handshake,
        in_reading_order(violation for verdict in verdicts for violation in verdict.violations),
        in_reading_order(violation for verdict in refusing or verdicts for violation in verdict.refused),
        report_only=not refusing,
    )


def in_reading_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """The first violation of each requirement, in the order of the table."""
    first: dict[str, Violation] = {}
    for violation in violations:
        first.setdefault(violation.requirement.id, violation)
    return tuple(sorted(first.values(), key=lambda violation: _READING_ORDER[violation.requirement.id]))
