"""What a run found: the results, counted, and put in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .case import OUTCOMES, Outcome
from .judge import Result
from .target import Target

# What makes a run fail unless the user says otherwise: a server that falls silent has not passed.
FAILING: tuple[Outcome, ...] = ("violates", "unanswered")


@dataclass
class Report:
    """What a run has found so far; in the order of the cases once it is over. `server` is what the server calls itself.

    `interrupted` says that it was ended early, `notes` what the reader should know beside the cases.
    """

    target: Target
    total: int = 0
    server: str = ""
    results: list[Result] = field(default_factory=list)
    interrupted: bool = False
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many cases came out how."""
        seen = [result.outcome for result in self.results]
        return {outcome: seen.count(outcome) for outcome in OUTCOMES}

    def of(self, *outcomes: str) -> list[Result]:
        """The results with one of these outcomes."""
        return [result for result in self.results if result.outcome in outcomes]

    @property
    def conforms(self) -> bool:
        """Whether no case violates and none stays unanswered."""
        return not self.of(*FAILING) and not self.interrupted

    @property
    def groups(self) -> dict[str, list[Result]]:
        """The results by group, in the order of the cases."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.case.group, []).append(result)
        return found


def by_requirement(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Results by the id of their requirement, in the order in which each first appears."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.case.requirement_id, []).append(result)
    return found
