"""Our reading of generated answers against that of a client of `websockets`: each disagreement has its reason.

Measured with websockets 17.4. As with requests, a reason is a predicate, and one answer shows that it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from asgi_ws_guard import Handshake, HandshakeResponse, accept_value, verify
from asgi_ws_guard.handshake import parse_response
from asgi_ws_guard.handshake.fields import TOKEN, list_elements

from .broken import GOOD_KEY, OTHER_KEY
from .generated import Lines, head, responses

REQUEST_OF_WEBSOCKETS = ClientProtocol(
    parse_uri("ws://example.com/"),
    extensions=[ClientPerMessageDeflateFactory()],
    subprotocols=[Subprotocol("chat"), Subprotocol("superchat")],
)
REQUEST_OF_WEBSOCKETS.key = GOOD_KEY
OFFERING = Handshake(fields=list(REQUEST_OF_WEBSOCKETS.connect().headers.raw_items()))


def websockets_takes(raw: bytes) -> bool:
    """Whether a client of `websockets` that sent OFFERING opens the connection on this answer."""
    client = ClientProtocol(
        REQUEST_OF_WEBSOCKETS.uri,
        extensions=REQUEST_OF_WEBSOCKETS.available_extensions,
        subprotocols=REQUEST_OF_WEBSOCKETS.available_subprotocols,
    )
    client.key = GOOD_KEY
    client.connect()
    client.receive_data(raw)
    return client.state is State.OPEN


def in_lines(response: HandshakeResponse, name: str) -> list[str]:
    return response.fields.get_all(name)


def _one_deflate(response: HandshakeResponse) -> bool:
    """Whether the extensions are none, or permessage-deflate once with parameters that it has."""
    offers = list_elements(in_lines(response, "sec-websocket-extensions"))
    known = (
        r"permessage-deflate(\s*;\s*(server|client)_(no_context_takeover|max_window_bits\s*=\s*\"?([89]|1[0-5])\"?))*"
    )
    return len(offers) <= 1 and all(re.fullmatch(known, offer) for offer in offers)


ResponsePredicate = Callable[[HandshakeResponse], bool]
CLIENT_LENIENT: Mapping[str, tuple[str, ResponsePredicate]] = {
    "response-upgrade": (
        "Upgrade is a list of one element, empty ones left aside",
        lambda response: [item.lower() for item in list_elements(in_lines(response, "upgrade"))] == ["websocket"],
    ),
    "subprotocol-single": (
        "the subprotocol is a list of one element, empty ones left aside",
        lambda response: len(list_elements(in_lines(response, "sec-websocket-protocol"))) == 1,
    ),
}
CLIENT_STRICT: Mapping[str, ResponsePredicate] = {
    "every connection option is a token": lambda response: (
        not all(TOKEN.fullmatch(option) for option in list_elements(in_lines(response, "connection")))
    ),
    "an empty line of a list is an error": lambda response: any(
        not list_elements([value]) for value in in_lines(response, "connection")
    ),
    "permessage-deflate comes once, with parameters that it has": lambda response: not _one_deflate(response),
    "a control byte in any value is an error": lambda response: any(
        re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value) for _, value in response.fields.raw
    ),
}


@given(responses(accept_value(GOOD_KEY), accept_value(OTHER_KEY)))
@settings(max_examples=800)
def test_answers_are_read_alike(answer: tuple[int, Lines]) -> None:
    raw = head(f"HTTP/1.1 {answer[0]} Reason", answer[1])
    taken = websockets_takes(raw)
    try:
        response = parse_response(raw)
    except ValueError:
        assert not taken, "no head to us, and an answer to them"
        return
    assert unexplained_answer(response, taken) is None


def unexplained_answer(response: HandshakeResponse, taken: bool) -> str | None:
    """Why our reading of an answer and that of `websockets` cannot stand side by side; None where they can."""
    broken = {violation.requirement.id for violation in verify(OFFERING, response)}
    if not taken:
        return None if broken or any(there(response) for there in CLIENT_STRICT.values()) else "only websockets refuses"
    missing = sorted(name for name in broken if name not in CLIENT_LENIENT or not CLIENT_LENIENT[name][1](response))
    return f"only we refuse: {', '.join(missing)}" if missing else None


RIGHT: Mapping[str, list[str]] = {
    "Upgrade": ["websocket"],
    "Connection": ["Upgrade"],
    "Sec-WebSocket-Accept": [accept_value(GOOD_KEY)],
}
CLIENT_EXAMPLES: Mapping[str, Mapping[str, list[str]]] = {
    "response-upgrade": {"Upgrade": ["websocket,"]},
    "subprotocol-single": {"Sec-WebSocket-Protocol": ["chat,"]},
    "every connection option is a token": {"Connection": ["a b, Upgrade"]},
    "an empty line of a list is an error": {"Connection": ["Upgrade", ""]},
    "permessage-deflate comes once, with parameters that it has": {
        "Sec-WebSocket-Extensions": ["permessage-deflate; unheard-of"]
    },
    "a control byte in any value is an error": {"X-Other": ["\x01"]},
}


@pytest.mark.parametrize("reason", [*CLIENT_LENIENT, *CLIENT_STRICT])
def test_every_reason_of_the_client_is_one(reason: str) -> None:
    fields = {**RIGHT, **CLIENT_EXAMPLES[reason]}
    raw = head("HTTP/1.1 101 Reason", [(name, value) for name, lines in fields.items() for value in lines])
    broken = {violation.requirement.id for violation in verify(OFFERING, parse_response(raw))}
    assert (websockets_takes(raw), broken) == ((True, {reason}) if reason in CLIENT_LENIENT else (False, set()))
