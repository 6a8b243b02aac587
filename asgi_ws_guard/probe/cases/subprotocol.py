"""Sec-WebSocket-Protocol: tokens, no offer twice; one of them chosen, or none (RFC 6455 §4.1 item 10, §4.2.2)."""

from __future__ import annotations

from ..case import EITHER, REFUSED, SHOULD_REFUSE, Case, Expect
from ..checks import holds
from .base import PROTOCOL, VALID, maker

_case = maker("subprotocol")

_CHOICE = "a subprotocol is sent that this client did not offer: choose among the offers, or send no field"
_SINGLE = "more than one subprotocol is sent back: one token on one line"
_TOKEN = "the offers are not read as tokens: an ABNF violation MUST be refused (RFC 6455 §4.2.1)"
_NEGOTIATES = Expect(
    ("101", "4xx"), ("2xx", "3xx"), "The server may choose one offer, none, or refuse what it cannot speak."
)
_CHOSEN = (holds("subprotocol-offered"),)


def _offers(name: str, title: str, *values: str) -> Case:
    request = VALID.put(PROTOCOL, *values)
    return _case(f"subprotocol-{name}", "subprotocol-offered", title, request, _NEGOTIATES, _CHOICE, checks=_CHOSEN)


def _refused(name: str, title: str, *values: str | bytes, requirement: str = "subprotocol-token") -> Case:
    return _case(f"subprotocol-{name}", requirement, title, VALID.put(PROTOCOL, *values), REFUSED, _TOKEN)


CASES: tuple[Case, ...] = (
    _case("subprotocol-none", "subprotocol-offered", "no offer", VALID.put(PROTOCOL), EITHER, _CHOICE, checks=_CHOSEN),
    _offers("unknown", "an offer that nobody knows", "{offers}x-probe-1"),
    _offers("two", "two offers on one line", "{offers}x-probe-1, x-probe-2"),
    _offers("two-lines", "two offers on two lines", "{offers}x-probe-1", "x-probe-2"),
    _offers("empty-elements", "empty elements between the offers", "{offers}x-probe-1,, x-probe-2,"),
    _offers(
        "names", "names that servers know, as offers", "{offers}graphql-ws, graphql-transport-ws, mqtt, wamp.2.json"
    ),
    _offers("case", "the same names in upper case, which are others", "{offers}GRAPHQL-WS, MQTT, CHAT"),
    _offers("fifty", "fifty offers", "{offers}" + ", ".join(f"x-probe-{number}" for number in range(50))),
    _case(
        "subprotocol-single",
        "subprotocol-single",
        "several offers, of which one is chosen at most",
        VALID.put(PROTOCOL, "{offers}chat, superchat"),
        _NEGOTIATES,
        _SINGLE,
        checks=(holds("subprotocol-single"),),
    ),
    _refused("empty", "an empty field", ""),
    _refused("commas", "a list of nothing", ", ,"),
    _refused("space", "an offer with a space inside", "x probe"),
    _refused("slash", "an offer with a slash", "x/probe"),
    _refused("at", "an offer with an @", "x@probe"),
    _refused("quoted", "an offer in quotes", '"x-probe"'),
    _refused("semicolon", "an offer with a parameter", "x-probe; v=1"),
    _refused("bad-among-good", "one offer of three is no token", "x-probe-1, x probe 2, x-probe-3"),
    _refused("0xe9", "the byte 0xE9 in an offer", b"x-prob\xe9", requirement="field-content"),
    _refused("nul", "a NUL in an offer", b"x-probe\x00", requirement="field-content"),
    _case(
        "subprotocol-twice",
        "subprotocol-unique",
        "the same offer twice on one line",
        VALID.put(PROTOCOL, "{offers}x-probe-1, x-probe-1"),
        SHOULD_REFUSE,
        "offers are not compared with each other: each is unique in a valid handshake",
        note="The MUST of §4.1 is the client's, and §4.2.1 does not repeat it: 101 is lenient.",
    ),
    _case(
        "subprotocol-twice-lines",
        "subprotocol-unique",
        "the same offer on two lines",
        VALID.put(PROTOCOL, "{offers}x-probe-1", "x-probe-1"),
        SHOULD_REFUSE,
        "offers are not compared with each other: each is unique in a valid handshake",
        note="As on one line.",
    ),
)
