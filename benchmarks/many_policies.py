"""Many origins and many paths configured, beside one of each: a decision should not notice."""

from __future__ import annotations

from asgi_ws_guard import Guard, Policy
from asgi_ws_guard.asgi import Scope, handshake_from_scope

from .figure import Figure, Row, figure, ns
from .measuring import Effort, Turn, medians, take_turns, timed
from .requests import Headers, handshake_headers, handshake_scope

DECISIONS = 50  # in a turn
ORIGINS = 10_000
PATHS = 1_000

_ONE = "one of each"
ALLOWED = Row("many-policies", "decision with 10,000 exact origins and 1,000 path policies, allowed", _ONE, 1.5)
REFUSED = Row("many-policies/refused", "the same, a foreign origin refused", _ONE, 1.5)
GLOBS = Row("many-policies/globs", "the same, allowed, 1,000 patterns that are no exact path and no prefix", _ONE)


def many_policies(effort: Effort) -> list[Figure]:
    one, many = _guard(1, ["/room/{}"]), _guard(ORIGINS, ["/room/{}", "/tenant/{}/*"])
    globs = _guard(ORIGINS, ["/tenant/*/room/{}"])
    last = PATHS // 2 - 1
    rounds = take_turns(
        {
            "one": _turn(one, 0, "/room/0"),
            "many": _turn(many, ORIGINS - 1, f"/tenant/{last}/chat"),
            "globs": _turn(globs, ORIGINS - 1, f"/tenant/9/room/{PATHS - 1}"),
            "one, refused": _turn(one, ORIGINS, "/room/0"),
            "many, refused": _turn(many, ORIGINS, f"/tenant/{last}/chat"),
        },
        effort(200, 3),
    )
    context = ", ".join(f"{name} {ns(time)}" for name, time in medians(rounds).items())
    return [
        figure(ALLOWED, [times["many"] / times["one"] for times in rounds], context),
        figure(REFUSED, [times["many, refused"] / times["one, refused"] for times in rounds]),
        figure(GLOBS, [times["globs"] / times["one"] for times in rounds]),
    ]


def _guard(origins: int, patterns: list[str]) -> Guard:
    policy = Policy(allowed_origins=[_origin(number) for number in range(origins)])
    paths = 1 if origins == 1 else PATHS // len(patterns)
    return Guard(paths={pattern.format(number): policy for pattern in patterns for number in range(paths)})


def _origin(number: int) -> str:
    return f"https://tenant-{number}.example.org"


def _turn(guard: Guard, origin: int, path: str) -> Turn:
    headers = _with_origin(_origin(origin).encode())
    assert guard.paths.policies_for(path)[0][0] != "*"

    def decide(scope: Scope) -> None:
        guard.decision(handshake_from_scope(scope), scope["path"])

    def turn() -> float:
        return timed(decide, [handshake_scope(headers=headers, path=path) for _ in range(DECISIONS)])

    return turn


def _with_origin(origin: bytes) -> Headers:
    return [(name, origin if name == b"origin" else value) for name, value in handshake_headers()]
