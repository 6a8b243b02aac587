"""What of a handshake decides an answer, declared beside each check and each rule.

So it can be derived whose answers an earlier handshake has given already (policy/precedents.py). A test holds each to
what it declares: nothing else that is changed may change its answer, its wording included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from .request import Handshake
from .requirements import Violation

# A field by its name (bytes, in lower case), which is all its lines; or, beside the attributes of a Handshake:
#   content  every line of every field
#   size     how many field lines there are, and how many bytes they have altogether
Fact: TypeAlias = (
    bytes | Literal["method", "target", "http_version", "upgraded", "subprotocols", "secure", "content", "size"]
)
Reads: TypeAlias = frozenset[Fact]


class Check(Protocol):
    """Reads one handshake and says what it breaks, None where nothing. Raises nothing, and waits for nothing.

    reads  all that its answer hangs on. What differs each time, such as a cookie, is best declared as "content": of a
           field that is named, the values are remembered
    """

    @property
    def reads(self) -> Reads: ...

    def __call__(self, handshake: Handshake, /) -> Violation | None: ...


def reads(*facts: Fact) -> Callable[[Callable[[Handshake], Violation | None]], Check]:
    """Declares what a function reads."""

    def declare(check: Callable[[Handshake], Violation | None]) -> Check:
        check.reads = frozenset(facts)  # type: ignore[attr-defined]
        return check  # type: ignore[return-value]

    return declare
