"""Policies from mappings and TOML files: what they say, and what is said of those that say nothing right."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Policy
from asgi_ws_guard.policy import KEYS
from asgi_ws_guard.policy_file import load_policy_file, policies_from_environment, policies_from_mapping

DOCUMENT = """
allowed_origins = ["same-origin", "https://*.example.com", { pattern = "https://pr-[0-9]+\\\\.example\\\\.org" }]
allowed_hosts = ["example.com"]
require_tls = true
accept_timeout = "off"

[paths."/ocpp/*"]
tolerate = ["key-length", "key-base64"]
allowed_hosts = "off"

[paths]
"/internal/*" = "unguarded"
"""
POLICY = Policy(
    allowed_origins=["same-origin", "https://*.example.com", re.compile(r"https://pr-[0-9]+\.example\.org")],
    allowed_hosts=["example.com"],
    require_tls=True,
    accept_timeout=None,
)
PATHS = {"/ocpp/*": POLICY.replace(tolerate={"key-length", "key-base64"}, allowed_hosts=None), "/internal/*": None}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_a_file_of_its_own(file: Path) -> None:
    file.write_text(DOCUMENT)
    assert load_policy_file(file) == (POLICY, PATHS)
    assert load_policy_file(str(file)) == (POLICY, PATHS)


def test_a_table_in_pyproject(file: Path) -> None:
    tables = DOCUMENT.replace("[paths", "[tool.asgi_ws_guard.paths")
    file.write_text(f'[project]\nname = "x"\n[tool.ruff]\nline-length = 100\n[tool.asgi_ws_guard]{tables}')
    assert load_policy_file(file) == (POLICY, PATHS)


def test_an_empty_file_is_the_default_policy(file: Path) -> None:
    file.write_text("")
    assert load_policy_file(file) == (Policy(), {})


def test_the_order_of_paths_is_that_of_the_file(file: Path) -> None:
    file.write_text('[paths]\n"/b" = "unguarded"\n"/a" = "unguarded"\n"/*" = "unguarded"\n')
    assert list(load_policy_file(file)[1]) == ["/b", "/a", "/*"]


def test_a_mapping_has_the_names_of_the_arguments() -> None:
    mapping = {name: getattr(Policy(), name) for name in KEYS}
    assert Policy.from_mapping(mapping) == Policy()
    assert Policy.from_mapping({"max_field_count": "off", "allowed_origins": "*"}) == Policy(
        max_field_count=None, allowed_origins="*"
    )


def test_a_mapping_may_say_none_and_a_callable() -> None:
    def authorize(*_: object) -> None:
        return None

    policy, paths = policies_from_mapping({"authorize": authorize, "accept_timeout": None, "paths": {"/x": None}})
    assert policy == Policy(authorize=authorize, accept_timeout=None)
    assert paths == {"/x": None}


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"allowed_origin": []}, "unknown key 'allowed_origin' in a policy; did you mean allowed_origins"),
        ({"zzz": 1}, "unknown key 'zzz' in a policy; known are allowed_origins, "),
        ({"rules": []}, "unknown key 'rules'"),
        ({"allowed_origins": ["https://example.com/"]}, "wanted scheme, host and port"),
        ({"allowed_origins": [{"pattern": "("}]}, "the pattern '\\('"),
        ({"allowed_origins": [{"patern": "x"}]}, 'wanted {"pattern"'),
        ({"allowed_origins": [{"pattern": 7}]}, 'wanted {"pattern"'),
        ({"require_tls": "off"}, "require_tls is 'off', wanted True or False"),
        ({"authorize": "myapp:authorize"}, "wanted a function"),
        ({"max_field_count": "100"}, "wanted a positive whole number"),
        ([("require_tls", True)], "wanted a table"),
    ],
)
def test_a_mapping_that_is_no_policy(mapping: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Policy.from_mapping(mapping)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("require_tls = yes", "no TOML: "),
        ('[path."/x"]\n', "unknown key 'path' in a policy; did you mean paths"),
        (
            '[paths."/x"]\ntolerat = []\n',
            "\\[paths.\"/x\"\\]: unknown key 'tolerat' in a policy; did you mean tolerate",
        ),
        ('[paths."/x"]\ntolerate = ["key-lenght"]\n', '\\[paths."/x"\\]: tolerate has .*did you mean key-length'),
        ('[paths."/x".paths."/y"]\n', "\\[paths.\"/x\"\\]: unknown key 'paths'"),
        ('[paths]\n"/x" = false\n', '\\[paths."/x"\\] is False, wanted a table, or "unguarded"'),
        ("paths = []\n", "paths is \\[\\], wanted tables"),
        ('[tool.ruff]\n[project]\nname = "x"\n', "no table \\[tool.asgi_ws_guard\\]"),
        ("[tool]\nasgi_ws_guard = 7\n", "wanted a table"),
    ],
)
def test_a_file_that_is_no_policy_is_named(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=says) as caught:
        load_policy_file(file)
    assert str(caught.value).startswith(f"{file}: ")


def test_a_file_that_cannot_be_read_is_named(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"policy\.toml: No such file"):
        load_policy_file(file)
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"policy\.toml: not UTF-8"):
        load_policy_file(file)


def test_without_a_parser_the_extra_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("")
    for name in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigurationError, match=r"asgi-ws-guard\[toml\]"):
        load_policy_file(file)


def test_the_environment_names_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASGI_WS_GUARD_POLICY", raising=False)
    assert policies_from_environment() == (Policy(), {})
    file.write_text(DOCUMENT)
    monkeypatch.setenv("ASGI_WS_GUARD_POLICY", str(file))
    assert policies_from_environment() == (POLICY, PATHS)


DOCUMENTED = Path(__file__).parents[1].joinpath("docs", "policies.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("snippet", re.findall(r"```toml\n(.*?)```", DOCUMENTED, re.DOTALL))
def test_files_in_the_documentation_are_policies(file: Path, snippet: str) -> None:
    file.write_text(snippet)
    policy, paths = load_policy_file(file)
    Guard(policy, paths=paths)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", DOCUMENTED, re.DOTALL))
def test_snippets_in_the_documentation_run(snippet: str) -> None:
    async def app(*_: object) -> None: ...

    exec(compile(snippet, "docs/policies.md", "exec"), {"app": app})
