"""The vocabulary of the tables in `expected_*`: what a stack does with a handshake where that is not the ideal.

The ideal comes from the case and the table of requirements: refused by the guard with what it breaks, accepted where
it breaks nothing, left alone where it means no WebSocket. A table holds every departure with its reason; the first
row that names a case counts. The servers' versions are those of SERVERS.md; another version may need another row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from tests.integration.stacks.case import Case
from tests.integration.stacks.cases import CASES

# denied     by the guard, with the answer of the requirements that are broken
# accepted   and the WebSocket works
# passed     a valid handshake reaches the application as plain http, since the server did not upgrade it
# untouched  a request that means no WebSocket: the application answers it, and there is no event
# hidden     accepted although it breaks something, since the scope is that of a valid handshake
# own        the server answers, falls silent or hangs up before ASGI: neither guard nor application see anything
# overtaken  denied by the guard, but the server's own answer is on the wire already
# failed     the application is reached and accepts, and the server cannot do it
Kind: TypeAlias = Literal["denied", "accepted", "passed", "untouched", "hidden", "own", "overtaken", "failed"]


@dataclass(frozen=True)
class Expectation:
    """What happens to a case on a stack, and why where that is not the ideal.

    status   of the answer on the wire where it is not the guard's or a plain 101 or 200; None is no answer
    breaks   what the guard sees broken
    flags    what it sees and only flags
    like     hidden: the valid case whose scope looks the same
    outcome  of the event, where there is one
    """

    kind: Kind
    why: str = ""
    status: int | None = None
    breaks: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    like: str = "valid"
    outcome: str | None = None

    @property
    def disturbs_the_server(self) -> bool:
        """Whether the server itself fails or refuses, and may say so in its log."""
        return self.kind in ("own", "overtaken", "failed")


@dataclass(frozen=True)
class Departure:
    """A row: the same thing happens, for the same reason, to these cases."""

    expected: Expectation
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """All departures of a stack.

    closes        why a refusal in a websocket scope is a bare 403 here, where it is one
    adds          why a refusal in a websocket scope carries the fields of an upgrade here, where it does
    log_lines     the server's own warnings about what it refuses or cannot do: a part of the line, and why it comes
    verification  what the event says of an accepted handshake: nobody looks at the wire, unless the stack's guard does
    """

    departures: tuple[Departure, ...] = ()
    closes: str = ""
    adds: str = ""
    log_lines: Mapping[str, str] = field(default_factory=dict)
    verification: str = "unobserved"

    def expected(self, case: Case) -> Expectation:
        for departure in self.departures:
            if case.id in departure.cases:
                return replace(departure.expected, flags=case.flags)
        return ideal(case)


def ideal(case: Case) -> Expectation:
    """What the specifications and DESIGN's table want."""
    if case.meaning == "http":
        return Expectation("untouched")
    if case.breaks:
        return Expectation("denied", breaks=case.breaks, outcome="denied")
    return Expectation("accepted", flags=case.flags, outcome="accepted")


def own(status: int | None, why: str, *cases: str) -> Departure:
    """Before ASGI: the server's own answer, or silence, or an end of the connection where `status` is None."""
    return Departure(Expectation("own", why, status), cases)


def hidden(why: str, *cases: str, like: str = "valid", outcome: str = "accepted") -> Departure:
    """Accepted, or passed: nothing in the scope tells the handshake from the valid case `like`."""
    return Departure(Expectation("hidden", why, like=like, outcome=outcome), cases)


def read_as(breaks: tuple[str, ...], why: str, *cases: str) -> Departure:
    """Refused, but for what is left to see in the scope."""
    return Departure(Expectation("denied", why, breaks=breaks, outcome="denied"), cases)


def passed(why: str, *cases: str, status: int = 200) -> Departure:
    """Not upgraded by the server: the application gets plain http."""
    return Departure(Expectation("passed", why, status, outcome="passed"), cases)


def overtaken(status: int, breaks: tuple[str, ...], why: str, *cases: str) -> Departure:
    """Refused by the guard, but after the server has answered by itself."""
    return Departure(Expectation("overtaken", why, status, breaks, outcome="denied"), cases)


def failed(status: int | None, outcome: str, why: str, *cases: str) -> Departure:
    """Accepted by the application; what the client reads is the server's failure."""
    return Departure(Expectation("failed", why, status, outcome=outcome), cases)


def ids(*patterns: str) -> tuple[str, ...]:
    """The cases whose id matches one of the patterns."""
    return tuple(case.id for case in CASES if any(fnmatchcase(case.id, pattern) for pattern in patterns))


def breaking(*patterns: str) -> tuple[str, ...]:
    """The cases that break a requirement which matches one of the patterns, first of all."""
    return tuple(c.id for c in CASES if c.breaks and any(fnmatchcase(c.breaks[0], pattern) for pattern in patterns))


def valid() -> tuple[str, ...]:
    """The handshakes that break nothing."""
    return tuple(case.id for case in CASES if case.meaning == "handshake" and not case.breaks)


# The cases with a control byte in a value, save for a bare LF, which some parsers take for the end of a line.
CONTROL_BYTES = ids("note-nul", "note-[bdefv]*", "key-nul", "key-cr", "key-vt-after")
