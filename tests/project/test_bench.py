"""The benchmarks: each measure runs and gives figures, and a run is compared with what was recorded."""

from __future__ import annotations

import asyncio
from math import isfinite
from pathlib import Path

import pytest

from asgi_ws_guard import HandshakeEvent, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Receive, Scope, Send
from benchmarks import results
from benchmarks.__main__ import main
from benchmarks.connection import ACCEPT, Connection
from benchmarks.figure import Figure, Row, figure
from benchmarks.floors import floors
from benchmarks.instructions import FEW, instructions
from benchmarks.measures import MEASURES
from benchmarks.measuring import Effort, take_turns
from benchmarks.requests import PAGE, page_scope
from benchmarks.results import recorded, table, worse, write
from benchmarks.where import where

LEAST = Effort(0)

RATIO = Row("speed", "ours", "theirs", 1 / 3)
SHARE = Row("throughput", "ours", "theirs", 0.92, at_least=True)
EXTRA = Row("message/sent", "ours", "theirs", 25, "ns")


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_gives_figures(name: str) -> None:
    figures = MEASURES[name](LEAST)
    assert figures
    for found in figures:
        assert found.row.id.partition("/")[0] == name
        assert isfinite(found.value) and isfinite(found.low) and isfinite(found.high)


def test_floors_and_shares_are_told() -> None:
    assert all(time > 0 for time in floors(LEAST).values())
    for rows in where(LEAST).values():
        assert rows


def test_instructions_are_counted_where_there_is_valgrind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that runs the server and counts nothing: valgrind itself takes minutes."""
    valgrind = tmp_path / "valgrind"
    valgrind.write_text('#!/bin/sh\necho "I refs: 7,000,000" > "${4#--log-file=}"\nshift 4\nexec "$@"\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    assert instructions() == []
    valgrind.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr("benchmarks.instructions.WAYS", {})
    monkeypatch.setattr("benchmarks.instructions.REFUSED", {"at the door": ("--guard", "door")})
    monkeypatch.setattr("benchmarks.instructions.MANY", FEW + 1)
    assert instructions() == [("at the door, wsproto", "0k")]


def test_contestants_take_turns_after_a_warm_up() -> None:
    order: list[str] = []

    def turn(name: str) -> float:
        order.append(name)
        return float(len(order))

    rounds = take_turns({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2)
    assert "".join(order) == "ab" + "ab" + "ba"
    assert rounds == [{"a": 3, "b": 4}, {"b": 5, "a": 6}]


def test_every_request_has_bytes_of_its_own() -> None:
    first, second = (page_scope()["headers"] for _ in range(2))
    assert len(first) == 12 and first == second == list(PAGE)
    for ours, theirs, constant in zip(first, second, PAGE, strict=True):
        assert len({id(part) for pair in (ours, theirs, constant) for part in pair}) == 6


def test_the_connection_in_process_is_seen_and_verified_as_a_real_one() -> None:
    events: list[HandshakeEvent] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)

    connection = Connection()
    guarded = WebSocketGuardMiddleware(app, observers=[events.append])
    asyncio.run(_call(guarded, connection))
    [event] = events
    assert (event.outcome, event.verification, event.status) == ("accepted", "match", 101)
    assert connection.transport is connection.own_transport


@pytest.mark.parametrize(
    ("row", "value", "met"),
    [(RATIO, 0.33, True), (RATIO, 0.34, False), (SHARE, 0.93, True), (SHARE, 0.91, False), (EXTRA, 25, True)],
)
def test_a_figure_is_met_or_not(row: Row, value: float, met: bool) -> None:
    assert figure(row, [value]).met is met


def test_a_figure_is_the_median_with_its_quartiles() -> None:
    found = figure(RATIO, [5, 1, 2, 4, 3])
    assert (found.low, found.value, found.high) == (2, 3, 4)


def test_what_is_written_can_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    figures = [figure(RATIO, [0.3]), figure(EXTRA, [-3]), figure(Row("import", "", "", unit="ns"), [1234567])]
    write(figures, {"an app": 100.0}, {"the decision": [("validate", "40%")]})
    text = results.RESULTS.read_text(encoding="utf-8")
    assert recorded(text) == {"speed": 0.3, "message/sent": -3, "import": 1234567}
    assert table(figures) in text and "* 40%  `validate`" in text and "* an app: 100 ns" in text


@pytest.mark.parametrize(
    ("row", "before", "now", "told"),
    [
        (RATIO, 0.3, 0.38, False),
        (RATIO, 0.3, 0.40, True),
        (RATIO, 0.3, 0.1, False),
        (SHARE, 0.92, 0.72, False),
        (SHARE, 0.92, 0.70, True),
        (SHARE, 0.92, 1.5, False),
        (EXTRA, 1, 20, False),
        (EXTRA, 1, 30, True),
        (Row("speed", "of no interest", "theirs"), 1, 9, False),
    ],
)
def test_only_what_went_back_further_than_noise_is_told(row: Row, before: float, now: float, told: bool) -> None:
    assert bool(worse([figure(row, [now])], {row.id: before})) is told


def test_a_row_that_was_never_recorded_is_told() -> None:
    assert worse([figure(RATIO, [0.3])], {}) == ["speed: not in RESULTS.md yet"]


def test_check_is_a_report_and_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow: list[Figure] = [figure(RATIO, [9.0])]
    monkeypatch.setattr("benchmarks.__main__.MEASURES", {"speed": lambda effort: slow})
    monkeypatch.setattr("benchmarks.__main__.RESULTS", tmp_path / "RESULTS.md")
    (tmp_path / "RESULTS.md").write_text(f"## Figures\n\n{table([figure(RATIO, [0.3])])}\n", encoding="utf-8")
    assert main(["--check"]) == 0
    assert "speed: 9.00 x, recorded was 0.300 x" in capsys.readouterr().out


def test_an_unknown_row_is_told_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "sped"])
    assert ended.value.code == 2
    assert "http-pass" in capsys.readouterr().err


async def _call(app: WebSocketGuardMiddleware, connection: Connection) -> None:
    await app(connection.request_scope, connection.receive, connection.send)
