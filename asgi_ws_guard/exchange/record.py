"""What is known of one handshake so far, and the one event that it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from ..asgi import Scope, client_of
from ..events import HandshakeEvent, Outcome, Verification
from ..guard import Decision, Guard
from ..handshake import Handshake, HandshakeResponse, Violation
from ..policy.strictest import Policies, in_reading_order, strictest
from .deadline import Deadlines

_LET_GO = Handshake()  # in place of one whose connection is open


class Record:
    """One handshake on its way to its event. `decide` may be called again: the first decision stands."""

    __slots__ = (
        "event",
        "guard",
        "handshake",
        "outcome",
        "pattern",
        "policy",
        "precedent",
        "response",
        "scope",
        "started",
        "verification",
        "violations",
    )

    def __init__(self, guard: Guard, decision: Decision, scope: Scope) -> None:
        verdict, self.pattern, policy, self.started, self.precedent = decision
        self.guard = guard
        self.scope = scope
        self.policy: Policies = policy
        self.handshake: Handshake = verdict.handshake
        self.violations: tuple[Violation, ...] = verdict.violations
        self.outcome: Outcome | None = None
        self.event: HandshakeEvent | None = None  # of an open connection, for the observers that wait for its end
        self.response: HandshakeResponse | None = None  # as seen on the wire
        self.verification: Verification | None = None

    def join(self, guard: Guard, decision: Decision, _deadlines: Deadlines) -> None:
        """Take in what a guard further inside decided: both policies hold, and the observers of both are told."""
        self.guard = self.guard.heard_by(guard)
        self.policy = strictest((self.policy, decision.policy)) or self.policy
        self.violations = in_reading_order((*self.violations, *decision.verdict.violations))
        if decision.pattern != "*" or not decision.verdict.allowed:
            self.pattern = decision.pattern

    def decide(self, outcome: Outcome, status: int | None) -> None:
        """Tell of the handshake, unless that was done before. No event is made for nobody."""
        if self.outcome is not None:
            return
        self.outcome = outcome
        if self.violations or self.guard.listens_to(outcome):
            self._tell(outcome, status)
        if outcome == "accepted":  # an open connection holds on to no more than it must
            self.violations, self.handshake, self.response = (), _LET_GO, None

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Round our own answering of the handshake: its endings that are not the answer. An OSError ends here."""
        try:
            yield
        except OSError:
            self.decide("abandoned", None)
        except Exception:
            self.decide("failed", 500)  # the server's own error, for the server to log
            raise
        except BaseException:  # the server stops, or the client is gone
            self.decide("abandoned", None)
            raise

    def _tell(self, outcome: Outcome, status: int | None) -> None:
        expected = self.handshake.expected_accept
        verification = self.verification
        if verification is None:
            verification = "unobserved" if outcome == "accepted" and expected else "not-applicable"
        # Where it matched, it is the expected one: then nothing need be read.
        emitted = expected if verification == "match" else None if self.response is None else self.response.accept
        event = HandshakeEvent(
            handshake=self.handshake,
            client=client_of(self.scope),
            path=self.scope.get("path", ""),
            pattern=self.pattern,
            outcome=outcome,
            status=status,
            violations=self.violations,
            response=self.response,
            expected_accept=expected,
            emitted_accept=emitted,
            verification=verification,
            duration=perf_counter() - self.started,
            report_only=self.policy.report_only,
            refused=tuple(filter(self.policy.refuses, self.violations)) if self.violations else (),
        )
        self.guard.tell(event)
        if outcome == "accepted" and self.guard.hears_of_ends:
            self.event = event

    def closed(self) -> None:
        """Tell the observers that the connection ended, if it was ever accepted."""
        if self.event is not None:
            self.guard.tell_closed(self.event)
