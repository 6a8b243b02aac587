"""What the groups of cases share: the valid request, its spoilt forms, and a short way to write a case down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..case import Case
from ..request import Request

VALID = Request()
KEY, VERSION, UPGRADE, CONNECTION = "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Upgrade", "Connection"
PROTOCOL, EXTENSIONS, ORIGIN, HOST = "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "Host"

# id, requirement, title, request, expectation; the rest by name.
Maker = Callable[..., Case]


def maker(group: str, **shared: str) -> Maker:
    """Writes cases of one group. `shared` goes into each that does not say otherwise."""

    def make(case_id: str, requirement_id: str, title: str, *rest: object, **more: object) -> Case:
        return partial(Case, case_id, group, requirement_id, title)(*rest, **{**shared, **more})  # type: ignore[arg-type]

    return make
