"""Sec-WebSocket-Extensions: well-formed offers; chosen is only what was offered (RFC 6455 §9.1, RFC 7692)."""

from __future__ import annotations

from ..case import OPENS, REFUSED, Case, Expect
from ..checks import holds
from ..deflate import declined, parameters_honoured
from .base import EXTENSIONS, VALID, maker

_case = maker("extension")

_SYNTAX = "malformed offers are passed over: RFC 6455 §9.1 says that the recipient MUST fail the connection"
_CHOICE = "an extension is sent back that was not offered: browsers fail the connection"
_ONCE = "the chosen extensions stand on several lines: one line in a response (RFC 6455 §11.3.2)"
_DECLINE = "an offer is accepted that cannot be honoured: RFC 7692 §7.1 says to decline it, and to open without it"
_HONOUR = "the accepted offer's parameters are not answered as RFC 7692 §7.1 asks"
_CHOSEN = (holds("extension-offered"),)
_WITHOUT = Expect(("101",), ("4xx",), "The offer is declined: the handshake opens without it. A refusal is lenient.")


def _offers(name: str, title: str, *values: str) -> Case:
    request = VALID.put(EXTENSIONS, *values)
    return _case(f"extension-{name}", "extension-offered", title, request, OPENS, _CHOICE, checks=_CHOSEN)


def _deflate(name: str, title: str, parameters: str) -> Case:
    request = VALID.put(EXTENSIONS, f"permessage-deflate{parameters}")
    checks = (parameters_honoured,)
    return _case(f"deflate-{name}", "extension-parameters", title, request, OPENS, _HONOUR, checks=checks)


def _declined(name: str, title: str, parameters: str) -> Case:
    request = VALID.put(EXTENSIONS, f"permessage-deflate; {parameters}")
    return _case(f"deflate-{name}", "extension-parameters", title, request, _WITHOUT, _DECLINE, checks=(declined,))


def _refused(name: str, title: str, *values: str | bytes, requirement: str = "extension-syntax") -> Case:
    return _case(f"extension-{name}", requirement, title, VALID.put(EXTENSIONS, *values), REFUSED, _SYNTAX)


CASES: tuple[Case, ...] = (
    _case(
        "extension-none",
        "extension-offered",
        "no offer",
        VALID.put(EXTENSIONS),
        OPENS,
        _CHOICE,
        checks=_CHOSEN,
    ),
    _offers("unknown", "an offer that nobody knows", "x-probe"),
    _offers("unknown-parameters", "an unknown offer with parameters", 'x-probe; a; b=1; c="d"'),
    _offers("unknown-first", "an unknown offer before permessage-deflate", "x-probe, permessage-deflate"),
    _offers("two-lines", "two offers on two lines", "x-probe", "permessage-deflate"),
    _offers("empty-elements", "empty elements between the offers", ",, x-probe,"),
    _offers("hundred", "a hundred unknown offers", ", ".join(f"x-probe-{number}" for number in range(100))),
    _case(
        "extension-once",
        "extensions-once",
        "several offers, of which the chosen stand on one line",
        VALID.put(EXTENSIONS, "permessage-deflate, x-webkit-deflate-frame, permessage-bzip2"),
        OPENS,
        _ONCE,
        checks=(holds("extensions-once"),),
    ),
    _deflate("plain", "permessage-deflate alone", ""),
    _deflate("client-bits", "client_max_window_bits without a value", "; client_max_window_bits"),
    _deflate("server-bits", "server_max_window_bits=10", "; server_max_window_bits=10"),
    _deflate("server-bits-quoted", "a parameter's value in quotes", '; server_max_window_bits="10"'),
    _deflate("no-takeover", "server_no_context_takeover", "; server_no_context_takeover"),
    _deflate("client-no-takeover", "client_no_context_takeover", "; client_no_context_takeover"),
    _declined("unknown-parameter", "a parameter that RFC 7692 does not know", "x_probe=1"),
    _declined("parameter-twice", "the same parameter twice", "server_no_context_takeover; server_no_context_takeover"),
    _declined("bits-7", "server_max_window_bits=7, below the least", "server_max_window_bits=7"),
    _declined("bits-16", "server_max_window_bits=16, above the most", "server_max_window_bits=16"),
    _declined("bits-zero", "server_max_window_bits=08, with a leading zero", "server_max_window_bits=08"),
    _declined("bits-none", "server_max_window_bits without its value", "server_max_window_bits"),
    _declined("takeover-value", "a value where none belongs", "server_no_context_takeover=1"),
    _refused("empty", "an empty field", ""),
    _refused("commas", "a list of nothing", ", ,"),
    _refused("semicolon", "a semicolon with nothing behind it", "x-probe;"),
    _refused("no-name", "a parameter without an extension", "; a=1"),
    _refused("bare-equals", "a value without a name", "x-probe; =1"),
    _refused("no-value", "an equals sign with nothing behind it", "x-probe; a="),
    _refused("equals", "a value where no parameter is", "x-probe=1"),
    _refused("space", "a space inside the name", "x probe"),
    _refused("open-quote", "a quote that is not closed", 'x-probe; a="b'),
    _refused("quoted-space", "a quoted value that is no token", 'x-probe; a="b c"'),
    _refused("0xe9", "the byte 0xE9 in an offer", b"x-prob\xe9", requirement="field-content"),
    _refused("nul", "a NUL in an offer", b"x-probe\x00", requirement="field-content"),
)
