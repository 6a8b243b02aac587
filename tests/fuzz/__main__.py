"""Runs the targets one after another and says what each did. Exit 1 where one found what breaks an invariant."""

from __future__ import annotations

import argparse
import shlex
import sys

from .run import Run, run
from .targets import NAMES


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(NAMES)}; all where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together (default: 60)")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.targets} - {*NAMES}):
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(NAMES)}")
    names = options.targets or NAMES
    seconds = max(1, options.seconds // len(names))
    findings = [told(run(name, seconds)) for name in names]
    return int(any(findings))


def told(done: Run) -> bool:
    """Print a run; whether it found something."""
    what = "no finding" if done.finding is None else "A FINDING"
    print(f"{done.name:14} {done.engine}: {done.executions} executions, {done.reached}, {what}", flush=True)
    if done.finding is not None:
        print(done.told)
        print(f"input: {done.finding!r}")
        call = f"from tests.fuzz.{done.name} import check; check({done.finding!r})"
        print(f"again: .venv/bin/python -c {shlex.quote(call)}", flush=True)
    return done.finding is not None


if __name__ == "__main__":
    sys.exit(main())
