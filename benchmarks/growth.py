"""How the decision's time grows with the number of fields and with their length: linearly, whatever is in them.

The figure is the exponent: t ~ n^figure, 1 being linear; a pattern that backtracks shows as 2 or more. The shapes are
those that make patterns of such grammars backtrack: a character or two over and over, and then what fits nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import log

from asgi_ws_guard import Guard, Policy
from asgi_ws_guard.asgi import handshake_from_scope

from .figure import Figure, Row, figure, ns
from .measuring import Effort, medians, take_turns, timed
from .requests import Headers, handshake_headers, handshake_scope

COUNTS = (10, 100, 1000)
LENGTHS = (10, 100, 1000, 10_000, 100_000)
HOSTILE = 1500  # values in a full run, of all combinations of what is below
WORTH_A_LOOK = 300e3  # ns for one decision: below that noise would be the worst
PATIENCE = 2e9  # ns: no second value is tried after this

FIELDS = (
    *b"host origin upgrade connection sec-websocket-key sec-websocket-version".split(),
    *b"sec-websocket-protocol sec-websocket-extensions content-length cookie".split(),
)
PIECES = (
    *b"a 0 , a, ; a; a;a= \\ . a. %41 : :: / a- = AAAA [:: 0: xn-- \xe9".split(),
    *(b", ", b'a="', b'\\"', b" ", b" \t"),
)
STARTS = (b"", b"https://", b"https://[", b"a.", b'a; b="')
ENDS = (b"", b"!", b"\x00", b'"', b"]", b".example.com")

LINEAR = 1.1
NUMBER = Row(
    "growth/fields", "growth of the decision with 100 to 1,000 header fields", "exponent, 1 is linear", LINEAR, ""
)
LENGTH = Row("growth/values", "growth with a cookie of 10,000 to 100,000 bytes", "exponent, 1 is linear", LINEAR, "")
WORST = Row(
    "growth/hostile",
    "the slowest of the hostile values, each field, 10,000 to 100,000 bytes",
    "exponent, 1 is linear, 2 quadratic; the processor's caches alone make 1.4 of 1",
    1.5,
    "",
)

# Every rule that reads a value is on, and no limit on size is.
_guard = Guard(
    Policy(
        allowed_origins=["same-origin", "https://*.example.com", "https://app.example.org"],
        allowed_hosts=["example.com", "*.example.com"],
        subprotocols=["chat"],
        max_field_count=None,
        max_field_bytes=None,
    )
)


def growth(effort: Effort) -> list[Figure]:
    counts = take_turns({str(count): _Turn(_with_more_fields(count)) for count in COUNTS}, effort(30, 3))
    lengths = take_turns({str(length): _Turn(_with_cookie(length)) for length in LENGTHS}, effort(30, 3))
    slowest = _slowest(effort)
    return [
        figure(NUMBER, [_exponent(times["100"], times["1000"]) for times in counts], _context(medians(counts))),
        figure(LENGTH, [_exponent(times["10000"], times["100000"]) for times in lengths], _context(medians(lengths))),
        figure(WORST, [slowest[0]], slowest[1]),
    ]


class _Turn:
    """Decisions on the same headers."""

    def __init__(self, headers: Headers, decisions: int = 10) -> None:
        self._headers = headers
        self._decisions = decisions

    def __call__(self) -> float:
        scopes = [handshake_scope(headers=self._headers) for _ in range(self._decisions)]
        return timed(lambda scope: _guard.decide(handshake_from_scope(scope), _guard.policy), scopes)


def _with_more_fields(count: int) -> Headers:
    more = [(b"x-field-%d" % number, b"value-%d" % number) for number in range(count - len(handshake_headers()))]
    return (*handshake_headers(), *more)[:count]


def _with_cookie(length: int) -> Headers:
    return [(name, b"c" * length if name == b"cookie" else value) for name, value in handshake_headers()]


def _slowest(effort: Effort) -> tuple[float, str]:
    """The greatest exponent among hostile values, other ones in each run, and which it was."""
    worst, which = 0.0, f"none takes {ns(WORTH_A_LOOK)}"
    for name, start, piece, end in random.sample(list(_shapes()), effort(HOSTILE, 20)):
        label = f"{name.decode()}: {start!r}, {piece!r} over and over, {end!r}"
        shorter, longer = (_decision_time(name, start + (piece * size)[:size] + end) for size in LENGTHS[-2:])
        if longer > PATIENCE:
            return 9.0, f"{label}: {ns(longer)} for {LENGTHS[-1]:,} bytes"
        if longer > WORTH_A_LOOK and (exponent := _exponent(shorter, longer)) > worst:
            worst, which = exponent, f"{label}: {ns(longer)} for {LENGTHS[-1]:,} bytes"
    return worst, which


def _shapes() -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    return ((name, start, piece, end) for name in FIELDS for start in STARTS for piece in PIECES for end in ENDS)


def _decision_time(name: bytes, value: bytes) -> float:
    """In ns, the best of three."""
    headers = dict(handshake_headers())
    headers[name] = value
    return min(_Turn(tuple(headers.items()), decisions=1)() for _ in range(3))


def _exponent(shorter: float, longer: float) -> float:
    """Of the power by which the time grew while the size grew tenfold."""
    return log(longer / shorter, 10)


def _context(times: dict[str, float]) -> str:
    return ", ".join(f"{int(size):,}: {ns(time)}" for size, time in times.items())
