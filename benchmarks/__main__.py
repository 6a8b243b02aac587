"""`scripts/bench`: measures, prints the table, and compares it with RESULTS.md or writes that anew."""

from __future__ import annotations

import argparse
import sys

from .figure import Figure
from .floors import floors
from .instructions import instructions
from .measures import MEASURES
from .measuring import Effort
from .results import RESULTS, recorded, table, worse, write
from .where import where

FULL = 1.0
CHECK = 0.15


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="What the guard costs, beside peers and floors.")
    parser.add_argument("--check", action="store_true", help="a short run, compared with RESULTS.md; never fails")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md anew")
    parser.add_argument("--only", metavar="ROW", action="append", help=f"one of {', '.join(MEASURES)}; may be repeated")
    parser.add_argument(
        "--effort", type=float, help=f"rounds, as a share of a full run (default: {FULL}, {CHECK} to check)"
    )
    options = parser.parse_args(arguments)
    if options.write and (options.check or options.only):
        parser.error("--write takes all rows of a full run: leave --check and --only away")
    names = [name.partition("/")[0] for name in options.only or MEASURES]
    if unknown := [name for name in names if name not in MEASURES]:
        parser.error(f"there is no row {unknown[0]!r}; the rows are {', '.join(MEASURES)}")
    effort = Effort(options.effort or (CHECK if options.check else FULL))
    figures = _measured(names, effort)
    print(table(figures))
    if options.check:
        _compare(figures)
    elif options.write:
        counted = {"instructions of a handshake in uvicorn's process": found} if (found := instructions()) else {}
        write(figures, floors(effort), {**counted, **where(effort)})
    else:
        print("\n".join(f"{found.row.id}: {found.context}" for found in figures if found.context))
    return 0


def _measured(names: list[str], effort: Effort) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += MEASURES[name](effort)
    return figures


def _compare(figures: list[Figure]) -> None:
    before = recorded(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    told = worse(figures, before)
    print("\n".join(told) if told else "Nothing is slower than RESULTS.md records, beyond noise.")


if __name__ == "__main__":
    sys.exit(main())
