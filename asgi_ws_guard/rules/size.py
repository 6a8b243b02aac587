"""How large the fields of a handshake may be (RFC 6585 §5). Why these defaults: docs/decisions/field-limits.md."""

from __future__ import annotations

from ..handshake import Handshake, Violation
from ..handshake.reads import Reads
from ..handshake.requirements import violated
from .base import ConfigurationError

# Apache httpd, gunicorn, hyper (granian) and Envoy draw the line at 100 lines, websockets at 128.
FIELD_COUNT = 100
# nginx takes four buffers of 8 KiB. Less: h11, Twisted and Node.js, 16 KiB. More: Envoy, 60 KiB.
FIELD_BYTES = 32 * 1024


class SizeRule:
    """Allows at most `max_count` field lines of at most `max_bytes` altogether, as HTTP/1.1 writes them. None: any."""

    reads: Reads = frozenset({"size"})

    def __init__(self, max_count: int | None, max_bytes: int | None) -> None:
        self._max_count = max_count
        self._max_bytes = max_bytes

    def __call__(self, handshake: Handshake) -> Violation | None:
        fields = handshake.fields
        if self._max_count is not None and len(fields.raw) > self._max_count:
            return violated("size", f"{len(fields)} fields, wanted at most {self._max_count}")
        if self._max_bytes is not None and fields.size > self._max_bytes:
            return violated("size", f"{fields.size} bytes of fields, wanted at most {self._max_bytes}")
        return None


def checked_limit(name: str, limit: object) -> int | None:
    """A limit as it is kept; None where it is off. ConfigurationError on what is no positive number."""
    if limit is None or (isinstance(limit, int) and not isinstance(limit, bool) and limit > 0):
        return limit
    raise ConfigurationError(f"{name} is {limit!r}, wanted a positive whole number, or None for no limit")
