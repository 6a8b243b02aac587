"""The checks of the fuzz targets hold on their seeds and on what hypothesis makes of them; on a fault they fail."""

from __future__ import annotations

import base64
import subprocess
import sys
from importlib.util import find_spec
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asgi_ws_guard import HandshakeResponse
from asgi_ws_guard.handshake.authority import Authority
from asgi_ws_guard.policy.readings import Reading
from asgi_ws_guard.rules.host import HostRule
from asgi_ws_guard.rules.origin import OriginRule

from . import __main__ as command
from . import run
from .mutations import inputs
from .path_readings import work
from .targets import NAMES, load

SEEDED = [(name, seed) for name in NAMES for seed in load(name).SEEDS]


@pytest.mark.parametrize(("name", "seed"), SEEDED)
def test_seeds_hold(name: str, seed: bytes) -> None:
    load(name).check(seed)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_becomes_of_seeds_holds(name: str, data: st.DataObject) -> None:
    load(name).check(data.draw(inputs(load(name))))


class EveryOrigin(OriginRule):
    def __contains__(self, origin: object) -> bool:
        return True


class EveryHost(HostRule):
    def __contains__(self, host: object) -> bool:
        return True


# A fault put into what a target calls, and an input that shows it: else its check would hold whatever happens.
FAULTS = [
    ("request", "validate", lambda handshake: (), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("request", "parse_request", base64.b64encode, b"GET / HTTP/1.1\r\n\r\n"),
    ("response", "verify", lambda request, response: (), b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n"),
    ("response", "parse_response", lambda head: HandshakeResponse(), b"HTTP/1.1 404 x\r\n\r\n"),
    ("accept", "decode_key", base64.b64decode, b"AA AA\x1e"),
    ("accept", "diagnose_accept", lambda *given: None, b"hello\x1eworld"),
    ("origins", "OriginRule", EveryOrigin, b"https://a.net\x1ea"),
    ("origins", "HostRule", EveryHost, b"https://a.net\x1ea"),
    ("origins", "parse_authority", lambda text: Authority("other", ""), b"https://a.net\x1ea"),
    ("extensions", "check_extensions", lambda handshake: None, b"a;"),
    ("extensions", "readable_offers", lambda value: value + b", more", b"a"),
    ("extensions", "with_readable_offers", lambda head: head, b"permessage-deflate; server_max_window_bits"),
    (
        "path_readings",
        "readings",
        lambda path, *root, **chosen: (Reading(path, False, False, True),),
        b"\0\x20\0//admin/ws\x1e",
    ),
    ("path_readings", "readings", lambda *given, **chosen: (Reading("/other", False, False, True),), b"\0\0\0/x\x1e"),
]


@pytest.mark.parametrize(
    ("name", "called", "fault", "data"),
    FAULTS,
    ids=lambda value: str(value)[:20],
)
def test_a_fault_fails(monkeypatch: pytest.MonkeyPatch, name: str, called: str, fault: object, data: bytes) -> None:
    load(name).check(data)
    monkeypatch.setattr(load(name), called, fault)
    with pytest.raises((AssertionError, AttributeError)):
        load(name).check(data)


def test_every_target_has_a_fault_that_fails() -> None:
    assert {name for name, *_ in FAULTS} == {*NAMES}


def test_the_readings_of_a_path_take_time_by_its_length() -> None:
    """Ten times the characters take about ten times as long: a quadratic reading would take a hundred times."""
    work(1000)
    times = []
    for size in (10_000, 100_000):
        started = process_time()
        work(size)
        times.append(process_time() - started)
    assert times[1] < max(0.2, 40 * times[0])


needs_atheris = pytest.mark.skipif(not find_spec("atheris"), reason="atheris has no wheel for this Python and system")


@needs_atheris
def test_atheris_counts_what_it_does() -> None:
    done = run._by_atheris("extensions", 1)
    assert done.finding is None and done.executions > len(load("extensions").SEEDS) and "edges" in done.reached


@needs_atheris
def test_atheris_tells_what_it_found() -> None:
    done = run._by_atheris("with_a_fault", 20)
    assert b"fault" in (done.finding or b"") and "there is a fault" in done.told


def test_hypothesis_counts_what_it_does() -> None:
    done = run._by_hypothesis("extensions", 1)
    assert done.finding is None and done.executions >= 1000 and done.engine == "hypothesis"


def test_hypothesis_tells_what_it_found() -> None:
    done = run._by_hypothesis("with_a_fault", 20)
    assert b"fault" in (done.finding or b"") and "there is a fault" in done.told


def test_a_finding_is_printed_with_the_line_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run.Run("with_a_fault", "an engine", 7, "much", b"a 'fault'\n", "AssertionError: there is a fault")
    monkeypatch.setattr(command, "run", lambda name, seconds: found)
    assert command.main(["request"]) == 1
    out = capsys.readouterr().out
    assert "7 executions, much, A FINDING" in out and "there is a fault" in out
    line = out.partition("again: .venv/bin/python")[2].strip()
    again = subprocess.run(f"{sys.executable} {line}", shell=True, capture_output=True, text=True, timeout=60)
    assert again.returncode == 1 and "AssertionError: there is a fault" in again.stderr


def test_no_finding_is_exit_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[str, int]] = []

    def finds_nothing(name: str, seconds: int) -> run.Run:
        asked.append((name, seconds))
        return run.Run(name, "an engine", 7, "much")

    monkeypatch.setattr(command, "run", finds_nothing)
    assert command.main(["--seconds", "100"]) == 0
    assert asked == [(name, 100 // len(NAMES)) for name in NAMES]
    assert capsys.readouterr().out.count("no finding") == len(NAMES)


def test_an_unknown_target_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["requests"])
    assert "no target requests; there are request, " in capsys.readouterr().err
