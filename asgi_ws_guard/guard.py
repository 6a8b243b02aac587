"""The decision: validate, rules, verdict; and the event that tells of it. Knows no ASGI."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import NamedTuple

from .events import HandshakeEvent, Observer, Outcome
from .handshake import Handshake, Violation, validate
from .handshake.fields import escaped
from .handshake.http_checks import check_path
from .observers.log import log_event, wants
from .policy.paths import Paths
from .policy.policy import Policy, Verdict
from .policy.precedents import Precedent, has_good_key
from .policy.strictest import Policies, in_reading_order, merged, strictest
from .rules.base import ConfigurationError

logger = logging.getLogger("asgi_ws_guard")


class Decision(NamedTuple):
    """What a guard decided on one handshake.

    pattern    the key of `paths` that the policy is of, or "*"; where several have their say, that of one that refuses,
               else the one that fits the path's canonical form
    policy     what holds for all that is still to come of the handshake
    started    perf_counter() (seconds) when it came
    precedent  what is known of right answers to handshakes of its kind, None where nothing is
    """

    verdict: Verdict
    pattern: str
    policy: Policies
    started: float
    precedent: Precedent | None = None

    @property
    def is_final(self) -> bool:
        """Whether the handshake is let in by this alone: the deployment's own `authorize` has no say."""
        return self.policy.authorize is None and self.verdict.allowed


class Guard:
    """A deployment's policies and observers.

    policy     what holds where no pattern of `paths` matches
    paths      pattern (as fnmatchcase reads one: * crosses /) to Policy, or to None for unguarded; first match wins.
               A path that a router may read in several ways is under all the policies of its readings
    observers  callables that take a HandshakeEvent, in addition to the log
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        paths: Mapping[str, Policy | None] | None = None,
        observers: Iterable[Observer] = (),
    ) -> None:
        self.paths = Paths(Policy() if policy is None else policy, paths)
        if not isinstance(observers, Iterable):
            raise ConfigurationError(f"observers is {observers!r}, wanted a list of callables: [{observers!r}]")
        self.observers = (log_event, *observers)
        self.hears_of_ends = any(hasattr(observer, "closed") for observer in self.observers)
        for observer in self.observers:
            if not callable(observer):
                raise ConfigurationError(f"the observer {observer!r} is not callable; wanted one that takes an event")

    @property
    def policy(self) -> Policy:
        """What holds where no pattern of a path matches."""
        return self.paths.policy

    def decision(
        self, handshake: Handshake, path: str, root_path: str = "", *, client_chosen: bool = False
    ) -> Decision | None:
        """The decision on a handshake for `path`; None where that is unguarded. Raises nothing.

        path, root_path  str, decoded, as the application reads them: what stands before the guard may have changed them
        """
        started = perf_counter()
        policies = self.paths.policies_for(path, root_path, client_chosen=client_chosen)
        pattern, policy = policies[0]
        if len(policies) > 1:
            return self._strictest(handshake, path, policies, started)
        if policy is None:
            return None
        verdict, precedent = _decided(handshake, policy)
        return Decision(self._with_path(verdict, path, policy), pattern, policy, started, precedent)

    def _strictest(
        self, handshake: Handshake, path: str, policies: list[tuple[str, Policy | None]], started: float
    ) -> Decision | None:
        guarded = [(pattern, policy) for pattern, policy in policies if policy is not None]
        policy = strictest(policy for _, policy in guarded)
        if policy is None:
            return None
        verdicts = [self._with_path(self.decide(handshake, part), path, part) for _, part in guarded]
        patterns = [pattern for pattern, _ in guarded]
        refusing = [pattern for pattern, verdict in zip(patterns, verdicts, strict=True) if not verdict.allowed]
        return Decision(merged(verdicts), (refusing or patterns)[0], policy, started)

    def _with_path(self, verdict: Verdict, path: str, policy: Policy) -> Verdict:
        """The verdict, with what is wrong with a path that is not the target's own."""
        if path.isprintable() or (violation := check_path(path)) is None:
            return verdict
        if any(known.requirement is violation.requirement for known in verdict.violations):
            return verdict
        return and_also(verdict, violation, policy)

    def is_twin_of(self, other: Guard) -> bool:
        """Whether both decide the same: an application's guard and the one that a door has made of its arguments."""
        return self is other or self.paths == other.paths

    def heard_by(self, other: Guard) -> Guard:
        """This guard, whose events the observers of `other` are told of as well, once each."""
        both = copy.copy(self)
        both.observers += tuple([each for each in other.observers if each not in self.observers])
        both.hears_of_ends = self.hears_of_ends or other.hears_of_ends
        return both

    def decide(self, handshake: Handshake, policy: Policy) -> Verdict:
        """The verdict on one handshake. Raises nothing."""
        return _decided(handshake, policy)[0]

    def listens_to(self, outcome: Outcome) -> bool:
        """Whether anybody would hear of an outcome that nothing was wrong with."""
        return len(self.observers) > 1 or wants(outcome)

    def tell(self, event: HandshakeEvent) -> None:
        """Hand a decided handshake to all observers."""
        for observer in self.observers:
            _call(observer, event)

    def tell_closed(self, event: HandshakeEvent) -> None:
        """Tell those observers that listen for it that an accepted connection ended."""
        for observer in self.observers:
            if closed := getattr(observer, "closed", None):
                _call(closed, event)


def and_also(verdict: Verdict, violation: Violation, policy: Policies) -> Verdict:
    """The verdict with one violation more, refused unless the policy tolerates it."""
    return verdict._replace(
        violations=in_reading_order((*verdict.violations, violation)),
        refused=in_reading_order((*verdict.refused, violation)) if policy.refuses(violation) else verdict.refused,
    )


def _decided(handshake: Handshake, policy: Policy) -> tuple[Verdict, Precedent | None]:
    """The verdict on one handshake, and its precedent: one that was there, or that it has become."""
    precedents = policy.precedents
    precedent = precedents.of(handshake)
    if precedent is None:
        violations = _read(handshake, policy)
        precedent = precedents.keep(handshake, violations)
    elif has_good_key(handshake.fields):
        return Verdict(handshake, (), (), policy.report_only), precedent
    else:
        violations = precedents.wrong_with_key(handshake)
    refused = tuple(filter(policy.refuses, violations)) if violations else ()
    return Verdict(handshake, violations, refused, policy.report_only), precedent


def _read(handshake: Handshake, policy: Policy) -> tuple[Violation, ...]:
    """What the handshake breaks, of the RFC's requirements and of the policy's."""
    violations = validate(handshake)
    for rule in policy.rules:
        violation = rule(handshake)
        if violation is not None:
            violations += (violation,)
    return violations


def _call(observe: Callable[[HandshakeEvent], object], event: HandshakeEvent) -> None:
    try:
        observe(event)
    except Exception:
        logger.exception("the observer %s raised; the handshake goes on", escaped(repr(observe), letters=True))
