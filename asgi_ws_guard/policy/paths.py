"""Which policies a path is under: those that the patterns of all its readings choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..rules.base import ConfigurationError
from .policy import Policy
from .readings import Reading, is_plain, readings
from .strictest import Policies, strictest

if TYPE_CHECKING:
    from .patterns import ReadPatterns


# Characters of a path that is read. What a longer one may be taken for costs more than any route is worth: it is under
# all policies.
LONGEST = 1024


class Paths:
    """A deployment's policies by path.

    policy  what holds where no pattern matches
    paths   pattern (as fnmatchcase reads one: * crosses /) to Policy, or to None for unguarded; first match wins

    Raises ConfigurationError on what cannot work.
    """

    __slots__ = ("_of_patterns", "_patterns", "policy")

    def __init__(self, policy: object, paths: Mapping[str, object] | None) -> None:
        self.policy = _checked("policy", policy)
        for pattern in paths or ():
            if isinstance(pattern, str) and pattern[:1] not in ("/", "*", "?", "["):
                raise ConfigurationError(f"paths has {pattern!r}, which matches no path; wanted {'/' + pattern!r}")
        self._patterns = _patterns(paths) if paths else None
        self._of_patterns = [
            (pattern, None if of_path is None else _checked(f"paths[{pattern!r}]", of_path))
            for pattern, of_path in (paths or {}).items()
        ]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Paths):
            return NotImplemented
        return self.policy == other.policy and self._of_patterns == other._of_patterns

    __hash__ = None  # type: ignore[assignment]

    def policies_for(
        self, path: str, root_path: str = "", *, client_chosen: bool = False
    ) -> list[tuple[str, Policy | None]]:
        """The patterns that the readings of a decoded path match, "*" for none, and their policies; None is unguarded.

        client_chosen  root_path is the client's to choose

        A path of more than LONGEST characters is under all of them.
        """
        patterns = self._patterns
        if patterns is None:
            return [("*", self.policy)]
        if len(path) > LONGEST:
            return [*self._of_patterns, ("*", self.policy)]
        if not root_path and not patterns.differ and is_plain(path):
            return [self._of(patterns.as_written(path))]
        found = readings(path, root_path, client_chosen=client_chosen)
        if patterns.differ:
            found += [Reading(one.path, True, False, one.certain) for one in found if is_plain(one.path)]
        places: dict[int | None, None] = {}
        for in_canonical_form in (True, False):  # first: the pattern that is told is then the route's
            for reading in found:
                if reading.canonical is in_canonical_form:
                    place = patterns(reading)
                    if place is not None or reading.certain:
                        places[place] = None
                    if (slashless := patterns.slashless(reading.path)) is not None:
                        places[slashless] = None
        if None in places:
            places[None] = places.pop(None)  # last
        return [self._of(place) for place in places]

    def policy_for(self, path: str, root_path: str = "", *, client_chosen: bool = False) -> Policies | None:
        """The policies of a path as one; None where it is unguarded in all its readings."""
        return strictest(policy for _, policy in self.policies_for(path, root_path, client_chosen=client_chosen))

    def _of(self, place: int | None) -> tuple[str, Policy | None]:
        return ("*", self.policy) if place is None else self._of_patterns[place]


def _patterns(paths: Mapping[str, object]) -> ReadPatterns:
    from .patterns import checked_patterns  # here: most deployments have one policy

    return checked_patterns(paths)


def _checked(name: str, policy: object) -> Policy:
    if not isinstance(policy, Policy):
        raise ConfigurationError(f"{name} is {policy!r}, wanted a Policy")
    return policy
