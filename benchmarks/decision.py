"""The full decision on a browser's valid handshake, scope to verdict and expected accept, beside the peers."""

from __future__ import annotations

from typing import Any

from websockets.datastructures import Headers as WebsocketsHeaders
from websockets.http11 import Request
from websockets.server import ServerProtocol
from wsproto import ConnectionType, WSConnection

from asgi_ws_guard import Guard
from asgi_ws_guard.asgi import handshake_from_scope

from .figure import Figure, Row, figure, ns
from .measuring import Effort, medians, take_turns, timed
from .requests import Headers, handshake_head, handshake_headers, handshake_scope

HANDSHAKES = 50  # in a turn

_MEASURE = "full decision on a browser's valid handshake: scope to verdict, default policy, expected accept computed"
WEBSOCKETS = Row(
    "decision/websockets", _MEASURE, "`websockets` on the same fields: Headers, Request, ServerProtocol.accept", 1 / 3
)
PROTOCOL = Row("decision/websockets-protocol", _MEASURE, "the same, the fields and the Request made before", 1 / 3)
ACCEPT = Row(
    "decision/websockets-accept", _MEASURE, "the same, ServerProtocol.accept alone, all else made before", 1 / 3
)
WSPROTO = Row("decision/wsproto", _MEASURE, "wsproto receiving the same bytes", 1 / 6)

_guard = Guard()


def decision(effort: Effort) -> list[Figure]:
    contestants = {
        "guard": guard_turn,
        "websockets": websockets_turn,
        "protocol": protocol_turn,
        "accept": accept_turn,
        "wsproto": wsproto_turn,
    }
    rounds = take_turns(contestants, effort(300, 3))
    context = ", ".join(f"{name} {ns(time)}" for name, time in medians(rounds).items())
    return [
        figure(WEBSOCKETS, [times["guard"] / times["websockets"] for times in rounds], context),
        figure(PROTOCOL, [times["guard"] / times["protocol"] for times in rounds]),
        figure(ACCEPT, [times["guard"] / times["accept"] for times in rounds]),
        figure(WSPROTO, [times["guard"] / times["wsproto"] for times in rounds], context),
    ]


def decide(scope: dict[str, Any]) -> str | None:
    """What the middleware does before the app is called, and the accept value that it then expects."""
    handshake = handshake_from_scope(scope)
    verdict = _guard.decide(handshake, _guard.policy)
    assert verdict.allowed
    return handshake.expected_accept


def guard_turn() -> float:
    return timed(decide, [handshake_scope() for _ in range(HANDSHAKES)])


def websockets_turn() -> float:
    return timed(_websockets_reads, [handshake_scope()["headers"] for _ in range(HANDSHAKES)])


def protocol_turn() -> float:
    requests = [_request(handshake_headers()) for _ in range(HANDSHAKES)]
    return timed(lambda request: _websockets_accepts((ServerProtocol(), request)), requests)


def accept_turn() -> float:
    return timed(_websockets_accepts, [(ServerProtocol(), _request(handshake_headers())) for _ in range(HANDSHAKES)])


def wsproto_turn() -> float:
    connections = [(WSConnection(ConnectionType.SERVER), handshake_head()) for _ in range(HANDSHAKES)]
    return timed(_wsproto_receives, connections)


def _websockets_reads(headers: Headers) -> None:
    _websockets_accepts((ServerProtocol(), _request(headers)))


def _websockets_accepts(protocol_and_request: tuple[ServerProtocol, Request]) -> None:
    protocol, request = protocol_and_request
    assert protocol.accept(request).status_code == 101


def _request(headers: Headers) -> Request:
    return Request("/chat", WebsocketsHeaders([(name.decode(), value.decode()) for name, value in headers]))


def _wsproto_receives(connection_and_head: tuple[WSConnection, bytes]) -> None:
    connection, head = connection_and_head
    connection.receive_data(head)
    assert next(connection.events())
