"""Runs cases against one target: a look first whether a WebSocket answers there at all, then all, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from ..handshake.accept import generate_key
from ..handshake.fields import escaped
from .answer import Answer
from .case import Case
from .cases import CASES, http2
from .client import exchange
from .judge import Result, judge
from .preflight import look
from .report import Report
from .request import Request, cut
from .target import Target

OnResult = Callable[[Result], None]


class Session:
    """One run: the target, its limits, and the keys that were used so far."""

    def __init__(self, target: Target, timeout: float, concurrency: int) -> None:
        self.target = target
        self.timeout = timeout
        self.keys: list[str] = []
        self._free = asyncio.Semaphore(concurrency)

    async def run(self, case: Case) -> Result:
        """One case from first byte to result, whose words can be printed as they are."""
        async with self._free:
            result = judge(case, await self._answers(case))
        diagnosis = None if result.diagnosis is None else self.target.told(result.diagnosis)
        return replace(result, detail=self.target.told(result.detail), diagnosis=diagnosis)

    async def _answers(self, case: Case) -> tuple[Answer, ...]:
        if case.group == "http2":
            return (await self._extended_connect(case),)
        if case.together:
            return tuple(await asyncio.gather(*(self._handshake(case) for _ in range(case.times))))
        return tuple([await self._handshake(case) for _ in range(case.times)])

    async def _extended_connect(self, case: Case) -> Answer:
        from .http2 import exchange as exchange_http2  # here: h2 is an extra

        return await exchange_http2(self.target, case, self.timeout)

    async def _handshake(self, case: Case) -> Answer:
        request, key = case.request, generate_key()
        head = fill(request, self.target, key)
        pieces = cut(head, request.pieces)
        answer = await exchange(
            self.target, pieces, key, timeout=self.timeout, linger=case.linger, then=case.then, until=case.until
        )
        answer.other_keys = tuple(self.keys)
        self.keys.append(key)
        return answer


def fill(request: Request, target: Target, key: str) -> bytes:
    """The bytes of `request` as they go to `target`, the user's own fields included."""
    return request.fill(target.blanks(key), target.lines)


def every_case() -> tuple[Case, ...]:
    """Those over HTTP/1.1, and those over HTTP/2 for servers that speak it."""
    return CASES + http2.CASES


def choose(only: Sequence[str] = (), skip: Sequence[str] = (), cases: Iterable[Case] | None = None) -> list[Case]:
    """The cases that `only` names (all where it is empty), less those that `skip` names.

    A name is an id, a group or a requirement's id, and may have * and ?. ValueError where one names no case.
    """
    every = list(every_case() if cases is None else cases)
    for pattern in (*only, *skip):
        if not any(_named(case, pattern) for case in every):
            raise ValueError(f"no case, group or requirement is named {escaped(pattern)}; --list shows them all")
    return [
        case
        for case in every
        if (not only or any(_named(case, pattern) for pattern in only))
        and not any(_named(case, pattern) for pattern in skip)
    ]


async def run_cases(
    report: Report, cases: Sequence[Case], *, timeout: float, concurrency: int, on_result: OnResult = lambda _: None
) -> None:
    """Runs `cases` into `report`, which holds what was found even where this is cancelled.

    Raises CannotProbe where no WebSocket answers a valid handshake there.
    """
    started = asyncio.get_running_loop().time()
    session = Session(report.target, timeout, concurrency)
    report.total = len(cases)
    try:
        report.server = await look(report.target, timeout)
        cases = await _over_http2(report, cases, timeout)
        report.total = len(cases)
        await _all(report, (session.run(case) for case in cases), on_result)
    finally:
        order = {case.id: place for place, case in enumerate(cases)}
        _note_death(report)
        report.results.sort(key=lambda result: order[result.case.id])
        report.interrupted = len(report.results) < len(cases)
        report.seconds = asyncio.get_running_loop().time() - started


def _note_death(report: Report) -> None:
    """Says so where the server was there at first and could not be reached later."""
    lost = [result.case.id for result in report.results if any(answer.ended == "failed" for answer in result.answers)]
    if lost:
        report.notes.append(
            f"The server could not be reached any more in {len(lost)} cases, first {lost[0]}: did one end it?"
        )


async def _over_http2(report: Report, cases: Sequence[Case], timeout: float) -> Sequence[Case]:
    """`cases`, without those of HTTP/2 where the server, or this installation, does not speak it."""
    plain = [case for case in cases if case.group != "http2"]
    if len(plain) == len(cases):
        return plain
    try:
        from .http2 import offered
    except ModuleNotFoundError:
        report.notes.append("HTTP/2 was not probed: pip install 'asgi-ws-guard[http2]'.")
        return plain
    reason = await offered(report.target, min(timeout, 1.0))
    if reason:
        report.notes.append(reason)
    return cases if reason is None else plain


async def _all(report: Report, runs: Iterable[Awaitable[Result]], on_result: OnResult) -> None:
    tasks = [asyncio.ensure_future(run) for run in runs]
    try:
        for done in asyncio.as_completed(tasks):
            result = await done
            report.results.append(result)
            on_result(result)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _named(case: Case, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in (case.id, case.group, case.requirement_id))
