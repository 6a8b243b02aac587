"""The self-checks of this process that are under way: theirs are the only handshakes that no guard decides on.

A field that switched a guard off would be the way round it. So its value is a secret of this process, good for the time
of one check; with any other value, or with none under way, it is a field like others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIELD = b"asgi-ws-guard-self-check"

_secrets: set[bytes] = set()


def began(secret: bytes) -> None:
    """A check with `secret` is under way."""
    _secrets.add(secret)


def ended(secret: bytes) -> None:
    """It is no more."""
    _secrets.discard(secret)


def is_live(scope: Mapping[str, Any], own: bytes | None = None) -> bool:
    """Whether a websocket scope is that of a check under way in this process: the one of `own`, if given, else any."""
    if not _secrets:
        return False
    from hmac import compare_digest  # here: only a process that checks itself needs it

    values = [value.strip(b" \t") for name, value in scope.get("headers") or () if name.lower() == FIELD]
    live = _secrets if own is None else _secrets & {own}
    return len(values) == 1 and any(compare_digest(values[0], secret) for secret in live)
