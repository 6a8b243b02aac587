"""Origin: at most once, an origin; which ones may connect is the server's policy (RFC 6454 §7, RFC 6455 §10.2)."""

from __future__ import annotations

from ..case import EITHER, REFUSED, SHOULD_REFUSE, Case, Expect
from .base import ORIGIN, VALID, maker

_case = maker("origin")

_ONCE = "one of two Origins is taken: a check on it can be walked round; refuse with 400"
_SYNTAX = "what stands in Origin is not read as an origin: an allow-list that compares parts of it can be fooled"
_OWN = Expect(("101",), ("4xx",), "The server's own origin. A policy that refuses it exists, so a refusal is lenient.")
_FOREIGN = Expect(("101", "403"), ("2xx", "3xx", "4xx"), "Who may connect is policy; RFC 6455 §10.2: SHOULD be a 403.")
_NOTE = "RFC 6455 does not tell a server to read Origin, so a 101 is lenient."


def _policy(name: str, title: str, *values: str) -> Case:
    request = VALID.put(ORIGIN, *values)
    return _case(
        f"origin-{name}", "origin-syntax", title, request, _FOREIGN, "the refusal of an origin SHOULD be a 403"
    )


def _doubtful(name: str, title: str, *values: str | bytes, requirement: str = "origin-syntax") -> Case:
    mistake = _ONCE if requirement == "origin-once" else _SYNTAX
    return _case(f"origin-{name}", requirement, title, VALID.put(ORIGIN, *values), SHOULD_REFUSE, mistake, _NOTE)


CASES: tuple[Case, ...] = (
    _case("origin-same", "origin-syntax", "the server's own origin", VALID.put(ORIGIN, "{origin}"), _OWN),
    _case("origin-none", "origin-syntax", "no Origin, as clients that are no browsers", VALID.put(ORIGIN), EITHER),
    _policy("foreign", "the origin of another site", "https://other.example"),
    _policy("null", "the origin null, of sandboxed frames and files", "null"),
    _policy("file", "the origin file://, of old web views", "file://"),
    _policy("extension", "the origin of a browser extension", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
    _policy("ipv6", "an IPv6 origin", "http://[::1]:8080"),
    _doubtful("twice", "two Origins", "{origin}", "https://other.example", requirement="origin-once"),
    _doubtful("twice-same", "the same Origin on two lines", "{origin}", "{origin}", requirement="origin-once"),
    _doubtful("list", "two origins on one line", "{origin} https://other.example"),
    _doubtful("no-scheme", "a host without a scheme", "other.example"),
    _doubtful("path", "an origin with a path", "https://other.example/path"),
    _doubtful("userinfo", "an origin with a user", "https://user@other.example"),
    _doubtful("port", "an origin whose port is no number", "https://other.example:https"),
    _doubtful("junk", "what is no origin at all", "<script>"),
    _doubtful("empty", "an empty Origin", ""),
    _case(
        "origin-nul",
        "field-content",
        "a NUL in Origin",
        VALID.put(ORIGIN, b"https://other.example\x00"),
        REFUSED,
        "a NUL in a field value is let through: RFC 9110 §5.5 says to refuse it or to put a space in its place",
    ),
)
