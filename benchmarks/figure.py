"""A row of the table of figures that we want, and what was measured for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

TIMES = "x"


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured beside what. `wanted` is a limit, the highest unless `at_least`; None: reported only."""

    id: str
    measure: str
    beside: str
    wanted: float | None = None
    unit: str = TIMES
    at_least: bool = False

    @property
    def wish(self) -> str:
        if self.wanted is None:
            return ""
        return f"at {'least' if self.at_least else 'most'} {shown(self.wanted, self.unit)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of the rounds and its quartiles, in the row's unit. `context`: absolute figures, of this run only."""

    row: Row
    value: float
    low: float
    high: float
    context: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the figure is as wanted, None where nothing is."""
        if self.row.wanted is None:
            return None
        return self.value >= self.row.wanted if self.row.at_least else self.value <= self.row.wanted


def figure(row: Row, values: Iterable[float], context: str = "") -> Figure:
    """The figure of a row from what each round had."""
    found = list(values)
    low, _, high = quantiles(found, n=4, method="inclusive") if len(found) > 1 else found * 3
    return Figure(row, median(found), low, high, context)


def shown(value: float, unit: str) -> str:
    """`0.333 x`, `12.3 ns`, `768 bytes`."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f} {unit}"


def ns(nanoseconds: float) -> str:
    """A time as context: `1,310 ns`, `18.4 µs`, `31.2 ms`."""
    for unit, size in (("ms", 1e6), ("µs", 1e4)):
        if nanoseconds >= size:
            return f"{nanoseconds / (1e6 if unit == 'ms' else 1e3):,.1f} {unit}"
    return f"{nanoseconds:,.0f} ns"
