"""Runs the command line in this process, and as a program."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asgi_ws_guard import cli


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    try:
        code = cli.main(argv)
    except SystemExit as error:
        code = int(error.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def program(*argv: str, **options: object) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *argv], stdout=pipe, stderr=pipe, text=True, **options)  # type: ignore[call-overload, no-any-return]
