"""Policies from a TOML file: the table at the top, or [tool.asgi_ws_guard] in a pyproject.toml.

allowed_origins = ["same-origin", "https://app.example.com"]

[paths."/ocpp/*"]           # the table above, with this changed
tolerate = ["key-length"]

[paths]
"/internal/*" = "unguarded"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from stat import S_ISREG
from typing import Any, TypeAlias

from ..handshake.fields import escaped
from ..rules.base import ConfigurationError
from .mapping import policy_values
from .policy import KEYS, Policy

ENVIRONMENT = "ASGI_WS_GUARD_POLICY"
UNGUARDED = "unguarded"
MAX_BYTES = 1024 * 1024  # of a file
MAX_MESSAGE = 1000  # characters

PathPolicies: TypeAlias = "dict[str, Policy | None]"


def load_policy_file(path: str | os.PathLike[str]) -> tuple[Policy, PathPolicies]:
    """The policy in a TOML file, and those of its paths. ConfigurationError, with the file's name, on what is none."""
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise ConfigurationError(f"the policy file is {path!r}, wanted a path") from None
    try:
        return policies_from_mapping(_table(_document(_text(name))))
    except ConfigurationError as error:
        shown = name if name.isprintable() else escaped(name)
        raise ConfigurationError(f"{shown}: {_cut(str(error))}") from None


def policies_from_mapping(mapping: Mapping[str, Any]) -> tuple[Policy, PathPolicies]:
    """The policy that a mapping describes, and those of its paths: the first, with what their tables change."""
    values = policy_values(mapping, (*KEYS, "paths"))
    paths = values.pop("paths", {})
    policy = Policy(**values)
    if not isinstance(paths, Mapping):
        raise ConfigurationError(f'paths is {paths!r}, wanted tables such as [paths."/chat/*"]')
    return policy, {pattern: _of_path(policy, pattern, values) for pattern, values in paths.items()}


def policies_from_environment() -> tuple[Policy, PathPolicies]:
    """The policies of the file that ASGI_WS_GUARD_POLICY names; the default one where it names none."""
    path = os.environ.get(ENVIRONMENT)
    return load_policy_file(path) if path else (Policy(), {})


def _of_path(policy: Policy, pattern: str, values: object) -> Policy | None:
    if values is None or values == UNGUARDED:
        return None
    if not isinstance(values, Mapping):
        raise ConfigurationError(f'[paths."{escaped(str(pattern))}"] is {values!r}, wanted a table, or "{UNGUARDED}"')
    try:
        return policy.replace(**policy_values(values, KEYS))
    except ConfigurationError as error:
        raise ConfigurationError(f'[paths."{escaped(str(pattern))}"]: {error}') from None


def _text(name: str) -> str:
    """The text of a file. Of a regular one only, and of so much: a pipe may never end, and a device may never."""
    try:
        data = _bytes(name)
    except OSError as error:
        raise ConfigurationError(str(error.strerror)) from None
    except ValueError as error:  # a NUL or a lone surrogate in the name
        raise ConfigurationError(f"no file name: {error}") from None
    if data is None:
        raise ConfigurationError("no regular file")
    if len(data) > MAX_BYTES:
        raise ConfigurationError(f"more than {MAX_BYTES} bytes, which no policy has")
    try:
        return data.decode("utf-8-sig")  # editors on Windows write a byte order mark
    except UnicodeDecodeError:
        raise ConfigurationError("not UTF-8, as TOML has to be") from None


def _bytes(name: str) -> bytes | None:
    if not S_ISREG(os.stat(name).st_mode):
        return None
    with open(name, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _document(text: str) -> Mapping[str, Any]:
    parser = _toml()
    try:
        document: Mapping[str, Any] = parser.loads(text)
    except RecursionError:
        raise ConfigurationError("no TOML that can be read: it is nested too deeply") from None
    except ValueError as error:  # the parser's own is one, and so is Python's, of a number of 4300 digits
        raise ConfigurationError(f"no TOML: {error}") from None
    return document


def _cut(text: str) -> str:
    """A message that may show a value of the file's, which may be long."""
    return text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE // 2]} ... {text[-MAX_MESSAGE // 2 :]}"


def _table(document: Mapping[str, Any]) -> Mapping[str, Any]:
    tools = document.get("tool")
    if not isinstance(tools, Mapping):
        return document
    if "asgi_ws_guard" not in tools:
        raise ConfigurationError("there is no table [tool.asgi_ws_guard]")
    table: Mapping[str, Any] = tools["asgi_ws_guard"]
    return table


def _toml() -> Any:
    for name in ("tomllib", "tomli"):  # the first is in the standard library from Python 3.11 on
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise ConfigurationError("Python 3.10 reads no TOML by itself, wanted: pip install 'asgi-ws-guard[toml]'")
