"""A handshake refused for a bad key, with the problem that answers it built, beside an accepted one."""

from __future__ import annotations

from typing import Any

from asgi_ws_guard import Guard
from asgi_ws_guard.asgi import handshake_from_scope
from asgi_ws_guard.problem import problem

from .decision import HANDSHAKES, guard_turn
from .figure import Figure, Row, figure, ns
from .measuring import Effort, medians, take_turns, timed
from .requests import BAD_KEY, handshake_scope

REFUSAL = Row("refusal", "the same, refused for a bad key, problem built", "the accepted one", 2)

_guard = Guard()


def refusal(effort: Effort) -> list[Figure]:
    rounds = take_turns({"refused": refused_turn, "accepted": guard_turn}, effort(300, 3))
    context = ", ".join(f"{name} {ns(time)}" for name, time in medians(rounds).items())
    return [figure(REFUSAL, [times["refused"] / times["accepted"] for times in rounds], context)]


def refuse(scope: dict[str, Any]) -> None:
    """What the middleware does to answer in place of the app, short of sending it."""
    handshake = handshake_from_scope(scope)
    verdict = _guard.decide(handshake, _guard.policy)
    answer = problem(verdict.refused, verdict.violations, extended_connect=handshake.extended_connect)
    assert answer.status == 400


def refused_turn() -> float:
    return timed(refuse, [handshake_scope(key=BAD_KEY) for _ in range(HANDSHAKES)])
