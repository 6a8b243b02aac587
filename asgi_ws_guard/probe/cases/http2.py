"""Extended CONNECT (RFC 8441), for servers that speak HTTP/2: no key, no Upgrade, and the version as ever."""

from __future__ import annotations

from ..case import Case, Expect
from ..checks import holds
from ..checks_refusal import had_better_no_accept, names_13, no_connection_fields
from ..request import Request
from .base import PROTOCOL, VERSION, maker

_case = maker("http2")

# The lines are header fields, not text on the wire; `probe.http2` sends them as such.
CONNECT = Request(
    method=b"",
    target=b"",
    version=b"",
    lines=(
        b":method: CONNECT",
        b":protocol: websocket",
        b":scheme: {scheme}",
        b":path: {path}",
        b":authority: {host}",
        b"sec-websocket-version: 13",
    ),
)

_OPENS = Expect(("2xx",), (), "This is a valid extended CONNECT (RFC 8441 §5): it opens with a 2xx.")
_REFUSED = Expect(("4xx", "501", "reset"), ("3xx",), "Refused by a status, or by a reset of the stream.")
_ANY = Expect(("2xx", "3xx", "4xx", "5xx", "reset"), (), "Judged here is the answer's form, not its status.")
_NO_KEY = "a key, Upgrade or Connection is wanted over HTTP/2, where there is none (RFC 8441 §5)"
_FIELDS = "HTTP/1.1's fields are sent over HTTP/2: strict clients take the whole answer for malformed"
_MALFORMED = "malformed requests are let through: RFC 9113 §8.1.1 makes them a stream error"
_VERSION = "the version is not looked at over HTTP/2, where it means the same"


def _without(name: str) -> Request:
    return CONNECT.but(lines=tuple(line for line in CONNECT.lines if not line.startswith(f":{name}:".encode())))


CASES: tuple[Case, ...] = (
    _case("h2-valid", "connect-protocol", "a valid extended CONNECT", CONNECT, _OPENS, _NO_KEY),
    _case(
        "h2-key",
        "connect-accept",
        "a key, which plays no part",
        CONNECT.add(b"sec-websocket-key: hello"),
        Expect(("2xx",), ("4xx", "reset"), "RFC 8441 §5: the key is not processed; refusing a stray one is lenient."),
        _NO_KEY,
    ),
    _case(
        "h2-no-accept",
        "connect-accept",
        "no accept value in the answer",
        CONNECT,
        _ANY,
        "an accept value is computed where no key was sent",
        "Clients pass it over, so it is lenient.",
        checks=(had_better_no_accept,),
    ),
    _case(
        "h2-fields-accepted",
        "connect-fields",
        "no connection-specific field in the 2xx",
        CONNECT,
        _ANY,
        _FIELDS,
        checks=(no_connection_fields,),
    ),
    _case(
        "h2-fields-refused",
        "connect-fields",
        "no connection-specific field in a refusal",
        CONNECT.put(VERSION, "8"),
        _ANY,
        _FIELDS,
        checks=(no_connection_fields,),
    ),
    _case("h2-version-missing", "version-present", "no version", CONNECT.put(VERSION), _REFUSED, _VERSION),
    _case("h2-version-8", "version-13", "version 8", CONNECT.put(VERSION, "8"), _REFUSED, _VERSION),
    _case(
        "h2-version-named",
        "refusal-version",
        "the refusal of version 8 names 13",
        CONNECT.put(VERSION, "8"),
        _ANY,
        "versions are refused without naming the spoken one",
        checks=(names_13,),
    ),
    _case(
        "h2-subprotocol",
        "subprotocol-offered",
        "a subprotocol is chosen from the offers, or none",
        CONNECT.put(PROTOCOL, "{offers}x-probe-1, x-probe-2"),
        Expect(("2xx", "4xx"), (), "The server may choose one offer, none, or refuse what it cannot speak."),
        "a subprotocol is sent that this client did not offer",
        checks=(holds("subprotocol-offered", "subprotocol-single"),),
    ),
    _case(
        "h2-protocol-unknown",
        "connect-protocol",
        ":protocol that nobody knows",
        CONNECT.put(":protocol", "probe"),
        _REFUSED,
        ":protocol is not looked at, so whatever was asked for becomes a WebSocket (RFC 9220 §3: 501)",
    ),
    _case(
        "h2-protocol-missing",
        "connect-protocol",
        "CONNECT without :protocol, which asks for a tunnel",
        CONNECT.but(lines=(b":method: CONNECT", b":authority: {host}", b"sec-websocket-version: 13")),
        _REFUSED,
        "a plain CONNECT is taken for a WebSocket",
    ),
    _case("h2-path-missing", "connect-pseudo", "no :path", _without("path"), _REFUSED, _MALFORMED),
    _case("h2-scheme-missing", "connect-pseudo", "no :scheme", _without("scheme"), _REFUSED, _MALFORMED),
    _case(
        "h2-connection",
        "connect-fields",
        "a Connection field in the request",
        CONNECT.add(b"connection: upgrade"),
        _REFUSED,
        _MALFORMED,
    ),
    _case(
        "h2-upgrade",
        "connect-fields",
        "an Upgrade field in the request",
        CONNECT.add(b"upgrade: websocket"),
        _REFUSED,
        _MALFORMED,
    ),
)
