"""What is told of a handshake once it is decided: one value, the same for the log, for metrics and for a page."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from .handshake import Handshake, HandshakeResponse, Violation
from .handshake.masking import masked_address

# accepted   the app accepted, and the 101 was right as far as it was seen
# denied     by the guard
# refused    by the app
# failed     the app raised, returned or timed out, or the server's 101 was wrong
# abandoned  the client was gone, or the server stopping, before there was an answer
# passed     a raw upgrade was left to the app
Outcome = Literal["accepted", "denied", "refused", "failed", "abandoned", "passed"]

# unobserved: nobody saw the 101. not-applicable: there is no 101, or it came over HTTP/2 or HTTP/3.
Verification = Literal["match", "mismatch", "unobserved", "not-applicable"]


class HandshakeEvent(NamedTuple):
    """One decided handshake.

    client    (host, port) as the server reports it, or None
    path      str, scope["path"]; pattern: the key of `paths` that chose the policy, or "*"
    status    int, the answer's status as intended or seen; None where there was no answer
    response  the answer's head where it was seen on the wire, or None
    duration  seconds from the scope to the decision
    refused   those of the violations that the policy refuses; where it is report-only, would refuse
    """

    handshake: Handshake
    client: tuple[str, int] | None
    path: str
    pattern: str
    outcome: Outcome
    status: int | None
    violations: tuple[Violation, ...]
    response: HandshakeResponse | None
    expected_accept: str | None
    emitted_accept: str | None
    verification: Verification
    duration: float
    report_only: bool
    refused: tuple[Violation, ...] = ()

    def __repr__(self) -> str:
        """Without what a path that is a whole address holds besides: people print what they are given."""
        values = {**self._asdict(), "path": masked_address(self.path)}
        return f"HandshakeEvent({', '.join(f'{name}={value!r}' for name, value in values.items())})"


class Observer(Protocol):
    """Is called with each event. A method `closed(event)`, where there is one, tells the end of an accepted connection.

    What an observer raises is logged and goes no further.
    """

    def __call__(self, event: HandshakeEvent, /) -> object: ...
