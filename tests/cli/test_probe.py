"""probe: what it prints, where, and with which exit code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from pathlib import Path

import pytest

from ..probe.zoo import Correct, accepts, answers, in_thread
from .running import program, run


def test_probe_as_json_keeps_its_contract(capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(Correct()) as url:
        code, out, err = run(capsys, "probe", url, "--format", "json", "--only", "key", "--skip", "http2")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert set(document) == {"target", "cases", "counts"} and document["target"] == url
    assert set(document["counts"]) == {"conforms", "lenient", "violates", "unanswered"}
    assert document["counts"]["conforms"] == len(document["cases"]) > 30
    keys = {"id", "group", "requirement", "outcome", "status", "detail", "diagnosis"}
    assert all(set(case) == keys for case in document["cases"])
    assert document["cases"][0] | {"detail": ""} == {
        "id": "key-missing",
        "group": "key",
        "requirement": "key-present",
        "outcome": "conforms",
        "status": 400,
        "detail": "",
        "diagnosis": None,
    }


def test_a_server_that_violates_gives_1_and_its_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(accepts.WrongGuid()) as url:
        code, out, _ = run(capsys, "probe", url, "--only", "response")
    assert code == 1
    assert "violates accept-value" in out and "the GUID has a misprint" in " ".join(out.split())


def test_lenient_fails_only_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(answers.CloseInAnswer()) as url:
        only = ("--only", "response-no-close")
        assert run(capsys, "probe", url, *only)[0] == 0
        assert run(capsys, "probe", url, *only, "--strict")[0] == 1
        assert run(capsys, "probe", url, *only, "--fail-on", "violates,lenient")[0] == 1


def test_fail_on_chooses_what_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(accepts.WrongGuid()) as url:
        assert run(capsys, "probe", url, "--only", "accept-value", "--fail-on", "unanswered")[0] == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_where_nothing_listens_it_is_2_and_one_line(capsys: pytest.CaptureFixture[str], form: str) -> None:
    code, out, err = run(capsys, "probe", "ws://127.0.0.1:1/", "--format", form)
    assert code == 2 and err.count("\n") == 1 and "connection refused" in err
    if form == "json":
        document = json.loads(out)
        assert document["cases"] == [] and document["error"]["reason"] and document["error"]["check"]


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["probe"],
        ["probe", "ftp://a/"],
        ["probe", "ws://a/", "--only", "nothing"],
        ["probe", "ws://a/", "--timeout", "-1"],
        ["probe", "ws://a/", "--concurrency", "0"],
        ["probe", "ws://a/", "--header", "no colon"],
        ["probe", "ws://a/", "--fail-on", "everything"],
        ["probe", "ws://a/", "--cookie-file", "/nowhere"],
        ["probe", "ws://a/", "--format", "yaml"],
        ["nonsense"],
    ],
    ids=lambda argv: " ".join(argv) or "nothing",
)
def test_bad_input_is_2_and_one_line(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and err.startswith("asgi-ws-guard")


def test_list_needs_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "probe", "--list")
    assert code == 0 and len(out.splitlines()) >= 150
    code, out, _ = run(capsys, "probe", "--list", "--format", "json", "--only", "key-empty")
    assert code == 0 and [row["id"] for row in json.loads(out)] == ["key-empty"]


def test_the_help_of_probe_fits_a_screen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run(capsys, "probe", "--help")
    assert code == 0
    assert len(out.splitlines()) <= 30
    assert max(map(len, out.splitlines())) <= 80
    assert "exit codes" in out


@pytest.mark.parametrize("form", ["text", "json", "junit", "html", "markdown"])
def test_output_goes_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    file = tmp_path / "report"
    with in_thread(Correct()) as url:
        code, out, err = run(capsys, "probe", url, "--only", "control", "--format", form, "--output", str(file))
    assert (code, out) == (0, "")
    assert ("13 conforms" in err and "control-valid" in file.read_text()) or form in ("text", "markdown")


def test_an_output_that_cannot_be_written_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with in_thread(Correct()) as url:
        code, _, err = run(capsys, "probe", url, "--only", "control-valid", "--output", "/nowhere/report")
    assert code == 2 and err.count("\n") == 1


def test_cookies_and_headers_are_sent(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    seen: list[bytes] = []

    class Recording(Correct):
        async def read_head(self, reader: asyncio.StreamReader) -> bytes | None:
            seen.append(await super().read_head(reader) or b"")
            return seen[-1]

    file = tmp_path / "cookies"
    jar = (
        "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t1\nother.example\tFALSE\t/\tFALSE\t0\tx\t2\n"
    )
    file.write_text(f"{jar}plain=3\n")
    with in_thread(Recording()) as url:
        run(capsys, "probe", url, "--only", "control-valid", "--cookie-file", str(file), "--header", "X-A: b")
    assert all(b"Cookie: sid=1; plain=3\r\n" in head and b"X-A: b\r\n" in head for head in seen) and seen


def test_an_interrupted_run_leaves_a_partial_report() -> None:
    begun = threading.Event()

    class Slow(Correct):
        async def read_head(self, reader: asyncio.StreamReader) -> bytes | None:
            head = await super().read_head(reader)
            if b"Sec-WebSocket-Version: 9" in (head or b"") or b"Sec-WebSocket-Version: 25" in (head or b""):
                begun.set()
                await asyncio.sleep(30)
            return head

    options = ("--only", "version", "--skip", "http2", "--concurrency", "1", "--timeout", "30", "--format", "json")
    with in_thread(Slow()) as url, program("-m", "asgi_ws_guard", "probe", url, *options) as process:
        assert begun.wait(20)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    document = json.loads(out)
    assert process.returncode == 130 and "Traceback" not in err
    assert document["interrupted"] is True
    assert 0 < len(document["cases"]) < 30


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with program("-m", "asgi_ws_guard", "probe", "--list", "--format", "json") as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_without_rich_the_report_is_plain_text() -> None:
    """Standard output and error are terminals here, so that rich would be used where it is."""
    blocked = "import sys; sys.modules['rich'] = None; sys.stdout.isatty = sys.stderr.isatty = lambda: True; "
    with in_thread(Correct()) as url:
        code = f"{blocked}from asgi_ws_guard.cli import main; sys.exit(main(['probe', {url!r}, '--only', 'control']))"
        with program("-c", code) as process:
            out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "13 cases in" in out and "\x1b[" not in out


def test_with_rich_the_report_and_a_bar_are_drawn() -> None:
    terminal = "import sys; sys.stdout.isatty = sys.stderr.isatty = lambda: True; "
    with in_thread(accepts.WrongGuid()) as url:
        code = f"{terminal}from asgi_ws_guard.cli import main; sys.exit(main(['probe', {url!r}, '--only', 'response']))"
        with program("-c", code, env={**os.environ, "COLUMNS": "100"}) as process:
            out, err = process.communicate(timeout=30)
    assert process.returncode == 1, err
    assert "accept-value" in out and "misprint" in out and "1 violates" in out
