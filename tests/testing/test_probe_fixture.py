"""The probe as a library and as a fixture of pytest."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

from asgi_ws_guard import probe
from tests.probe.zoo import Correct, accepts, in_thread, serving


def test_run_gives_a_report() -> None:
    with in_thread(Correct()) as url:
        report = probe.run(url, only=["control"])
    assert isinstance(report, probe.Report)
    assert report.conforms and report.counts["conforms"] == len(report.results) == 13
    assert report.target.url == url


def test_a_report_names_what_is_wrong() -> None:
    with in_thread(accepts.HexDigest()) as url:
        report = probe.run(url, only=["response"])
    [result] = report.of("violates")
    assert not report.conforms
    assert result.case.id == "response-accept-value" and result.diagnosis is not None
    assert "hex" in result.diagnosis


def test_run_has_the_parameters_of_run_async() -> None:
    assert inspect.signature(probe.run) == inspect.signature(probe.run_async)
    assert probe.run.__name__ == "run" and not inspect.iscoroutinefunction(probe.run)


def test_run_async_is_for_a_running_loop() -> None:
    async def run() -> probe.Report:
        async with serving(Correct()) as url:
            return await probe.run_async(url, only=["control-valid"])

    assert asyncio.run(run()).conforms


def test_results_are_handed_over_as_they_come() -> None:
    seen: list[str] = []
    with in_thread(Correct()) as url:
        probe.run(url, only=["control"], on_result=lambda result: seen.append(result.case.id))
    assert len(seen) == 13


def test_the_order_is_that_of_the_cases_and_not_of_the_answers() -> None:
    with in_thread(Correct()) as url:
        report = probe.run(url, only=["response", "control"])
    wanted = [case.id for case in probe.CASES if case.group in ("control", "response")]
    assert [result.case.id for result in report.results] == wanted


def test_the_fixture_is_run(websocket_probe: Callable[..., probe.Report]) -> None:
    with in_thread(Correct()) as url:
        assert websocket_probe(url, only=["key"]).conforms
