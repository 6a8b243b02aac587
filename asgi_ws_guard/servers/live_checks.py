"""The self-checks of this process that are under way: theirs are the only handshakes that no guard decides on.

A field that switched a guard off would be the way round it. So its value is a secret of this process, good for the time
of one check; with any other value, or with none under way, it is a field like others.
"""

from __future__ import annotations

from collections.abc import Iterable

FIELD = b"asgi-ws-guard-self-check"

_secrets: set[bytes] = set()


def began(secret: bytes) -> None:
    """A check with `secret` is under way."""
    _secrets.add(secret)


def ended(secret: bytes) -> None:
    """It is no more."""
    _secrets.discard(secret)


def is_live(headers: Iterable[tuple[bytes, bytes]], own: bytes | None = None) -> bool:
    """Whether `headers` are those of a check that is under way in this process: of `own`, if given, else of any."""
    if not _secrets:
        return False
    from hmac import compare_digest  # here: only a process that checks itself needs it

    values = [value.strip(b" \t") for name, value in headers if name.lower() == FIELD]
    live = _secrets if own is None else _secrets & {own}
    return len(values) == 1 and any(compare_digest(values[0], secret) for secret in live)
