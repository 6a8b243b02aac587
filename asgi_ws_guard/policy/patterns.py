"""Which of many patterns is the first to match a path, in a time that hardly grows with their number.

What holds is the plain loop: the first pattern, in their order, for which fnmatchcase(path, pattern) is true. Exact
paths and prefixes ("/chat/*") are found in tables; what is neither is one alternation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from fnmatch import translate

from ..rules.base import ConfigurationError
from .readings import Reading, canonical

_SPECIAL = re.compile(r"[*?\[]")


class PathPatterns:
    """Patterns in their order. `patterns` are (place, pattern); of several with one place, any may match.

    Call it with a path for the place of the first match, None where nothing matches.
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._exact: dict[str, int] = {}
        prefixes: dict[str, int] = {}
        others: list[str] = []
        for place, pattern in patterns:
            if not _SPECIAL.search(pattern):
                self._exact.setdefault(pattern, place)
            elif is_prefix(pattern):
                prefixes.setdefault(pattern[:-1], place)
            else:
                others.append(f"(?P<p{place}>{translate(pattern)})")
        self._prefixes = _Prefixes(prefixes)
        self._others = re.compile("|".join(others)).match if others else None

    def __call__(self, path: str) -> int | None:
        first = self._prefixes.first(path)
        exact = self._exact.get(path)
        if first is None or (exact is not None and exact < first):
            first = exact
        if self._others and (match := self._others(path)) and match.lastgroup:
            other = int(match.lastgroup[1:])
            return other if first is None else min(first, other)
        return first


class _Prefixes:
    """Prefixes with their places. The longest that a path starts with is found by bisection.

    Sorted, it is the greatest that is not above the path, or one of that one's own prefixes; `_best` has the lowest
    place of each together with all its own prefixes, which the path starts with as well.
    """

    def __init__(self, places: Mapping[str, int]) -> None:
        self._sorted = sorted(places)
        self._parents: list[int] = []
        self._best: list[int] = []
        for number, prefix in enumerate(self._sorted):
            parent = number - 1
            while parent >= 0 and not prefix.startswith(self._sorted[parent]):
                parent = self._parents[parent]
            self._parents.append(parent)
            self._best.append(places[prefix] if parent < 0 else min(places[prefix], self._best[parent]))

    def first(self, path: str) -> int | None:
        number = bisect_right(self._sorted, path) - 1
        while number >= 0:
            if path.startswith(self._sorted[number]):
                return self._best[number]
            number = self._parents[number]
        return None


def is_prefix(pattern: str) -> bool:
    """Whether the only special character of `pattern` is the * that ends it."""
    return pattern.endswith("*") and not _SPECIAL.search(pattern, 0, len(pattern) - 1)


class ReadPatterns:
    """Patterns for the readings of a path: as they are written, and in canonical form. `patterns` as for PathPatterns.

    Call it with a Reading. One that has lost the slash at its end is also of the prefix that it is but for that: what
    is asked for by "/socket.io/" is of "/socket.io/*", as its spelling says.

    as_written  for paths that have but one reading
    slashless   of those that end in a slash, what is before it: to Litestar, "/x/*/" is the route "/x/*"
    differ      whether even those may fit a pattern in canonical form alone, as "/x" does "/x/": one route to Litestar
    """

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        listed = list(patterns)
        in_canonical_form = [(place, _canonical_pattern(pattern)) for place, pattern in listed]
        self.differ = in_canonical_form != listed
        self.as_written = PathPatterns(listed)
        self.slashless = PathPatterns([(place, p.rstrip("/")) for place, p in listed if p.endswith("/") and p != "/"])
        self._of = {
            (False, False): self.as_written,
            (False, True): PathPatterns(_with_prefixes(listed)),
            (True, False): PathPatterns(in_canonical_form),
            (True, True): PathPatterns(_with_prefixes(in_canonical_form)),
        }

    def __call__(self, reading: Reading) -> int | None:
        return self._of[reading.canonical, reading.ended](reading.path)


def _with_prefixes(patterns: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The patterns, and with each that ends in "/*" what is before that, where it is an exact path."""
    prefixes = [(place, pattern[:-2]) for place, pattern in patterns if pattern.endswith("/*")]
    return sorted([*patterns, *((place, prefix) for place, prefix in prefixes if not _SPECIAL.search(prefix))])


def _canonical_pattern(pattern: str) -> str:
    if not _SPECIAL.search(pattern):
        return canonical(pattern)
    return re.sub("//+", "/", pattern).rstrip("/").casefold()


def checked_patterns(patterns: Iterable[object]) -> ReadPatterns:
    """The matcher of `patterns`. ConfigurationError on what is no string, and on what can never match.

    Checked are exact paths and prefixes, each against single earlier patterns; of other patterns it is not asked.
    """
    numbered: list[tuple[int, str]] = []
    for place, pattern in enumerate(patterns):
        if not isinstance(pattern, str):
            raise ConfigurationError(f"paths has the pattern {pattern!r}, wanted a string such as '/chat/*'")
        numbered.append((place, pattern))
    first = PathPatterns(numbered)
    # What ends in * and matches the text of a prefix matches all that starts with it.
    first_of_prefix = PathPatterns([(place, pattern) for place, pattern in numbered if pattern.endswith("*")])
    for place, pattern in numbered:
        if is_prefix(pattern):
            earlier = first_of_prefix(pattern[:-1])
        else:
            earlier = place if _SPECIAL.search(pattern) else first(pattern)
        if earlier is not None and earlier != place:
            raise ConfigurationError(
                f"paths has {pattern!r} behind {numbered[earlier][1]!r}, which matches all of it first, so it can "
                f"never match; wanted {pattern!r} before {numbered[earlier][1]!r}"
            )
    return ReadPatterns(numbered)
