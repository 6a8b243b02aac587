"""What CI installs is pinned by hash (docs/decisions/pinned-ci.md), and the pins are those of what is asked for."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
CURE = "run scripts/pin and commit what it changes"
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
BUILD, REQUIREMENTS = ROOT / ".ci" / "build.txt", ROOT / ".ci" / "requirements.txt"
CLIENTS = ROOT / "tests" / "integration" / "clients"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")

_PIN = re.compile(
    r"^([\w.-]+)==([^\s;]+)(?: ; (.*?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n((?:    # .*\n)*)", re.M
)


class Pin(NamedTuple):
    name: str
    version: str
    marker: str | None
    hashes: int
    asked_for_by: str


def pins(path: Path) -> list[Pin]:
    text = path.read_text(encoding="utf-8")
    return [
        Pin(name, version, marker, said.count("--hash"), by) for name, version, marker, said, by in _PIN.findall(text)
    ]


def asked_for(pyproject: str) -> list[Requirement]:
    """What the extras ask for, each extra of our own that they name left to itself."""
    project = tomllib.loads(pyproject)["project"]
    lines = [*project["dependencies"], *(line for of in project["optional-dependencies"].values() for line in of)]
    requirements = [Requirement(line) for line in lines]
    return [requirement for requirement in requirements if requirement.name != project["name"]]


def on(python: str) -> dict[str, str]:
    """CPython of a version on the system that CI has; the rest of a marker's environment is this machine's."""
    return {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "os_name": "posix",
    }


def versions_on(python: str, path: Path) -> dict[str, str]:
    """What is installed on it, by name."""
    return {pin.name: pin.version for pin in pins(path) if not pin.marker or Marker(pin.marker).evaluate(on(python))}


def disagreements(requirements: list[Requirement], path: Path) -> Iterator[str]:
    """What is asked for and pinned nowhere, or at a version that is not asked for."""
    for python in PYTHONS:
        versions = versions_on(python, path)
        for requirement in requirements:
            if requirement.marker is not None and not requirement.marker.evaluate(on(python)):
                continue
            version = versions.get(canonicalize_name(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                yield f"Python {python}: {requirement} is asked for and {version or 'nothing'} is pinned"


def test_what_pyproject_asks_for_is_pinned() -> None:
    found = list(disagreements(asked_for(PYPROJECT), REQUIREMENTS))
    assert not found, f"pyproject.toml and .ci/requirements.txt disagree; {CURE}:\n" + "\n".join(found)


def test_what_builds_is_pinned() -> None:
    backend = [Requirement(line) for line in tomllib.loads(PYPROJECT)["build-system"]["requires"]]
    found = list(disagreements(backend, BUILD))
    assert not found, f"pyproject.toml and .ci/build.txt disagree; {CURE}:\n" + "\n".join(found)


def test_what_is_pinned_is_asked_for() -> None:
    direct = {pin.name for pin in pins(REQUIREMENTS) if "(pyproject.toml)" in pin.asked_for_by}
    left = direct - {canonicalize_name(requirement.name) for requirement in asked_for(PYPROJECT)}
    assert not left, (
        f".ci/requirements.txt pins what pyproject.toml asks for no more; {CURE}: {', '.join(sorted(left))}"
    )


@pytest.mark.parametrize("line", ["nothing-of-the-kind>=1", "ruff<0.1"])
def test_a_disagreement_is_named(line: str) -> None:
    changed = PYPROJECT.replace('"ruff>=0.8"', f'"{line}"')
    found = list(disagreements(asked_for(changed), REQUIREMENTS))
    assert len(found) == len(PYTHONS) and all(line in each for each in found)


@pytest.mark.parametrize("path", [BUILD, REQUIREMENTS], ids=lambda path: path.name)
def test_every_line_is_a_pin_with_hashes(path: Path) -> None:
    """So pip has no say: no range, no link, no option, and no index that only one machine knows."""
    rest = _PIN.sub("", path.read_text(encoding="utf-8"))
    assert [line for line in rest.splitlines() if not line.startswith("#")] == []
    assert pins(path) and "://" not in rest
    assert all(pin.hashes for pin in pins(path))


@pytest.mark.parametrize("python", PYTHONS)
def test_the_two_files_agree(python: str) -> None:
    build, rest = versions_on(python, BUILD), versions_on(python, REQUIREMENTS)
    assert {name: rest[name] for name in build if name in rest}.items() <= build.items()


def test_the_node_clients_are_locked() -> None:
    asked = json.loads((CLIENTS / "package.json").read_text(encoding="utf-8"))
    locked: dict[str, Any] = json.loads((CLIENTS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert locked.pop("")["dependencies"] == asked["dependencies"], f"package.json and its lock disagree; {CURE}"
    assert {f"node_modules/{name}" for name in asked["dependencies"]} <= locked.keys()
    for name, package in locked.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, f"{name} names a registry"
