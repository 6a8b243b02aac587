"""What importing the package adds to a program that runs asyncio already, beside Starlette."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from .figure import Figure, Row, figure, ns
from .measuring import Effort, Turn, medians, take_turns

PRELOADED = "asyncio, re, dataclasses, typing, hashlib, logging, enum"

USED = "from asgi_ws_guard import WebSocketGuardMiddleware, Policy"

_BESIDE = f"`import starlette.applications`, with {PRELOADED} already there"
IMPORT = Row(
    "import-time", "time to import `asgi_ws_guard`, whose names are imported when they are asked for", _BESIDE, 1 / 5
)
IN_USE = Row("import-time/in-use", f"the same with what every user imports: `{USED}`", _BESIDE, 1 / 5)


def import_time(effort: Effort) -> list[Figure]:
    statements = {"package": "import asgi_ws_guard", "in use": USED, "starlette": "import starlette.applications"}
    with compiled() as environment:
        contestants = {name: _importing(statement, environment) for name, statement in statements.items()}
        rounds = take_turns(contestants, effort(31, 2))
    context = ", ".join(f"{name} {ns(time)}" for name, time in medians(rounds).items())
    return [
        figure(IMPORT, [times["package"] / times["starlette"] for times in rounds], context),
        figure(IN_USE, [times["in use"] / times["starlette"] for times in rounds]),
    ]


@contextmanager
def compiled() -> Iterator[dict[str, str]]:
    """An environment whose programs compile a module once, and keep that, whatever ours is set to do."""
    with TemporaryDirectory() as directory:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**environment, "PYTHONPYCACHEPREFIX": directory}


def _importing(statement: str, environment: dict[str, str]) -> Turn:
    """A turn that runs an import statement in a new process, in ns."""
    program = (
        f"import {PRELOADED}; from time import perf_counter_ns; started = perf_counter_ns(); "
        f"{statement}; print(perf_counter_ns() - started)"
    )

    def turn() -> float:
        command = [sys.executable, "-c", program]
        return float(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)

    return turn
