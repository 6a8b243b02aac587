"""Malformed handshakes through uvicorn and wsproto, which alone would accept them: refusing should cost less."""

from __future__ import annotations

from contextlib import ExitStack

from .figure import Figure, Row, figure
from .measuring import Effort, Round, medians, take_turns
from .requests import BAD_KEY, handshake_head
from .served import PROCESSES, handshakes, per_second, serving

HANDSHAKES = 128  # in a turn

_UNGUARDED = "the unguarded app accepting them: its CPU time over ours"
_MEASURE = "refusals per second of malformed handshakes through uvicorn + wsproto"
MIDDLEWARE = Row("refusals-per-second/middleware", f"{_MEASURE}, the middleware alone", _UNGUARDED, 1.2, at_least=True)
DOOR = Row("refusals-per-second/door", f"{_MEASURE}, at the server's door", _UNGUARDED, 1.2, at_least=True)
QUIET = Row("refusals-per-second/door-quiet", f"{_MEASURE}, at the door, WARNING off", _UNGUARDED, at_least=True)
FLOOR = Row(
    "refusals-per-second/floor", f"{_MEASURE}, an app that denies all and has no guard", _UNGUARDED, at_least=True
)

SERVERS: dict[Row, tuple[str, ...]] = {
    MIDDLEWARE: ("--guard", "middleware"),
    DOOR: ("--guard", "door"),
    QUIET: ("--guard", "door", "--log", "ERROR"),
    FLOOR: ("--guard", "denying-app"),
}


def refusals_per_second(effort: Effort) -> list[Figure]:
    heads = [handshake_head(BAD_KEY)] * HANDSHAKES
    rounds: list[Round] = []
    for _ in range(effort(PROCESSES)):
        with ExitStack() as stack:
            accepting = stack.enter_context(serving("--ws", "wsproto"))
            contestants = {"accepting": handshakes(accepting, heads, b"101")}
            for row, arguments in SERVERS.items():
                refusing = stack.enter_context(serving("--ws", "wsproto", *arguments))
                contestants[row.id] = handshakes(refusing, heads, b"400")
            rounds += take_turns(contestants, effort(12, 2))
    context = medians(rounds)
    return [
        figure(
            row,
            [times["accepting"] / times[row.id] for times in rounds],
            f"accepting {per_second(context['accepting'])}, refusing {per_second(context[row.id])}",
        )
        for row in SERVERS
    ]
