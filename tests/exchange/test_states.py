"""The law of the exchange: what the room's first page says is what the table has, and what the code does."""

from __future__ import annotations

import asyncio
import re
from typing import Any, get_args

import pytest

from asgi_ws_guard import Policy, WebSocketGuardMiddleware, exchange
from asgi_ws_guard.asgi import Message, Receive, Scope, Send
from asgi_ws_guard.exchange.states import NEXT, TAKEN_OVER, Signal, State, after
from asgi_ws_guard.exchange.websocket import Exchange
from asgi_ws_guard.testing import make_scope
from tests.asgi_driver import ACCEPT, CLOSE, CONNECT, GONE, Connection, Watcher

pytestmark = pytest.mark.asgi_ws_guard_strict


def _told() -> dict[str, dict[str, str]]:
    """The table of the first page."""
    lines = (exchange.__doc__ or "").splitlines()
    columns = next(line for line in lines if line.strip().startswith("----"))
    _, _, signals, ends = (match.start() for match in re.finditer("-+", columns))
    found: dict[str, dict[str, str]] = {}
    for line in lines[lines.index(columns) + 1 :]:
        if line and not line.startswith("    "):
            break
        if state := line[4:16].strip():
            found[state] = {}
        if signal := line[signals:ends].strip():
            found[state_of(found)][signal] = line[ends:].strip()
    return found


def state_of(found: dict[str, dict[str, str]]) -> str:
    return list(found)[-1]


def test_the_first_page_is_the_table() -> None:
    assert _told() == {state: dict(signals) for state, signals in NEXT.items()}
    assert set(NEXT) == set(get_args(State))
    assert {signal for signals in NEXT.values() for signal in signals} == set(get_args(Signal))


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("signal", get_args(Signal))
def test_what_is_not_in_the_table_changes_nothing(state: State, signal: Signal) -> None:
    assert after(state, signal) == NEXT[state].get(signal, state)


def test_nothing_leads_out_of_the_ends() -> None:
    assert [NEXT["answered"], *(NEXT[state] for state in TAKEN_OVER)] == [{}, {}, {}]


DENIAL: Message = {"type": "websocket.http.response.start", "status": 403, "headers": []}
FALSE_DENIAL: Message = {**DENIAL, "status": 101}
BODY: Message = {"type": "websocket.http.response.body", "body": b"", "more_body": False}


class Script:
    """An application that does what it is told, and notes the state after each step."""

    def __init__(self, *steps: Message | str) -> None:
        self.steps = steps
        self.states: list[str] = []
        self.raised: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handshake: Any = send
        held: Exchange = handshake.__closure__[0].cell_contents.__self__
        self.states.append(held.state)
        for step in self.steps:
            try:
                if step == "receive":
                    await receive()
                elif step == "wait":
                    await asyncio.wait_for(asyncio.Event().wait(), 0.05)
                else:
                    await send(step)  # type: ignore[arg-type]
            except (OSError, asyncio.TimeoutError) as error:
                self.raised.append(type(error).__name__)
            self.states.append(held.state)


@pytest.mark.parametrize(
    ("incoming", "steps", "states"),
    [
        ([CONNECT], ["receive", ACCEPT], ["connecting", "asked", "answered"]),
        ([CONNECT], ["receive", DENIAL], ["connecting", "asked", "answered"]),
        ([CONNECT], ["receive", CLOSE], ["connecting", "asked", "answered"]),
        ([CONNECT], [CLOSE], ["connecting", "answered"]),
        ([CONNECT], [ACCEPT], ["connecting", "answered"]),
        ([GONE], ["receive"], ["connecting", "gone"]),
        ([CONNECT, GONE], ["receive", "receive"], ["connecting", "asked", "gone"]),
        ([CONNECT, GONE], ["receive", "receive", CLOSE], ["connecting", "asked", "gone", "gone"]),
        ([CONNECT, GONE], ["receive", "receive", FALSE_DENIAL], ["connecting", "asked", "gone", "gone"]),
        ([CONNECT], ["receive", {**ACCEPT, "subprotocol": "other"}], ["connecting", "asked", "taken"]),
        ([CONNECT], [{**ACCEPT, "subprotocol": "other"}], ["connecting", "taken"]),
        ([CONNECT], ["receive", FALSE_DENIAL, BODY], ["connecting", "asked", "replaced", "replaced"]),
        ([CONNECT], [FALSE_DENIAL, BODY], ["connecting", "replaced", "replaced"]),
        (
            [CONNECT],
            ["receive", {**ACCEPT, "subprotocol": "other"}, "receive"],
            ["connecting", "asked", *["taken"] * 2],
        ),
    ],
)
def test_an_exchange_goes_as_the_table_says(
    incoming: list[Message], steps: list[Message | str], states: list[str]
) -> None:
    script, watcher = Script(*steps), Watcher()
    app = WebSocketGuardMiddleware(script, observers=[watcher])
    asyncio.run(Connection(make_scope(), incoming).serve(app))
    assert script.states == states
    assert len(watcher.events) == 1


def test_a_denial_after_the_deadline_goes_nowhere() -> None:
    """The example of the first page."""
    script, watcher = Script("receive", "wait", DENIAL), Watcher()
    app = WebSocketGuardMiddleware(script, policy=Policy(accept_timeout=0.01), observers=[watcher])
    connection = Connection(make_scope(), [CONNECT])
    asyncio.run(connection.serve(app))
    assert script.states == ["connecting", "asked", "taken", "taken"]
    assert script.raised[-1] == "HandshakeClosedError"
    assert connection.status == 503 and connection.raised is None
    assert (watcher.event.outcome, watcher.ids) == ("failed", ["accept-timeout"])
