"""The architecture: who may import whom, who is tested where, and whether the lists that we print are true."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.handshake.requirement_rows import ROWS

from ..handshake import test_verification
from ..handshake.broken import BROKEN
from ..handshake.test_requirements import CLIENTS_HALF, SERVERS_HALF

TESTS = Path(__file__).parents[1]
PACKAGE = TESTS.parent / "asgi_ws_guard"

MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

# Bottom first; imports go down only. A room is a folder, whose files may import each other; a file in a room that
# stands higher than the room has its own line. Rooms that an issue has yet to ask for have theirs already.
LAYERS = (
    *("handshake", "rules", "quotas", "policy", "events", "observers", "guard", "problem", "asgi"),
    *("diagnosis", "taps", "exchange", "servers/live_checks", "servers/self_check", "middleware"),
    *("servers", "serve", "inspector", "probe", "testing", "__init__", "cli", "__main__"),
)

UNBUILT = {"quotas", "inspector"}  # rooms that an issue has yet to ask for

# The rooms whose names are for users: what they bring in is what they list.
PUBLIC = ("__init__", "handshake/__init__", "testing/__init__")

# What a room may import besides itself and the standard library, where that is less than all below it.
ONLY = {
    "handshake": set[str](),
    "rules": {"handshake"},
    "events": {"handshake"},
    "observers": {"events", "handshake"},  # handshake for the words of the grammar: `shown`
    "diagnosis": {"handshake"},
    "taps": {"handshake"},
    "probe": {"handshake", "diagnosis"},
}

# The libraries that some file needs and nobody else may import.
LIBRARIES = {
    "cli/serve": {"uvicorn"},
    "probe/http2": {"h2"},
    "probe/terminal": {"rich"},
    "servers/uvicorn": {"uvicorn"},
    "testing/plugin": {"pytest"},
    "testing/probe_fixture": {"pytest"},
}

NO_IO = {
    "asyncio",
    "http",
    "logging",
    "select",
    "selectors",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "threading",
    "urllib",
}

_CASES = (
    *("base", "body", "control", "extension", "host", "http2", "key", "limits", "method", "origin", "refusal"),
    *("response", "subprotocol", "syntax", "upgrade", "version"),
)
_FORMATS = ("as_html", "as_json", "as_junit", "as_markdown", "as_text", "style", "wire")
_ASKING = (
    *("answer", "case", "checks", "checks_refusal", "client", "cookies", "deflate", "frames", "judge", "report"),
    *("request", "requirements", "runner", "target"),
)

# Modules whose test lies elsewhere than their path says, by the test and the reason.
TESTED_ELSEWHERE = {
    "events": ("exchange/test_endings.py", "values without behaviour; each ending there is one"),
    "exchange/answering": ("exchange/test_websocket.py", "what we say, before an application and in its place"),
    "exchange/application": ("exchange/test_websocket.py", "what an application may say"),
    "exchange/record": ("exchange/test_endings.py", "each ending there is what one record became"),
    "exchange/admission": ("servers/test_uvicorn_door.py", "a door makes it and the middleware behind takes it"),
    "exchange/app_fields": ("security/test_app_fields.py", "what servers make of a field is asked of servers"),
    "diagnosis/browser_errors": ("diagnosis/test_messages.py", "lines of browsers, explained there"),
    "diagnosis/client_errors": ("diagnosis/test_messages.py", "lines of clients, explained there"),
    "diagnosis/server_errors": ("diagnosis/test_messages.py", "lines of servers' logs, explained there"),
    "diagnosis/paste": ("diagnosis/test_heads.py", "the values that are read there"),
    "diagnosis/meanings": ("diagnosis/test_messages.py", "what such a line may mean"),
    "diagnosis/accept_mistakes": ("diagnosis/test_accept.py", "the data of the diagnosis"),
    "handshake/requirement_rows": ("handshake/test_requirements.py", "the rows of that table"),
    "handshake/http_checks": ("handshake/test_validation.py", "one change breaks one requirement, whoever reads it"),
    "handshake/masking": ("security/test_masking.py", "with the secrets that it is to mask"),
    "cli/base": ("cli/test_accept.py", "what the commands share shows in each"),
    "cli/serve": ("test_serve.py", "with the application that it serves"),
    "servers/live_checks": ("servers/test_self_check.py", "a secret is good for the time of a check there"),
    "servers/uvicorn": ("servers/test_uvicorn_door.py", "the doors, asked on the wire"),
    "servers/uvicorn_deployment": ("servers/test_uvicorn_door.py", "whose guard it is shows at the door"),
    "servers/uvicorn_head": ("servers/test_uvicorn_heads.py", "heads as they come"),
    "servers/uvicorn_libraries": ("servers/test_uvicorn_heads.py", "heads as the libraries are given them"),
    "servers/uvicorn_limits": ("security/test_unfinished_heads.py", "heads that never end"),
    **{f"probe/cases/{name}": ("probe/test_cases.py", "rows of data, held as one table") for name in _CASES},
    **{f"probe/formats/{name}": ("probe/test_formats.py", "one report in each format") for name in _FORMATS},
    **{f"probe/{name}": ("probe/test_zoo.py", "judged by servers broken in one way each") for name in _ASKING},
    "probe/terminal": ("security/test_terminal_injection.py", "on a terminal, with what comes from outside"),
    "taps/closing": ("taps/test_port.py", "that a connection ends is asked of each server"),
    "taps/response": ("taps/test_head.py", "with the observer that makes it"),
    "taps/transport": ("taps/test_head.py", "with the observer that stands before it"),
    **{
        f"taps/{name}": ("taps/test_port.py", "one suite for each server") for name in ("daphne", "gunicorn", "uvicorn")
    },
}


def imports_of(module: str) -> Iterator[str]:
    """What a file imports, anywhere in it: our modules as paths under the package, others as `:name`."""
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    here = module.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _resolved(alias.name.split("."), [])
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            path = (node.module or "").split(".") if node.module else []
            above = ["asgi_ws_guard", *here[: len(here) - node.level + 1]] if node.level else []
            yield from _resolved([*above, *path], names)


def _resolved(path: list[str], names: list[str]) -> Iterator[str]:
    if path[0] != "asgi_ws_guard":
        yield f":{path[0]}"
        return
    found = "/".join(path[1:])
    if found in MODULES:
        yield found
        return
    init = f"{found}/__init__" if found else "__init__"
    modules = {name: f"{found}/{name}" if found else name for name in names}
    inner = {
        name: next((m for m in (path, f"{path}/__init__") if m in MODULES), init) for name, path in modules.items()
    }
    yield from inner.values() if inner else [init]


def layer_of(module: str) -> str:
    """The line of LAYERS that a module stands on: the longest that fits."""
    fitting = [layer for layer in LAYERS if module == layer or module.startswith(f"{layer}/")]
    assert fitting, f"{module} is in no room: put it into LAYERS where it belongs"
    return max(fitting, key=len)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down_only(module: str) -> None:
    here = layer_of(module)
    for imported in imports_of(module):
        if not imported.startswith(":"):
            there = layer_of(imported)
            assert there == here or LAYERS.index(there) < LAYERS.index(here), f"{module} imports {imported}"
            assert there == here or there in ONLY.get(here, {there}), f"{here} is to know {ONLY[here]}, not {imported}"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {module: {name for name in imports_of(module) if not name.startswith(":")} for module in MODULES}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", MODULES)
def test_other_libraries_are_imported_only_where_they_are_needed(module: str) -> None:
    others = {name[1:] for name in imports_of(module) if name.startswith(":")} - sys.stdlib_module_names
    assert others == LIBRARIES.get(module, set())


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("handshake/")])
def test_the_handshake_does_no_io(module: str) -> None:
    assert not {name[1:] for name in imports_of(module)} & NO_IO


def test_the_package_alone_brings_no_library() -> None:
    """What is installed must not change what is imported: asgi_ws_guard has no dependency."""
    program = (
        "import sys; before = set(sys.modules); from asgi_ws_guard import *; import asgi_ws_guard.testing; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["asgi_ws_guard"]


def _twin(module: str) -> Path:
    room, _, name = module.rpartition("/")
    return TESTS / room / f"test_{name}.py"


@pytest.mark.parametrize("module", [module for module in MODULES if not module.endswith(("__init__", "__main__"))])
def test_each_module_has_its_test_or_a_reason(module: str) -> None:
    elsewhere, reason = TESTED_ELSEWHERE.get(module, ("", ""))
    if _twin(module).exists():
        assert not elsewhere, "it has a test of its own: take the reason out"
    else:
        assert reason and (TESTS / elsewhere).is_file(), f"wanted {_twin(module).relative_to(TESTS)}, or a reason"


def test_the_tables_name_what_there_is() -> None:
    assert set(LIBRARIES) <= set(MODULES)
    assert set(TESTED_ELSEWHERE) <= set(MODULES)
    assert {layer_of(module) for module in MODULES} | UNBUILT == set(LAYERS)


@pytest.mark.parametrize("module", [module for module in MODULES if not module.endswith("__main__")])
def test_all_tells_the_truth(module: str) -> None:
    name = ".".join(["asgi_ws_guard", *module.removesuffix("__init__").strip("/").split("/")]).rstrip(".")
    imported = importlib.import_module(name)
    names = getattr(imported, "__all__", [])
    assert len(set(names)) == len(names)
    assert [each for each in names if not hasattr(imported, each)] == []
    if module in PUBLIC:
        tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
        relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
        brought = {alias.asname or alias.name for node in relative for alias in node.names}
        assert {each for each in brought if not each.startswith("_")} == set(names) - {"__version__"}


# The requirements.


def test_each_requirement_has_its_own_id() -> None:
    ids = [row[0] for row in ROWS]
    assert len(set(ids)) == len(ids) == len(REQUIREMENTS)


@pytest.mark.parametrize("requirement", CLIENTS_HALF)
def test_each_requirement_of_the_clients_half_is_broken_alone(requirement: str) -> None:
    assert requirement in {row.broken for row in BROKEN}


@pytest.mark.parametrize("requirement", SERVERS_HALF)
def test_each_requirement_of_the_servers_half_is_broken_alone(requirement: str) -> None:
    assert requirement in {row.broken for row in test_verification.BROKEN}


@pytest.mark.parametrize("requirement", sorted({*REQUIREMENTS} - {*CLIENTS_HALF} - {*SERVERS_HALF}))
def test_every_other_requirement_is_named_by_a_test(requirement: str) -> None:
    own = [TESTS / "test_layers.py", TESTS / "handshake" / "test_requirements.py"]
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path not in own)
    assert any(f'"{requirement}"' in text for text in texts)
