"""explain prints what was found, and its exit code is that of the verdict."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from .running import run


def test_explain_reads_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "handshake.txt"
    file.write_text("GET / HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n")
    code, out, _ = run(capsys, "explain", str(file))
    assert code == 1 and "missing: key-present" in out


def test_explain_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"error: socket hang up\n")))
    code, out, _ = run(capsys, "explain")
    assert code == 0 and "means: " in out


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00"])
def test_explain_gives_one_line_to_what_it_does_not_know(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd"
    file.write_bytes(content)
    code, out, err = run(capsys, "explain", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_explain_of_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "explain", "/nowhere/at/all")
    assert code == 2 and err.count("\n") == 1
