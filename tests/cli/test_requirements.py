"""requirements: the table as text, JSON and Markdown."""

from __future__ import annotations

import json

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS

from .running import run


def test_requirements_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "requirements")
    assert code == 0
    assert all(name in out for name in REQUIREMENTS)
    assert max(map(len, out.splitlines())) <= 100


def test_requirements_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "requirements", "--format", "json")
    rows = json.loads(out)
    assert code == 0 and [row["id"] for row in rows] == list(REQUIREMENTS)
    assert {"id", "section", "statement", "status", "response_fields", "flagged"} == set(rows[0])


def test_requirements_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "requirements", "--format", "markdown")
    assert code == 0 and out.startswith("| id | requirement | section | answer |\n|---|---|---|---|\n")
