"""How a case is written down: a valid handshake, and what is changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

AnsweredBy = Literal["guard", "application", "server", "nobody"]
Mark = Literal["", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Case:
    """One handshake: what it changes, why anybody would send it, and what comes back.

    changes   field name to its new value, None to leave the field out
    also      field lines added at the end
    status    the guard's answer, with `code` naming the requirement; with 101, the one that is only flagged
    """

    id: str
    group: str
    label: str
    why: str
    status: int
    code: str | None = None
    answered_by: AnsweredBy = "guard"
    method: str = "GET"
    path: str = "/chat"
    changes: Mapping[str, str | None] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request head, and what the case did to it. A removed line is shown and not sent."""

    text: str
    mark: Mark = ""


def lines(case: Case, host: str, key: str) -> Iterator[Line]:
    """The head of `case` line by line, `key` being a fresh one for the cases that leave it alone."""
    good = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
    }
    yield Line(f"{case.method} {case.path} HTTP/1.1", "" if (case.method, case.path) == ("GET", "/chat") else "changed")
    for name, value in good.items():
        changed = case.changes.get(name, value)
        if changed is None:
            yield Line(f"{name}: {value}", "removed")
        else:
            yield Line(f"{name}: {changed}", "changed" if name in case.changes else "")
    for name, value in case.also:
        yield Line(f"{name}: {value}", "added")


def request_head(sent: list[Line]) -> bytes:
    """The bytes of the head that `sent` describes."""
    return "".join(f"{line.text}\r\n" for line in sent if line.mark != "removed").encode("latin-1") + b"\r\n"
