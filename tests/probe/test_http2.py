"""Extended CONNECT is probed where a server offers it, judged by RFC 8441, and otherwise left out with a word."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

import pytest

from asgi_ws_guard import probe
from asgi_ws_guard.probe.cases.http2 import CASES

from .zoo import Correct, http2, serving


async def _run(server: Correct, only: list[str]) -> probe.Report:
    async with serving(server) as url:
        return await probe.run_async(url, only=only, timeout=2)


def run(server: Correct, *only: str) -> probe.Report:
    return asyncio.run(_run(server, list(only) or ["http2"]))


def test_a_correct_server_scores_full_marks() -> None:
    report = run(http2.CorrectHttp2())
    assert [(one.case.id, one.detail) for one in report.results if one.outcome != "conforms"] == []
    assert len(report.results) == len(CASES) and not report.notes


ZOO: list[tuple[Correct, Mapping[str, str]]] = [
    (http2.AnyProtocol(), {"h2-protocol-unknown": "violates"}),
    (
        http2.MalformedLetIn(),
        dict.fromkeys(("h2-path-missing", "h2-scheme-missing", "h2-connection", "h2-upgrade"), "violates"),
    ),
    (http2.AcceptOverHttp2(), {"h2-no-accept": "lenient"}),
    (http2.VersionNotNamed(), {"h2-version-named": "violates"}),
    (http2.KeyWanted(), {"h2-valid": "violates"}),
    (http2.UnofferedOverHttp2(), {"h2-subprotocol": "violates"}),
]


@pytest.mark.parametrize(("server", "found"), ZOO, ids=[type(row[0]).__name__ for row in ZOO])
def test_the_probe_finds_the_one_breakage(server: Correct, found: Mapping[str, str]) -> None:
    report = run(server)
    assert {one.case.id: one.outcome for one in report.results if one.outcome != "conforms"} == found
    assert all(one.diagnosis for one in report.of("violates", "lenient"))


def test_where_extended_connect_is_not_enabled_it_is_said() -> None:
    report = run(http2.NotEnabled(), "http2", "control-valid")
    assert [result.case.id for result in report.results] == ["control-valid"]
    assert "SETTINGS_ENABLE_CONNECT_PROTOCOL" in report.notes[0]


def test_where_there_is_no_http2_the_group_is_left_out() -> None:
    report = run(Correct(), "http2", "control-valid")
    assert [result.case.id for result in report.results] == ["control-valid"]
    assert report.conforms and report.total == 1 and not report.notes


def test_without_h2_the_report_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "asgi_ws_guard.probe.http2", raising=False)
    monkeypatch.setitem(sys.modules, "h2.config", None)
    report = run(http2.CorrectHttp2(), "http2", "control-valid")
    assert "asgi-ws-guard[http2]" in report.notes[0]
