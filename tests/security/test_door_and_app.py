"""A guard at uvicorn's door and one in the app: what either alone refuses is refused, and nothing else is."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Denial, Guard, Handshake, HandshakeEvent, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.asgi import Receive, Scope, Send
from asgi_ws_guard.servers import uvicorn as door
from tests.handshake.generated import REQUEST, REQUEST_VALUES, changed, head
from tests.security.fake_uvicorn import FakeUvicorn
from tests.wire.client import Peer
from tests.wire.in_process import serving

pytestmark = pytest.mark.usefixtures("quiet")


def _nobody(handshake: Handshake, scope: Scope) -> Denial:
    return Denial(403, "nobody")


async def _with_a_token(handshake: Handshake, scope: Scope) -> Denial | None:
    return None if handshake.fields.get_all("x-token") else Denial(401, "no token")


NONE, FOUND = "none", "found"
POLICIES: Mapping[str, Policy | None] = {
    NONE: None,
    "default": Policy(),
    "report-only": Policy(report_only=True, authorize=_nobody),
    "hosts": Policy(allowed_origins="*", allowed_hosts=["example.com"]),
    "origins": Policy(
        allowed_origins=["https://good.example"], subprotocols=["chat"], require_subprotocol=True, max_field_bytes=400
    ),
    "tolerant": Policy(
        allowed_origins="*", tolerate={"key-base64", "key-length", "key-once", "version-13", "path-content"}
    ),
    "nobody": Policy(allowed_origins="*", authorize=_nobody),
    "token": Policy(allowed_origins="*", authorize=_with_a_token),
}
VALUES = {
    **REQUEST_VALUES,
    "Origin": ("https://evil.example", "https://good.example", *REQUEST_VALUES["Origin"]),
    "Host": ("evil.example", *REQUEST_VALUES["Host"]),
    "X-Token": ("x", ""),
    "X-Forwarded-Host": ("example.com", "evil.example"),
    "X-Forwarded-Proto": ("https", "wss"),
    "X-Forwarded-For": ("192.0.2.7", "a\tb"),
    "asgi-ws-guard-self-check": ("x", "", "0" * 32),
    "X-Long": ("x" * 500, "x" * 9000),
}
RIGHT = [*REQUEST, ("Origin", "https://good.example"), ("Sec-WebSocket-Protocol", "chat"), ("X-Token", "x")]
TARGETS = (
    "/chat",
    "/chat",
    "/chat?token=1",
    "/a%20b",
    "/chat%0a",
    "//chat/",
    "http://example.com/chat",
    "/\xe9",
    "chat",
)
LINES = [*(f"GET {target} HTTP/1.1" for target in TARGETS), "POST /chat HTTP/1.1", "GET /chat HTTP/1.0"]
REQUESTS = st.builds(head, st.sampled_from(LINES), changed(RIGHT, VALUES))

DOORS: Mapping[str, tuple[Any, str]] = {
    "ws": ("h11", "wsproto"),
    "http": (door.AutoHTTPProtocol, "websockets-sansio"),
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


class Pair(NamedTuple):
    """A policy at the door, and one in the app: names in POLICIES. The door FOUND has the guard that it finds there."""

    at_the_door: str
    in_the_app: str

    def settings(self, http: Any, ws: str, events: list[HandshakeEvent]) -> dict[str, Any]:
        """Those of a uvicorn whose guards tell `events`."""
        policy = POLICIES[self.in_the_app]
        guarded = app if policy is None else WebSocketGuardMiddleware(app, policy=policy, observers=[events.append])
        return {"app": guarded, "http": http, "ws": door.guarded(ws, self._guard(events))}

    def _guard(self, events: list[HandshakeEvent]) -> Guard | None:
        if self.at_the_door == FOUND:
            return None
        policy = POLICIES[self.at_the_door]
        return Guard(paths={"*": None}) if policy is None else Guard(policy, observers=[events.append])


PAIRS = [Pair(*names) for names in itertools.product((*POLICIES, FOUND), POLICIES) if names != (FOUND, NONE)]


class Outcome(NamedTuple):
    """The status, None for no answer; whether the answer is a guard's; and how many events told of the handshake."""

    status: int | None
    is_guards: bool
    events: int

    @property
    def admitted(self) -> bool:
        return self.status == 101


def _outcome(answer: bytes, events: list[HandshakeEvent]) -> Outcome:
    status = int(answer.split()[1]) if answer else None
    return Outcome(status, b"application/problem+json" in answer, len(set(map(id, events))))


def _faults(outcomes: Mapping[Pair, Outcome]) -> Iterator[str]:
    for pair, both in outcomes.items():
        alone = outcomes[Pair(NONE, pair.in_the_app)]
        if pair.at_the_door == FOUND:  # which sees what uvicorn does not hand on
            is_right = alone.admitted or not both.admitted
        else:
            is_right = both.admitted == (alone.admitted and outcomes[Pair(pair.at_the_door, NONE)].admitted)
        if not is_right:
            yield f"{pair}: {both}; in the app alone: {alone}"
        if both.events > 1 or (both.events == 0 and (both.admitted or both.is_guards) and pair != (NONE, NONE)):
            yield f"{pair}: {both.events} events: {both}"


@pytest.mark.parametrize(("http", "ws"), DOORS.values(), ids=DOORS)
def test_what_either_refuses_is_refused_and_nothing_else(http: Any, ws: str) -> None:
    events: list[HandshakeEvent] = []
    servers = {pair: FakeUvicorn(**pair.settings(http, ws, events)) for pair in PAIRS}

    async def outcomes(request: bytes) -> dict[Pair, Outcome]:
        found = {}
        for pair, server in servers.items():
            events.clear()
            found[pair] = _outcome(await server.answer(request), events)
        return found

    @settings(max_examples=500)  # at each of the two doors
    @given(request=REQUESTS)
    def hold(request: bytes) -> None:
        assert list(_faults(loop.run_until_complete(outcomes(request)))) == []

    loop = asyncio.new_event_loop()
    try:
        hold()
    finally:
        loop.close()


def test_a_real_uvicorn_does_the_same() -> None:
    http, ws = DOORS["http"]
    events: list[HandshakeEvent] = []
    outcomes: dict[bytes, dict[Pair, Outcome]] = {request: {} for request in _CHOSEN}
    pairs = [pair for pair in PAIRS if {*pair} <= {NONE, FOUND, "default", "hosts", "token"}]
    for pair in pairs:
        events.clear()
        with serving(**pair.settings(http, ws, events)) as port:
            answers = {request: _answer(port, request) for request in _CHOSEN}
        for request, answer in answers.items():
            told = [event for event in events if event.handshake.target.encode() in request.split()]
            outcomes[request][pair] = _outcome(answer, told)
    for request, of_pairs in outcomes.items():
        assert list(_faults(of_pairs)) == [], request
        assert sum(outcome.admitted for outcome in of_pairs.values()) > 0
    assert sum(outcome.is_guards for of_pairs in outcomes.values() for outcome in of_pairs.values()) > len(pairs)


def _answer(port: int, request: bytes) -> bytes:
    with Peer(port) as peer:
        peer.send(request)
        return peer.read_head()


def _with(number: int, **changes: str | None) -> bytes:
    fields = {**dict(RIGHT), **{name.replace("_", "-"): value for name, value in changes.items()}}
    lines = [(name, value) for name, value in fields.items() if value is not None]
    return head(f"GET /chat?{number} HTTP/1.1", lines)


_CHOSEN = (
    _with(1),
    _with(2, Origin="https://evil.example"),
    _with(3, Host="evil.example"),
    _with(4, X_Token=None),
    _with(5, X_Token=None, Host="evil.example"),
    _with(6, X_Forwarded_Host="evil.example", Origin="https://evil.example"),
    _with(7, asgi_ws_guard_self_check="x", Host="evil.example"),
    _with(8, Origin=None),
)
