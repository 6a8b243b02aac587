"""The states of an exchange and what leads from one to another, as the room's first page has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

State: TypeAlias = Literal["connecting", "asked", "accepting", "answered", "gone", "taken", "replaced"]
Signal: TypeAlias = Literal[
    "client connects",
    "client leaves",
    "application accepts",
    "application refuses",
    "head is through",
    "guard answers",
    "guard replaces denial",
]

_ASKED: Mapping[Signal, State] = {
    "client leaves": "gone",
    "application accepts": "accepting",
    "application refuses": "answered",
    "guard answers": "taken",
    "guard replaces denial": "replaced",
}

NEXT: Mapping[State, Mapping[Signal, State]] = {
    "connecting": {"client connects": "asked", **_ASKED},
    "asked": _ASKED,
    "accepting": {"head is through": "answered", "client leaves": "gone", "guard answers": "taken"},
    "answered": {},
    "gone": {"guard answers": "taken"},
    "taken": {},
    "replaced": {},
}

# The guard has answered, and the application may not know it yet.
TAKEN_OVER: frozenset[State] = frozenset({"taken", "replaced"})


def after(state: State, signal: Signal) -> State:
    """The state that `signal` leads to; the same where it leads to none."""
    return NEXT[state].get(signal, state)
