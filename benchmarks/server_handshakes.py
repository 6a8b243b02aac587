"""Handshakes through a real uvicorn by the CPU time of its process, guarded beside unguarded."""

from __future__ import annotations

from contextlib import ExitStack

from .figure import Figure, Row, figure
from .measuring import Effort, Round, medians, take_turns
from .requests import handshake_head
from .served import PROCESSES, handshakes, per_second, serving

HANDSHAKES = 128  # in a turn
IMPLEMENTATIONS = ("websockets-sansio", "wsproto")

_UNGUARDED = "unguarded, paired: its CPU time over ours"


def server_handshakes(effort: Effort) -> list[Figure]:
    return [found for ws in IMPLEMENTATIONS for found in _through(ws, effort)]


def _through(ws: str, effort: Effort) -> list[Figure]:
    measure = f"handshakes through uvicorn ({ws}), middleware and wire on"
    quiet = Row(f"server-handshakes/{ws}", f"{measure}, INFO off", _UNGUARDED, 0.92, at_least=True)
    told = Row(f"server-handshakes/{ws}-info", f"{measure}, INFO on", _UNGUARDED, at_least=True)
    servers = {
        "unguarded": (),
        "guarded": ("--guard", "middleware"),
        "INFO on": ("--guard", "middleware", "--log", "INFO"),
    }
    heads = [handshake_head() for _ in range(HANDSHAKES)]
    rounds: list[Round] = []
    for _ in range(effort(PROCESSES)):
        with ExitStack() as stack:
            addresses = {name: stack.enter_context(serving("--ws", ws, *more)) for name, more in servers.items()}
            contestants = {name: handshakes(address, heads, b"101") for name, address in addresses.items()}
            rounds += take_turns(contestants, effort(12, 2))
    context = ", ".join(f"{name} {per_second(cpu)}" for name, cpu in medians(rounds).items())
    return [
        figure(quiet, [times["unguarded"] / times["guarded"] for times in rounds], context),
        figure(told, [times["unguarded"] / times["INFO on"] for times in rounds]),
    ]
