"""Patterns that are compiled when they are first used: few programs need all of them, and each would pay at import."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import AnyStr, Generic


class LazyPattern(Generic[AnyStr]):
    """A regular expression. Its methods are those of the compiled one, at no more than their own cost after the first.

    pattern  str or bytes, as for re.compile; flags: the same
    """

    def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
        self._pattern: AnyStr = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self._pattern, self._flags)

    @cached_property
    def fullmatch(self) -> Callable[[AnyStr], re.Match[AnyStr] | None]:
        return self.compiled.fullmatch

    @cached_property
    def search(self) -> Callable[[AnyStr], re.Match[AnyStr] | None]:
        return self.compiled.search
