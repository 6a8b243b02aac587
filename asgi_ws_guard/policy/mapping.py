"""Policies as files and mappings have them: the names are those of `Policy`, the values what TOML and JSON can say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..rules.base import ConfigurationError

# paths, a path, allowed_origins, a pattern: no policy has more in each other.
_MAX_DEPTH = 8

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
    return {key: _value(key, _checked(key, value)) for key, value in mapping.items()}


def near(name: str, known: Collection[str]) -> str:
    """What somebody may have meant, or all there is."""
    from difflib import get_close_matches  # here: only who made a mistake waits for its import

    close = get_close_matches(name, known, n=3, cutoff=0.4)
    return f"did you mean {', '.join(close)}?" if close else f"known are {', '.join(known)}"


def _checked(key: str, value: Any) -> Any:
    """`value`, where a message could show it. ConfigurationError on a table that is none of a policy's."""
    if not _can_be_shown(value, _MAX_DEPTH):
        raise ConfigurationError(f"{key} has a number of more than 64 bits, or tables or lists nested too deeply")
    if isinstance(value, Mapping) and key != "paths":  # what wants a list would take its keys for one
        raise ConfigurationError(f"{key} is the table {dict(value)!r}, wanted a value")
    return value


def _can_be_shown(value: Any, depth: int) -> bool:
    """Whether `repr` can fail on no number in it: Python refuses those of more than 4300 digits, TOML needs 64 bits."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, Mapping):
        return depth > 0 and all(_can_be_shown(inner, depth - 1) for inner in value.values())
    return not isinstance(value, list | tuple) or (
        depth > 0 and all(_can_be_shown(inner, depth - 1) for inner in value)
    )


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
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:  # the warning where -W error is on
        raise ConfigurationError(f"allowed_origins has the pattern {entry['pattern']!r}: {error}") from None
