"""The decision: validate, rules, verdict; and the event that tells of it. Knows no ASGI."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from .events import HandshakeEvent, Observer, Outcome
from .handshake import Handshake, Violation, validate
from .handshake.validation import check_key
from .observers.log import log_event, wants
from .policy import Policy, Verdict
from .precedents import has_good_key
from .rules.base import ConfigurationError
from .rules.key import KEY_REQUIREMENTS, random_key

logger = logging.getLogger("asgi_ws_guard")


class Guard:
    """A deployment's policies and observers.

    policy     what holds where no pattern of `paths` matches
    paths      pattern (as fnmatchcase reads one: * crosses /) to Policy, or to None for unguarded; first match wins
    observers  callables that take a HandshakeEvent, in addition to the log
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        paths: Mapping[str, Policy | None] | None = None,
        observers: Iterable[Observer] = (),
    ) -> None:
        self.policy = _checked("policy", Policy() if policy is None else policy)
        if not isinstance(observers, Iterable):
            raise ConfigurationError(f"observers is {observers!r}, wanted a list of callables: [{observers!r}]")
        self.observers = (log_event, *observers)
        self.hears_of_ends = any(hasattr(observer, "closed") for observer in self.observers)
        for observer in self.observers:
            if not callable(observer):
                raise ConfigurationError(f"the observer {observer!r} is not callable; wanted one that takes an event")
        for pattern in paths or ():
            if isinstance(pattern, str) and pattern[:1] not in ("/", "*", "?", "["):
                raise ConfigurationError(f"paths has {pattern!r}, which matches no path; wanted {'/' + pattern!r}")
        self._first = _first_of(paths) if paths else None
        self._of_paths = [
            (pattern, None if of_path is None else _checked(f"paths[{pattern!r}]", of_path))
            for pattern, of_path in (paths or {}).items()
        ]

    def policy_for(self, path: str) -> tuple[str, Policy | None]:
        """The pattern that matches `path`, "*" where none does, and its policy; None where it is unguarded."""
        first = self._first(path) if self._first is not None else None
        return ("*", self.policy) if first is None else self._of_paths[first]

    def decide(self, handshake: Handshake, policy: Policy) -> Verdict:
        """The verdict on one handshake. Raises nothing."""
        precedent = policy.precedents.of(handshake)
        if precedent is None:
            violations = _read(handshake, policy)
            if all(violation.requirement.id in KEY_REQUIREMENTS for violation in violations):
                precedent = policy.precedents.keep(handshake)
        elif has_good_key(handshake.fields):
            return Verdict(handshake, (), (), policy.report_only, precedent)
        else:
            found = (check_key(handshake), random_key(handshake))
            violations = tuple([violation for violation in found if violation is not None])
        refused = tuple(filter(policy.refuses, violations)) if violations else ()
        return Verdict(handshake, violations, refused, policy.report_only, precedent)

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


def _first_of(paths: Mapping[str, Policy | None]) -> Callable[[str], int | None]:
    from .path_patterns import checked_patterns  # here: most deployments have one policy

    return checked_patterns(paths)


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
        logger.exception("the observer %r raised; the handshake goes on", observe)


def _checked(name: str, policy: object) -> Policy:
    if not isinstance(policy, Policy):
        raise ConfigurationError(f"{name} is {policy!r}, wanted a Policy")
    return policy
