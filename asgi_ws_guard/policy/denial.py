"""What a deployment's own `authorize` answers in place of a handshake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..handshake import REQUIREMENTS, Violation
from ..handshake.fields import TOKEN, Fields, escaped
from ..handshake.masking import masked_value
from ..rules.base import ConfigurationError

_FIELD_VALUE = re.compile(r"[\t -~\x80-\xff]*")

# The guard writes these itself: they frame its answer, and end the connection.
_OURS = frozenset({"connection", "content-length", "content-type", "transfer-encoding", "upgrade"})


@dataclass(frozen=True, slots=True)
class Denial:
    """The answer of `authorize` to a handshake that may not go on. ConfigurationError on what cannot be sent.

    status   400 to 599
    detail   one sentence for the client and the log; it is shown to whoever asked, so no secrets
    headers  fields (str pairs, or a mapping) to send along; 401 needs WWW-Authenticate (RFC 9110 §15.5.2)
    """

    status: int = 403
    detail: str = "the application does not allow this handshake"
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.status, int) or isinstance(self.status, bool) or not 400 <= self.status <= 599:
            raise ConfigurationError(f"Denial has the status {self.status!r}, wanted 400 to 599")
        if not isinstance(self.detail, str):
            raise ConfigurationError(f"Denial has a detail of {type(self.detail).__name__}, wanted a string")
        fields = _checked_fields(self.headers)
        object.__setattr__(self, "headers", fields)
        if self.status == 401 and "www-authenticate" not in {name.lower() for name, _ in fields}:
            raise ConfigurationError(
                "Denial has the status 401 and no WWW-Authenticate, which RFC 9110 §15.5.2 asks for; "
                "wanted Denial(401, detail, {'WWW-Authenticate': 'Bearer'}), or 403"
            )

    def __repr__(self) -> str:
        return f"Denial({self.status}, {self.detail!r}, {Fields(self.headers)!r})"  # type: ignore[arg-type]


def violation_of(denial: Denial) -> Violation:
    """The denial as the requirement `authorized` that was not met, with its own status and fields."""
    detail = escaped(denial.detail, None, letters=True)  # it may quote the client: a line break would forge log lines
    return Violation(REQUIREMENTS["authorized"], detail, denial.status, tuple(_checked_fields(denial.headers)))


def _checked_fields(headers: object) -> tuple[tuple[str, str], ...]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    try:
        fields = tuple([(name, value) for name, value in pairs])  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        seen = type(headers).__name__
        raise ConfigurationError(f"Denial has headers of {seen}, wanted pairs of strings or a mapping") from None
    names = set()
    for name, value in fields:
        if not isinstance(name, str) or not isinstance(value, str):
            seen = f"{type(name).__name__} and {type(value).__name__}"
            raise ConfigurationError(f"Denial has a field of {seen}, wanted two strings")
        if not TOKEN.fullmatch(name) or not _FIELD_VALUE.fullmatch(value):
            raise ConfigurationError(
                f"Denial has the field {name!r}: {masked_value(name, value)!r}, which no HTTP head can hold"
            )
        if name.lower() in _OURS or name.lower() in names:
            why = "the guard writes that one itself" if name.lower() in _OURS else "wanted each name once"
            raise ConfigurationError(f"Denial has the field {name!r}; {why}")
        names.add(name.lower())
    return fields
