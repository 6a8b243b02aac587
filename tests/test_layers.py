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

from asgi_ws_guard.handshake import REQUIREMENTS, requirements

from .handshake import test_verification
from .handshake.broken import BROKEN
from .handshake.test_requirements import CLIENTS_HALF, SERVERS_HALF

PACKAGE = Path(__file__).parent.parent / "asgi_ws_guard"
TESTS = Path(__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

# Bottom first; imports go down only. A room is a folder, whose files may import each other; a file in a room that
# stands higher than the room has its own line. Rooms that an issue has yet to ask for have theirs already.
LAYERS = (
    *(
        "handshake",
        "rules",
        "quotas",
        "path_readings",
        "path_patterns",
        "policy_values",
        "precedents",
        "policy",
        "strictest",
        "paths",
        "policy_file",
        "events",
        "observers",
    ),
    *("guard", "answer", "asgi", "authorization", "deadline", "record"),
    *("servers", "servers/self_check", "admission"),
    *("accepting", "watch", "callables", "exchange", "raw_upgrade", "plain_http", "joining", "middleware"),
    *(
        "servers/uvicorn_deployment",
        "servers/uvicorn_limits",
        "servers/uvicorn_head",
        "servers/uvicorn",
        "serve",
        "inspector",
        "probe",
    ),
    *("testing", "__init__", "cli", "__main__"),
)

# The rooms whose names are for users: what they bring in is what they list.
PUBLIC = ("__init__", "handshake/__init__", "testing/__init__")

# What a room may import besides itself and the standard library, where that is less than all below it.
ONLY = {
    "handshake": set[str](),
    "rules": {"handshake"},
    "events": {"handshake"},
    "observers": {"events", "handshake"},  # handshake for the words of the grammar: `shown`
    "servers": {"handshake"},
    "probe": {"handshake"},
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

# Modules without a test of their own name, with the test that has theirs and the reason.
TESTED_ELSEWHERE = {
    "events": ("test_exchange_endings.py", "values without behaviour; each ending there is one"),
    "record": ("test_exchange_endings.py", "each ending there is what one record became"),
    "admission": ("wire/test_uvicorn_door.py", "a door makes it and the middleware behind takes it"),
    "cli/browser_errors": ("cli/test_messages.py", "lines of browsers, explained there"),
    "cli/tool_errors": ("cli/test_messages.py", "lines of tools, explained there"),
    "cli/meanings": ("cli/test_messages.py", "what such a line may mean"),
    "handshake/accept_mistakes": ("handshake/test_diagnosis.py", "the data of the diagnosis"),
    "policy_values": ("test_policy_file.py", "the values of a file become those of a policy there"),
    "probe": ("probe/test_zoo.py", "a probe is judged by servers that break one requirement each"),
    "servers": ("test_stacks.py", "each is there for one server, and shows on that server only"),
    "testing/completion": ("test_completion.py", "its own name, without the room"),
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


def _twins(module: str) -> bool:
    return any(TESTS.rglob(f"test_{module.rsplit('/', 1)[-1]}.py"))


@pytest.mark.parametrize("module", [module for module in MODULES if not module.endswith(("__init__", "__main__"))])
def test_each_module_has_a_test_or_a_reason(module: str) -> None:
    elsewhere = [test for name, (test, _) in TESTED_ELSEWHERE.items() if f"{module}/".startswith(f"{name}/")]
    assert _twins(module) or any((TESTS / test).exists() for test in elsewhere), f"no test_*.py for {module}"


def test_the_tables_name_what_there_is() -> None:
    assert set(LIBRARIES) <= set(MODULES)
    for name, (test, reason) in TESTED_ELSEWHERE.items():
        assert any(f"{module}/".startswith(f"{name}/") for module in MODULES), name
        assert reason and test.endswith(".py")


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
    ids = [row[0] for row in requirements._ROWS]
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
