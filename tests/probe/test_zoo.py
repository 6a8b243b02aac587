"""The probe tells a correct server from servers that are broken in exactly one way, and names what is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from fnmatch import fnmatchcase

import pytest

from asgi_ws_guard.probe.case import Case
from asgi_ws_guard.probe.cases import CASES
from asgi_ws_guard.probe.report import Report
from asgi_ws_guard.probe.runner import run_cases
from asgi_ws_guard.probe.target import parse_target

from .zoo import ZOO, Animal, Correct, serving


async def probe(server: Correct, concurrency: int, cases: Sequence[Case] = CASES, timeout: float = 10.0) -> Report:
    async with serving(server) as url:
        report = Report(parse_target(url))
        await run_cases(report, cases, timeout=timeout, concurrency=concurrency)
    return report


def test_a_correct_server_scores_full_marks() -> None:
    report = asyncio.run(probe(Correct(), 10))
    assert [(one.case.id, one.outcome, one.detail) for one in report.results if one.outcome != "conforms"] == []
    assert len(report.results) == len(CASES)
    assert report.conforms and report.server == "zoo"
    assert report.seconds < 10


def test_the_zoo_is_large() -> None:
    assert len({animal.name for animal in ZOO}) >= 25


@pytest.mark.parametrize("animal", ZOO, ids=lambda animal: animal.name)
def test_the_probe_finds_the_one_breakage(animal: Animal) -> None:
    timeout = 3.0 if animal.unanswered else 10.0  # waited out, or only there for a machine that is busy
    report = asyncio.run(probe(animal.make(), 1 if animal.in_turn else 30, timeout=timeout))
    found = {result.case.id: result.outcome for result in report.results if result.outcome != "conforms"}
    assert found == _expected(animal), [(one.case.id, one.detail) for one in report.of("violates", "lenient")]
    texts = [result.diagnosis or "" for result in report.of("violates", "lenient", "unanswered")]
    assert any(animal.says in text for text in texts), texts
    assert all(texts), "a finding without a diagnosis"


def _expected(animal: Animal) -> dict[str, str]:
    rows = {"violates": animal.violates, "lenient": animal.lenient, "unanswered": animal.unanswered}
    expected = {
        case.id: outcome
        for outcome, patterns in rows.items()
        for case in CASES
        if any(fnmatchcase(case.id, pattern) for pattern in patterns)
    }
    assert expected, "a breakage that no case shows"
    return expected
