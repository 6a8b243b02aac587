"""What a deployment's own `authorize` answers in place of a handshake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..handshake import REQUIREMENTS, Violation
from ..handshake.fields import TOKEN, shown
from .base import ConfigurationError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
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
            raise ConfigurationError(f"Denial has the detail {self.detail!r}, wanted a string")
        fields = _checked_fields(self.headers)
        object.__setattr__(self, "headers", fields)
        if self.status == 401 and "www-authenticate" not in {name.lower() for name, _ in fields}:
            raise ConfigurationError(
                "Denial has the status 401 and no WWW-Authenticate, which RFC 9110 §15.5.2 asks for; "
                "wanted Denial(401, detail, {'WWW-Authenticate': 'Bearer'}), or 403"
            )


def violation_of(denial: Denial) -> Violation:
    """The denial as the requirement `authorized` that was not met, with its own status and fields."""
    detail = _CONTROL.sub(lambda match: shown(match[0])[1:-1], denial.detail)  # a line break would forge log lines
    return Violation(REQUIREMENTS["authorized"], detail, denial.status, tuple(_checked_fields(denial.headers)))


def _checked_fields(headers: object) -> tuple[tuple[str, str], ...]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    try:
        fields = tuple([(name, value) for name, value in pairs])  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise ConfigurationError(f"Denial has the headers {headers!r}, wanted pairs of strings or a mapping") from None
    names = set()
    for name, value in fields:
        if not isinstance(name, str) or not isinstance(value, str):
            raise ConfigurationError(f"Denial has the field {name!r}: {value!r}, wanted two strings")
        if not TOKEN.fullmatch(name) or not _FIELD_VALUE.fullmatch(value):
            raise ConfigurationError(f"Denial has the field {name!r}: {value!r}, which no HTTP head can hold")
        if name.lower() in _OURS or name.lower() in names:
            why = "the guard writes that one itself" if name.lower() in _OURS else "wanted each name once"
            raise ConfigurationError(f"Denial has the field {name!r}; {why}")
        names.add(name.lower())
    return fields
