"""Policies as files and mappings have them: the names are those of `Policy`, the values what TOML and JSON can say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from .rules.base import ConfigurationError

# Neither TOML nor an environment has a None.
OFF = "off"
_CAN_BE_OFF = frozenset({"allowed_hosts", "max_field_count", "max_field_bytes", "accept_timeout"})


def policy_values(mapping: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The arguments of `Policy` that `mapping` gives. ConfigurationError on a key that is not in `known`.

    "off"                       None, where a policy has it
    {"pattern": "https://..."}  in allowed_origins, a compiled pattern
    """
    if not isinstance(mapping, Mapping):
        raise ConfigurationError(f"a policy is {mapping!r}, wanted a table of {', '.join(known)}")
    for key in mapping:
        if key not in known:
            raise ConfigurationError(f"unknown key {key!r} in a policy; {near(str(key), known)}")
    return {key: _value(key, value) for key, value in mapping.items()}


def near(name: str, known: Collection[str]) -> str:
    """What somebody may have meant, or all there is."""
    from difflib import get_close_matches  # here: only who made a mistake waits for its import

    close = get_close_matches(name, known, n=3, cutoff=0.4)
    return f"did you mean {', '.join(close)}?" if close else f"known are {', '.join(known)}"


def _value(key: str, value: Any) -> Any:
    if value == OFF and key in _CAN_BE_OFF:
        return None
    return _origins(value) if key == "allowed_origins" else value


def _origins(value: Any) -> Any:
    return [_origin(entry) for entry in value] if isinstance(value, list | tuple) else value


def _origin(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    if set(entry) != {"pattern"} or not isinstance(entry["pattern"], str):
        raise ConfigurationError(f'allowed_origins has {dict(entry)!r}, wanted {{"pattern": "a regular expression"}}')
    try:
        return re.compile(entry["pattern"])
    except re.error as error:
        raise ConfigurationError(f"allowed_origins has the pattern {entry['pattern']!r}: {error}") from None
