"""The documentation: what it prints is what is printed, what it shows works, and its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.policy.policy import KEYS
from asgi_ws_guard.problem import DOCUMENTATION

from ..cli.running import run
from ..probe.zoo import accepts, in_thread

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PROBE = (DOCS / "probe.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
REGENERATE = "asgi-ws-guard requirements --format markdown > docs/requirements.md"

SERVER = "ws://127.0.0.1:8000/ws"  # where the page's server is
CONSOLE = re.findall(r"```console\n(.*?)```", PROBE, re.DOTALL)
FILES = re.findall(r"```\w+ (\S+)\n(.*?)```", PROBE, re.DOTALL)  # a block whose first line names a file is that file


def test_the_page_of_requirements_is_the_commands_output(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "requirements", "--format", "markdown")
    page = (DOCS / "requirements.md").read_text(encoding="utf-8")
    assert code == 0 and page == out, f"regenerate it: {REGENERATE}"


def test_each_requirement_has_an_anchor() -> None:
    """The `type` of a problem ends in #id; GitHub and MkDocs make the anchor of a heading that is an id of that id."""
    page = (DOCS / "requirements.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == list(REQUIREMENTS)
    assert DOCUMENTATION.endswith("/requirements/")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with the files of the page, and with the command in `bin`, whether it is installed or not."""
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = tmp_path / "bin" / "asgi-ws-guard"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m asgi_ws_guard "$@"\n')
    command.chmod(0o755)
    return tmp_path


@pytest.fixture
def url() -> Iterator[str]:
    """The page's server, which prints its digest in hex."""
    with in_thread(accepts.HexDigest()) as url:
        yield url


@pytest.mark.parametrize("snippet", CONSOLE, ids=lambda snippet: snippet.splitlines()[0])
def test_a_command_prints_what_the_page_says(snippet: str, project: Path, url: str) -> None:
    lines = snippet.splitlines(keepends=True)
    commands = "".join(line[2:] for line in lines if line.startswith("$ "))
    told = "".join(line for line in lines if not line.startswith("$ "))
    environment = {**os.environ, "PATH": f"{project / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh"],
        input=commands.replace(SERVER, url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        cwd=project,
        env={**environment, "PYTHONUTF8": "1"},
        timeout=60,
    )
    assert _lasting(done.stdout.replace(url, SERVER)) == _lasting(told)


def _lasting(text: str) -> str:
    """`text` without what each run of the probe has of its own: the time, and the digest of a random key."""
    text = re.sub(r" in \d+\.\d s", " in 0.0 s", text)
    return re.sub(r'\b[0-9a-f]{40}(\\?"), wanted [A-Za-z0-9+/]{27}=', r"HEX\1, wanted BASE64", text)


@pytest.mark.skipif(
    int(version("websockets").partition(".")[0]) < 17,
    reason="the probe rightly finds fault with the websockets 16 that Python 3.10 gets",
)
def test_the_example_of_a_test_passes(project: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_handshakes.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project, timeout=60)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")}
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings, link
        elif "://" not in link:
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_each_decision_has_its_title_and_its_day() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert pages
    for page in pages:
        first, empty, dated, *_ = page.read_text(encoding="utf-8").splitlines()
        assert first.startswith("# ") and not empty, page.name
        assert re.match(r"\d{4}-\d{2}-\d{2}\. Decided: ", dated), page.name


# How to work here: what CONTRIBUTING.md sends somebody to is there.


def _paths(text: str) -> set[str]:
    """What stands in backquotes and is a path in the repository: it has a slash, or ends as our files do."""
    quoted = {word for code in re.findall(r"`([^`]+)`", text) for word in code.split() if not set(word) & set("<*(=")}
    return {word for word in quoted if re.fullmatch(r"\.?[\w-]+(/[\w.-]*)+|[\w-]+\.(py|md|toml)", word)}


@pytest.mark.parametrize("path", sorted(_paths(CONTRIBUTING)))
def test_each_path_that_contributors_are_sent_to_is_there(path: str) -> None:
    under = (ROOT, ROOT / "asgi_ws_guard", ROOT / "tests" / "integration" / "stacks")
    assert any((directory / path).exists() for directory in under)


def test_the_paths_of_the_page_are_found() -> None:
    assert {"scripts/check", "tests/handshake/broken.py", ".ci/run", "middleware.py", "rules/"} <= _paths(CONTRIBUTING)


def test_each_room_and_each_script_is_told_of() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "asgi_ws_guard").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)` \|", glossary, re.MULTILINE)) == rooms
    scripts = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file()} - {"install"}  # the others call it
    assert {script for script in scripts if f"`scripts/{script}" not in CONTRIBUTING} == set()


def test_each_argument_of_a_policy_is_in_the_table_of_all() -> None:
    page = (DOCS / "policies.md").read_text(encoding="utf-8").partition("## Everything there is")[2]
    told = {name for cell in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)}
    assert set(KEYS) <= told
