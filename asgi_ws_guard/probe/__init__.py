"""Holds a WebSocket server to the opening handshake's rules, from outside: `run(url)` gives a report.

report = asgi_ws_guard.probe.run("ws://127.0.0.1:8000/ws")
assert report.conforms, report.of("violates", "unanswered")
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, ParamSpec

from .case import Case, Outcome
from .cases import CASES
from .judge import Result
from .preflight import CannotProbe
from .report import Report
from .runner import OnResult, choose, run_cases
from .target import Target, parse_target

__all__ = [
    "CASES",
    "CannotProbe",
    "Case",
    "Outcome",
    "Report",
    "Result",
    "Target",
    "run",
    "run_async",
]

TIMEOUT = 3.0  # seconds
CONCURRENCY = 10

_P = ParamSpec("_P")


async def run_async(
    url: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    origin: str | None = None,
    subprotocols: Sequence[str] = (),
    cookies: str | None = None,
    insecure: bool = False,
    server_name: str | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    timeout: float = TIMEOUT,
    concurrency: int = CONCURRENCY,
    on_result: OnResult = lambda _: None,
) -> Report:
    """Probes `url`, and nothing else.

    headers, origin, subprotocols and cookies (a Cookie field's value) go into every handshake that does not test just
    that field; timeout is in seconds, for each handshake; on_result is called with each Result as it comes.
    Raises CannotProbe where no WebSocket opens there, and ValueError for a URL or a case that does not exist.
    """
    target = parse_target(
        url,
        headers=headers,
        origin=origin,
        subprotocols=subprotocols,
        cookies=cookies,
        insecure=insecure,
        server_name=server_name,
    )
    report = Report(target)
    cases = choose(only, skip)
    await run_cases(report, cases, timeout=timeout, concurrency=concurrency, on_result=on_result)
    return report


def _with_a_loop(probes: Callable[_P, Coroutine[Any, Any, Report]]) -> Callable[_P, Report]:
    """`run_async` to `run`, which so has its parameters and their types; they are written down once."""

    @wraps(probes, assigned=("__annotations__",))
    def run(*args: _P.args, **kwargs: _P.kwargs) -> Report:
        """`run_async`, whose parameters it has, in an event loop of its own: not to be called where one runs."""
        return asyncio.run(probes(*args, **kwargs))

    return run


run = _with_a_loop(run_async)
