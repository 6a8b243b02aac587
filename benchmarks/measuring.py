"""Timing side by side: contestants take turns in one process, and a figure is the median over the rounds.

One turn is short and there are many: what else runs on the machine then falls on few pairs, which a median ignores.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import TypeAlias, TypeVar

Argument = TypeVar("Argument")
Turn: TypeAlias = Callable[[], float]  # takes one turn, and says what one operation cost in it (ns, mostly)
Round: TypeAlias = dict[str, float]


class Effort:
    """How thorough a run is: 1.0 for results to keep, less for a check, next to nothing for a test."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def __call__(self, number: int, least: int = 1) -> int:
        """So many of `number` rounds or operations."""
        return max(least, round(number * self._scale))


def take_turns(contestants: Mapping[str, Turn], rounds: int) -> list[Round]:
    """One turn of each in every round, A B B A: a drift of the machine's speed is no advantage to either."""
    for turn in contestants.values():
        turn()
    names = list(contestants)
    found: list[Round] = []
    for number in range(rounds):
        order = names if number % 2 == 0 else names[::-1]
        found.append({name: contestants[name]() for name in order})
    return found


def medians(rounds: Sequence[Round]) -> Round:
    """The median of each contestant, for context: ratios are taken within a round."""
    return {name: median(times[name] for times in rounds) for name in rounds[0]}


class Stopwatch:
    """Runs within `with stopwatch() as ...`; `ns` says how long that took."""

    ns: int = 0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Times a block, with the garbage collector off."""
    found, was_on = Stopwatch(), gc.isenabled()
    gc.collect(0)
    gc.disable()
    started = perf_counter_ns()
    try:
        yield found
    finally:
        found.ns = perf_counter_ns() - started
        if was_on:
            gc.enable()


def timed(operation: Callable[[Argument], object], arguments: Sequence[Argument]) -> float:
    """The ns that `operation` takes on each of `arguments`."""
    with stopwatch() as ended:
        for argument in arguments:
            operation(argument)
    return ended.ns / len(arguments)
