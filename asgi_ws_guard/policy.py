"""What a deployment wants, and what the guard decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal, get_args

from .handshake import REQUIREMENTS, Handshake, Violation
from .rules.base import ConfigurationError, Rule
from .rules.key import random_key

RawUpgrades = Literal["pass", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is refused, on which paths it holds being said elsewhere. ConfigurationError on what cannot work.

    tolerate      ids of requirements (str) whose violations are passed on and only flagged
    refuse        ids of requirements (str) whose violations are refused though they are only flagged by default
    report_only   refuse nothing and repair nothing; every event says what would have been
    raw_upgrades  a valid handshake that the server handed on as plain HTTP: "pass" to the app, or "reject" with 501
    """

    tolerate: Collection[str] = frozenset()
    refuse: Collection[str] = frozenset()
    report_only: bool = False
    raw_upgrades: RawUpgrades = "pass"

    def __post_init__(self) -> None:
        for name in ("tolerate", "refuse"):
            object.__setattr__(self, name, _requirement_ids(name, getattr(self, name)))
        if both := sorted(set(self.tolerate) & set(self.refuse)):
            raise ConfigurationError(f"{', '.join(both)}: in tolerate and in refuse; wanted in one of them")
        if not isinstance(self.report_only, bool):
            raise ConfigurationError(f"report_only is {self.report_only!r}, wanted True or False")
        if self.raw_upgrades not in get_args(RawUpgrades):
            raise ConfigurationError(f'raw_upgrades is {self.raw_upgrades!r}, wanted "pass" or "reject"')

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (random_key,)

    def refuses(self, violation: Violation) -> bool:
        """Whether a handshake with this violation is refused, report-only left aside."""
        requirement = violation.requirement
        if requirement.flagged:
            return requirement.id in self.refuse
        return requirement.id not in self.tolerate

    def replace(self, **changes: object) -> Policy:
        """This policy with some of its values changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one handshake: all violations in reading order, and those of them that the policy refuses."""

    handshake: Handshake
    violations: tuple[Violation, ...] = ()
    refused: tuple[Violation, ...] = ()
    report_only: bool = False

    @property
    def allowed(self) -> bool:
        return self.report_only or not self.refused


def _requirement_ids(name: str, ids: Collection[str]) -> frozenset[str]:
    if isinstance(ids, str):
        raise ConfigurationError(f"{name} is the string {ids!r}, wanted a set of ids: {{{ids!r}}}")
    try:
        wanted = frozenset(ids)
    except TypeError:
        raise ConfigurationError(f"{name} is {ids!r}, wanted a set of requirement ids") from None
    for requirement_id in wanted:
        if not isinstance(requirement_id, str) or requirement_id not in REQUIREMENTS:
            near = get_close_matches(str(requirement_id), REQUIREMENTS, n=3, cutoff=0.4)
            hint = f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(REQUIREMENTS)}"
            raise ConfigurationError(f"{name} has {requirement_id!r}, which is no requirement's id; {hint}")
    return wanted
