"""docs/servers.md counts what it says of each server: the numbers are those of the tables that the suites hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.stacks.cases import CASES
from tests.integration.stacks.expected import TABLES
from tests.servers.test_uvicorn_departures import LEFT, LEFT_OF_LEGACY, ONLY_WS

PAGE = (Path(__file__).parents[2] / "docs" / "servers.md").read_text(encoding="utf-8")
DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


def _row(start: str) -> str:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| {start}")]
    return row


def _by_the_guard(stack: str) -> int:
    kinds = [TABLES[stack].expected(case).kind for case in CASES]
    return sum(kind in ("accepted", "denied", "untouched") for kind in kinds)


def _own(stack: str) -> int:
    return sum(TABLES[stack].expected(case).kind == "own" for case in CASES)


@pytest.mark.parametrize("server", ["hypercorn", "daphne", "gunicorn", "granian"])
def test_the_guards_share_behind_a_server(server: str) -> None:
    assert f"| {_by_the_guard(server)} |" in _row(server)


def test_the_guards_share_behind_uvicorn() -> None:
    for http in ("h11", "httptools"):
        counts = [_by_the_guard(f"uvicorn-{http}-{ws}") for ws in ("websockets", "websockets-sansio", "wsproto")]
        assert f"{', '.join(map(str, counts))} on {http}" in _row("uvicorn, middleware alone")


def test_the_share_of_uvicorns_doors() -> None:
    assert f"| {len(CASES) - len(LEFT)}; legacy `websockets`: {len(CASES) - len(LEFT_OF_LEGACY)} |" in PAGE
    for http in ("h11", "httptools"):
        assert f"| {len(CASES) - len(ONLY_WS[http])} |" in _row(f"uvicorn with `--ws` of ours, {http}")
    decided = (DECISIONS / "uvicorn-door.md").read_text(encoding="utf-8")
    assert f"{len(ONLY_WS['h11'])} (h11) or {len(ONLY_WS['httptools'])} (httptools) of {len(CASES)}" in decided


def test_what_stays_hypercorns_own() -> None:
    decided = (DECISIONS / "hypercorn-door.md").read_text(encoding="utf-8")
    assert decided.split("\n\n")[2].startswith(f"{_own('hypercorn')} of the {len(CASES)} handshakes")
    assert f"{_own('hypercorn')} of the {len(CASES)}." in PAGE
