"""Host: there, once, a host with an optional port (RFC 9112 §3.2)."""

from __future__ import annotations

from ..case import EITHER, Case, Expect
from .base import HOST, VALID, maker

_case = maker("host")

_BAD_HOST = Expect(
    ("400",),
    ("2xx", "3xx", "4xx"),
    "RFC 9112 §3.2: a server MUST answer 400. Another refusal is lenient; 101 violates.",
)
_MISSING = "a missing Host is not noticed: an HTTP/1.1 request has one, and 400 answers one that has not"
_ONCE = "one of two Hosts is taken, or both are joined: the proxy in front may have routed by the other"
_SYNTAX = "what stands in Host is not read as host[:port]: URLs and cache keys built from it can be poisoned"


def _refused(name: str, title: str, *values: str | bytes, mistake: str = _SYNTAX) -> Case:
    return _case(f"host-{name}", "host-once", title, VALID.put(HOST, *values), _BAD_HOST, mistake=mistake)


def _either(name: str, title: str, value: str, note: str) -> Case:
    return _case(f"host-{name}", "host-once", title, VALID.put(HOST, value), EITHER, note=note)


CASES: tuple[Case, ...] = (
    _refused("missing", "no Host", mistake=_MISSING),
    _refused("twice", "two different Hosts", "{host}", "other.example", mistake=_ONCE),
    _refused("twice-same", "the same Host on two lines", "{host}", "{host}", mistake=_ONCE),
    _refused("list", "two hosts on one line", "{host}, other.example", mistake=_ONCE),
    _refused("userinfo", "a user before the host", "user@{host}"),
    _refused("path", "a path behind the host", "{host}/probe"),
    _refused("query", "a query behind the host", "{host}?probe"),
    _refused("url", "a URL", "http://{host}"),
    _refused("space", "a space inside", "other example"),
    _refused("port-letters", "a port of letters", "other.example:http"),
    _refused("port-twice", "two ports", "other.example:80:80"),
    _refused("bracket", "a bracket that is not closed", "[::1"),
    _refused("ipv6", "brackets round what is no IPv6 address", "[::1::2]"),
    _case("host-nul", "field-content", "a NUL in Host", VALID.put(HOST, b"{host}\x00"), _BAD_HOST, mistake=_SYNTAX),
    _either("empty", "an empty Host", "", "RFC 9112 §3.2 lets a target without authority have one."),
    _either("other", "a host that is surely not this one", "other.example", "Which hosts are served is policy (421)."),
    _either("upper-case", "a host in upper case", "OTHER.EXAMPLE", "Which hosts are served is policy."),
    _either("dot", "a host with a dot at the end", "other.example.", "The root's dot is part of the grammar."),
    _either("ipv6-good", "an IPv6 address", "[::1]", "Which hosts are served is policy."),
)
