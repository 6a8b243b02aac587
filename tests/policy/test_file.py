"""Policies from TOML files: what they say, and what is said of those that say nothing right."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import ConfigurationError, Guard, Policy
from asgi_ws_guard.policy.file import load_policy_file, policies_from_environment
from asgi_ws_guard.policy.policy import KEYS

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


# Whatever is in a file, and whatever it is: a policy, or one line that names it.

BAD_TEXTS: tuple[tuple[str, str], ...] = (
    ("x = " + "[" * 100_000, "no TOML that can be read: it is nested too deeply"),
    ("x = " + "{a=" * 5_000, "nested too deeply"),
    ("tolerate = " + "[" * 40 + "]" * 40, "nested too deeply"),
    ("max_field_count = " + "9" * 5_000, "no TOML: |64 bits"),  # the first from Python 3.10.7 on
    ("accept_timeout = " + "9" * 400, "a number of more than 64 bits"),
    ("max_field_bytes = 0x" + "f" * 5_000, "a number of more than 64 bits"),
    ("tolerate = [[0x" + "f" * 5_000 + "]]", "a number of more than 64 bits"),
    ('[paths]\n"/x" = 0x' + "f" * 5_000, "a number of more than 64 bits"),
    ('[paths."/x"]\naccept_timeout = ' + "9" * 400, "a number of more than 64 bits"),
    ("accept_timeout = nan", "accept_timeout is nan, wanted seconds"),
    ("accept_timeout = -inf", "accept_timeout is -inf, wanted seconds"),
    ("max_field_count = 1e3", "wanted a positive whole number"),
    ("accept_timeout = 2026-01-01T00:00:00Z", "wanted seconds"),
    ("require_tls = 07:32:00", "wanted True or False"),
    ("tolerate = 1979-05-27", "wanted a set of requirement ids"),
    ("tolerate = { key-length = true }", "tolerate is the table {'key-length': True}, wanted a value"),
    ('allowed_hosts = { "example.com" = true }', "allowed_hosts is the table"),
    ("subprotocols = { chat = true }", "subprotocols is the table"),
    ('allowed_origins = { pattern = "x" }', "allowed_origins is the table"),
    ('allowed_origins = [{ pattern = "' + "(" * 5_000 + '" }]', "allowed_origins has the pattern"),
    ('allowed_origins = [{ pattern = "a{99999999999999}" }]', "the repetition number is too large"),
    ('allowed_origins = [{ pattern = "[[]" }]', "Possible nested set"),
    ("allowed_origins = [[]]", "wanted a string, or a compiled pattern"),
    ('[[paths]]\n"/x" = "unguarded"', "paths is \\[\\{'/x': 'unguarded'\\}\\], wanted tables"),
    ('[[paths."/x"]]\nrequire_tls = true', "is \\[\\{'require_tls': True\\}\\], wanted a table"),
    ('[paths."/\\n\\u001b[2J"]\nzzz = true', r'\[paths\."/\\n\\x1b\[2J"\]: unknown key'),
    ("[[tool]]", "unknown key 'tool'"),
    ("[tool]\nasgi_ws_guard = 2026-01-01", "wanted a table"),
    ("x" * 200_000 + " = 1", "unknown key 'xxx"),
    ('tolerate = ["' + "x" * 200_000 + '"]', "tolerate has 'xxx"),
    ("#" * (1024 * 1024 + 1), "more than 1048576 bytes, which no policy has"),
    ("#" * 10_000_000, "more than 1048576 bytes, which no policy has"),
)


def _assert_one_line(error: ConfigurationError, file: Path) -> None:
    assert str(error).startswith(f"{file}: ")
    assert len(str(error)) < 1_200 and str(error).isprintable()


@pytest.mark.parametrize(("text", "says"), BAD_TEXTS, ids=[f"{row[0][:24]!r}" for row in BAD_TEXTS])
def test_a_file_that_is_no_policy_is_one_line(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=says) as caught:
        load_policy_file(file)
    _assert_one_line(caught.value, file)


def test_a_byte_order_mark_is_no_text(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + DOCUMENT.encode())
    assert load_policy_file(file) == (POLICY, PATHS)


def test_what_is_no_regular_file_is_named_and_not_read(tmp_path: Path) -> None:
    """/dev/zero would never end, and a pipe that nobody writes to would never begin."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(ConfigurationError, match=f"^{path}: no regular file$"):
            load_policy_file(path)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a\0b", "^a.x00b: no file name: .*embedded null"),
        ("a\ud800b", "^a.ud800b: no file name: "),
        ("a\n" + "b" * 5_000, "^a.nbbb.*: File name too long"),
        (b"/nowhere/policy.toml", "^/nowhere/policy.toml: No such file"),
        (f"{__file__}/policy.toml", "policy.toml: Not a directory"),
        (None, "^the policy file is None, wanted a path"),
        (0, "^the policy file is 0, wanted a path"),
    ],
    ids=["nul", "surrogate", "long", "bytes", "below-a-file", "none", "descriptor"],
)
def test_a_path_that_leads_nowhere_is_named(path: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        load_policy_file(path)


def test_a_file_that_we_may_not_read_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in for `open`, since whoever tests as root may read everything."""
    file.write_text("")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ConfigurationError, match=r"policy\.toml: Permission denied"):
        load_policy_file(file)


def _load(text: str) -> None:
    """Load it, and see that it is a policy or one line about none."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "policy.toml"
        file.write_text(text, encoding="utf-8", newline="")
        try:
            policy, paths = load_policy_file(file)
        except ConfigurationError as error:
            _assert_one_line(error, file)
        else:
            repr((policy, paths))


@given(st.text())
def test_no_text_is_more_than_one_line_of_trouble(text: str) -> None:
    _load(text)


@given(st.data())
def test_nor_is_a_policy_that_was_damaged(data: st.DataObject) -> None:
    text = DOCUMENT
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        text = text[:start] + data.draw(st.text("[]{}\"'=.#,\n\\0129axé\0", max_size=4)) + text[end:]
    _load(text)


SCALARS = st.sampled_from(
    ["true", "0", "-1", "0x" + "f" * 5_000, "nan", "-inf", "1e400", "2026-01-01", "07:32:00", "1979-05-27T07:32:00Z"]
)
TOML_STRINGS = st.sampled_from(
    ["", "off", "*", "same-origin", "null", "https://a.example", "*.b", "unguarded", "é", "("]
)
TOML_VALUES = st.recursive(
    SCALARS | TOML_STRINGS.map('"{}"'.format),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]")
        | st.dictionaries(st.sampled_from(["pattern", "a", "/x"]), inner, max_size=2).map(
            lambda table: f"{{{', '.join(f'{json.dumps(key)} = {value}' for key, value in table.items())}}}"
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "paths", "tool", "zzz"]), TOML_VALUES, max_size=4))
def test_nor_is_any_value_of_any_type(values: dict[str, str]) -> None:
    _load("\n".join(f"{key} = {value}" for key, value in values.items()))


DOCUMENTED = Path(__file__).parents[2].joinpath("docs", "policies.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("snippet", re.findall(r"```toml\n(.*?)```", DOCUMENTED, re.DOTALL))
def test_files_in_the_documentation_are_policies(file: Path, snippet: str) -> None:
    file.write_text(snippet)
    policy, paths = load_policy_file(file)
    Guard(policy, paths=paths)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", DOCUMENTED, re.DOTALL))
def test_snippets_in_the_documentation_run(snippet: str) -> None:
    async def app(*_: object) -> None: ...

    exec(compile(snippet, "docs/policies.md", "exec"), {"app": app})
