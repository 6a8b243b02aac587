"""SECURITY.md: each promise names the test that holds it, and that test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| ([A-Z].*?\.) \| (.*?) \|$", PAGE, re.MULTILINE)


def test_every_promise_is_read() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(PROMISES) == len(rows) - 1 >= 14, "a row that is no promise, a full stop, and a test"


@pytest.mark.parametrize(("promise", "test"), PROMISES, ids=[test for _, test in PROMISES])
def test_the_test_of_a_promise_is_there(promise: str, test: str) -> None:
    assert re.fullmatch(r"`tests/(?:\w+/)*test_\w+\.py`", test), f"no test is named for: {promise}"
    path = ROOT / test.strip("`")
    assert path.exists(), f"SECURITY.md promises: {promise} {test} is to hold it, and is not there"
    assert "\ndef test_" in path.read_text(encoding="utf-8") or "\nasync def test_" in path.read_text(encoding="utf-8")


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / link).exists(), link


def test_it_names_no_address() -> None:
    """Reports go to the forge, to whoever looks after the project then."""
    assert "@" not in PAGE and "://" not in PAGE


def test_the_readme_leads_to_it() -> None:
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
