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
from pathlib import Path
from typing import Any, TypeAlias

from .policy import KEYS, Policy
from .policy_values import policy_values
from .rules.base import ConfigurationError

ENVIRONMENT = "ASGI_WS_GUARD_POLICY"
UNGUARDED = "unguarded"

PathPolicies: TypeAlias = "dict[str, Policy | None]"


def load_policy_file(path: str | os.PathLike[str]) -> tuple[Policy, PathPolicies]:
    """The policy in a TOML file, and those of its paths. ConfigurationError, with the file's name, on what is none."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: not UTF-8, as TOML has to be") from None
    parser = _toml()
    try:
        return policies_from_mapping(_table(parser.loads(text)))
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except parser.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: no TOML: {error}") from None


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
        raise ConfigurationError(f'[paths."{pattern}"] is {values!r}, wanted a table, or "{UNGUARDED}"')
    try:
        return policy.replace(**policy_values(values, KEYS))
    except ConfigurationError as error:
        raise ConfigurationError(f'[paths."{pattern}"]: {error}') from None


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
