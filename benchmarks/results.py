"""RESULTS.md: written from a run, and read again to compare a later run with it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path

from .figure import TIMES, Figure, ns, shown

RESULTS = Path(__file__).parent / "RESULTS.md"
NOTES = RESULTS.parent / "NOTES.md"  # what a run cannot say: why a figure is not reached
PACKAGES = ("uvicorn", "httptools", "uvloop", "websockets", "wsproto", "h11", "starlette")

_NUMBER = re.compile(r"-?[0-9][0-9,.]*")

# How much worse than recorded a figure may be before it is told of. Runs of the same code on two shared cores differ
# by a fifth; nanoseconds by some tens, since they are small differences of larger times.
FACTOR = 1.3
SLACK = {TIMES: 0.0, "ns": 20.0, "bytes": 64.0, "": 0.3}


def table(figures: Iterable[Figure]) -> str:
    """The figures as Markdown, the same in the terminal and in the file."""
    lines = ["| row | measure | beside | now | quartiles | wanted | met |", "|---|---|---|---|---|---|---|"]
    for found in figures:
        row, met = found.row, {None: "", True: "yes", False: "**no**"}[found.met]
        spread = f"{shown(found.low, '').strip()} to {shown(found.high, '').strip()}"
        now = shown(found.value, row.unit).strip()
        lines.append(f"| {row.id} | {row.measure} | {row.beside} | {now} | {spread} | {row.wish.strip()} | {met} |")
    return "\n".join(lines)


def write(figures: list[Figure], floors: Mapping[str, float], where: Mapping[str, list[tuple[str, str]]]) -> None:
    """Make RESULTS.md anew."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    parts = [
        "# What the guard costs: the last results",
        f"Written by `scripts/bench --write` on {date.today().isoformat()}: Python {platform.python_version()} "
        f"({platform.python_implementation()}), {os.cpu_count()} cores; {versions}.",
        "Figures are medians of paired rounds (A B B A, one process where that is possible); read them as ratios. "
        "What was wanted is in the column of that name.",
        "## Figures",
        table(figures),
        "## The same in absolute terms, for this run only",
        "\n".join(f"* {found.row.id}: {found.context}" for found in figures if found.context),
        "## Floors: the least that each could cost here",
        "\n".join(f"* {what}: {ns(time)}" for what, time in floors.items()),
        "## Where it goes now",
        "Shares of own time by cProfile, which makes small functions look larger than they are.",
    ]
    for name, rows in where.items():
        parts += [f"### {name[0].upper()}{name[1:]}", "\n".join(f"* {share}  `{what}`" for what, share in rows)]
    if NOTES.exists():
        parts.append(NOTES.read_text(encoding="utf-8").strip())
    RESULTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def recorded(text: str) -> dict[str, float]:
    """The figures in a RESULTS.md, by row."""
    found: dict[str, float] = {}
    for line in text.partition("## Figures")[2].partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and (now := _NUMBER.match(cells[3])):
            found[cells[0]] = float(now[0].replace(",", ""))
    return found


def worse(figures: Iterable[Figure], before: Mapping[str, float]) -> list[str]:
    """What went back further than noise explains, and what was never recorded, as sentences. Rows with a wish only."""
    told = []
    for found in figures:
        row = found.row
        if row.wanted is None:
            continue
        if row.id not in before:
            told.append(f"{row.id}: not in RESULTS.md yet")
        elif _is_worse(found, before[row.id]):
            told.append(f"{row.id}: {shown(found.value, row.unit)}, recorded was {shown(before[row.id], row.unit)}")
    return told


def _is_worse(found: Figure, before: float) -> bool:
    if found.row.at_least:
        return found.value * FACTOR < before
    return found.value > max(before * FACTOR, before + SLACK[found.row.unit])
