"""What came of the spellings, without a guard and with one, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.security.deployments import Deployment
from tests.security.spellings import Spelling


class Outcome(NamedTuple):
    """What came of one handshake: the status on the wire, the endpoints reached, the patterns of its events."""

    status: int | None
    reached: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def reaching(spellings: Sequence[Spelling], outcomes: Sequence[Outcome]) -> list[Spelling]:
    """Those that reach the guarded endpoint where nothing guards it. Reached is what is admitted, and the reverse."""
    found = []
    for spelling, outcome in zip(spellings, outcomes, strict=True):
        assert (outcome.status == 101) == bool(outcome.reached), f"{spelling}: {outcome}"
        if "admin" in outcome.reached:
            found.append(spelling)
    return found


def faults(
    guarded: Deployment, spellings: Sequence[Spelling], refused: Sequence[Outcome], admitted: Sequence[Outcome]
) -> Iterator[str]:
    """What is wrong with the outcomes of spellings that reach the guarded endpoint of an unguarded deployment.

    refused   of an Origin that the strict policy refuses: 403, and the endpoint knows of nothing
    admitted  of one that it allows
    """
    for spelling, outcome in zip(spellings, refused, strict=True):
        if outcome.reached or outcome.status == 101:
            yield f"{guarded}: {spelling}: let in: {outcome}"
        elif outcome.status == 403 and outcome.patterns != (guarded.strict_pattern,):
            yield f"{guarded}: {spelling}: refused under another policy: {outcome}"
    for spelling, outcome in zip(spellings, admitted, strict=True):
        if outcome.reached and not _is_told_as_strict(guarded, spelling, outcome):
            yield f"{guarded}: {spelling}: let in under another policy: {outcome}"


def _is_told_as_strict(guarded: Deployment, spelling: Spelling, outcome: Outcome) -> bool:
    """Whether its one event names the strict policy's pattern.

    Where /public/* is by name and the strict policy by default, a path that is read in both ways, as one in /public
    and as /admin/ws, is under both, and what both allow is told by the pattern that is no default.
    """
    names = {guarded.strict_pattern}
    if guarded.rules == "inverse" and b"public" in spelling.target:
        names |= set(guarded.rules_of()[1])
    return len(outcome.patterns) == 1 and outcome.patterns[0] in names
