"""One case: a request, what conforms as its answer, what is lenient, and a word on why. All else violates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..handshake.requirements import Requirement
from .answer import Answer
from .request import Request
from .requirements import PROBED

Outcome: TypeAlias = Literal["conforms", "lenient", "violates", "unanswered"]
OUTCOMES: tuple[Outcome, ...] = ("conforms", "lenient", "violates", "unanswered")


@dataclass(frozen=True, slots=True)
class Expect:
    """The statuses that conform and those that are lenient, as "101" or "4xx", and the sentence that says why."""

    conforms: tuple[str, ...]
    lenient: tuple[str, ...] = ()
    why: str = ""

    @property
    def wanted(self) -> str:
        """What conforms, in a few words."""
        if "101" not in self.conforms and "2xx" in self.conforms:
            return "no upgrade"
        return " or ".join(self.conforms)

    def outcome(self, status: int) -> Outcome:
        """What `status` makes of the case. An exact status counts before its class."""
        for pattern in (str(status), f"{status // 100}xx"):
            if pattern in self.conforms:
                return "conforms"
            if pattern in self.lenient:
                return "lenient"
        return "violates"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw beyond the status. `diagnosis` is there where the bytes name the mistake."""

    outcome: Outcome
    detail: str
    diagnosis: str | None = None


# A check reads all answers of its case, one for each handshake that was sent; None: nothing to say.
Check: TypeAlias = Callable[[tuple[Answer, ...]], Finding | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as data.

    mistake   what a server that fails it mostly does, and what to do instead
    note      why the line between conforming, lenient and violating runs where it does, where that is a choice
    linger    seconds to stay and listen after the head of the answer, at most until the bytes `until` have come
    then      bytes to send after the head of the answer
    times     handshakes, each with a key of its own      together    they are sent at once, not in turn
    """

    id: str
    group: str
    requirement_id: str
    title: str
    request: Request
    expect: Expect
    mistake: str = ""
    note: str = ""
    checks: tuple[Check, ...] = ()
    linger: float = 0.0
    then: bytes = b""
    until: bytes = b""
    times: int = 1
    together: bool = False

    @property
    def requirement(self) -> Requirement:
        """The row that this case exercises."""
        return PROBED[self.requirement_id]


# What a valid handshake, a malformed one, and those in between may be answered with.
OPENS = Expect(("101",), (), "This is a valid opening handshake: it opens.")
SHOULD_OPEN = Expect(
    ("101",),
    ("2xx", "3xx", "4xx", "501"),
    "This is a valid opening handshake; RFC 9110 §7.8 lets a server ignore an Upgrade, and no client is lost by it.",
)
REFUSED = Expect(
    ("4xx",),
    ("2xx", "3xx"),
    "RFC 6455 §4.2.1: the server MUST stop and return an HTTP error (such as 400). Answering as to a plain request "
    "opens nothing and is tolerable; 101 opens what must not open, and a 5xx says that the server broke over it.",
)
NOT_UPGRADED = Expect(
    ("2xx", "3xx", "4xx", "501", "505"),
    (),
    "This asks for no WebSocket, so a plain answer is as right as a refusal; 101 is not.",
)
SHOULD_REFUSE = Expect(
    ("2xx", "3xx", "4xx", "501", "505"), ("101",), "The client is at fault, but no MUST tells the server to refuse."
)
EITHER = Expect(("101", "2xx", "3xx", "4xx"), (), "The server may take this or refuse it; it must answer.")
