"""All cases that go over HTTP/1.1, in the order of the report. Those over HTTP/2 are in `probe.http2`."""

from __future__ import annotations

from ..case import Case
from . import (
    body,
    control,
    extension,
    host,
    key,
    limits,
    method,
    origin,
    refusal,
    response,
    subprotocol,
    syntax,
    upgrade,
    version,
)

GROUPS = (
    control,
    method,
    host,
    upgrade,
    key,
    version,
    origin,
    subprotocol,
    extension,
    body,
    syntax,
    limits,
    refusal,
    response,
)
CASES: tuple[Case, ...] = tuple(case for group in GROUPS for case in group.CASES)
