"""How the server refuses: with the fields that the status asks for, and so that nothing is left to smuggle through."""

from __future__ import annotations

from ..case import Case, Expect
from ..checks_refusal import (
    allow_with_405,
    announced_close,
    body_as_announced,
    had_better_name_13,
    names_13,
    no_accept,
    no_second_answer,
    upgrade_with_426,
)
from ..request import Request
from .base import KEY, UPGRADE, VALID, VERSION, maker

_case = maker("refusal")

# What is refused is judged elsewhere: here only how, so each status may be, and a 101 leaves nothing to look at.
_ANY = Expect(("101", "2xx", "3xx", "4xx", "5xx"), (), "Judged here is the answer's form, not its status.")
_VERSION = (
    "versions are refused without naming the spoken one: send Sec-WebSocket-Version: 13 along (RFC 6455 §4.4 MUST)"
)
_FIELDS_426 = "a 426 without Upgrade and Connection: upgrade tells the client nothing to upgrade to"
_CLOSE = (
    "the connection stays open after a refused upgrade: a proxy that takes the upgrade for done lets a client reach "
    "the HTTP parser behind it; close it"
)
_SERVED = (
    "requests behind a refused upgrade are served: that is how they are smuggled past a proxy; close the connection"
)
_ACCEPT = "the refusal carries a Sec-WebSocket-Accept, which says yes: compute it only for a 101"
_FRAMED = "the refusal's Content-Length does not fit its body: the next answer on the connection is misread"
_NOTE = "An announced close that does not come breaks a MUST; none announced and none made is lenient."

_BAD_KEY = VALID.put(KEY, "hello")
_NO_KEY = VALID.put(KEY)
_BAD_VERSION = VALID.put(VERSION, "8")
_NO_VERSION = VALID.put(VERSION)
_POST = VALID.but(method=b"POST")
_SECOND = b"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Probe: second\r\n\r\n"


def _version(value: str) -> Case:
    request = VALID.put(VERSION, value)
    title = f"the refusal of version {value} names 13"
    return _case(f"refusal-version-{value}", "refusal-version", title, request, _ANY, _VERSION, checks=(names_13,))


def _closes(name: str, title: str, request: Request) -> Case:
    title, checks = f"{title}: the connection ends", (announced_close,)
    return _case(f"closes-{name}", "refusal-closes", title, request, _ANY, _CLOSE, _NOTE, checks=checks, linger=1.0)


def _alone(name: str, title: str, request: Request) -> Case:
    title, checks = f"{title}, and a second request behind it: not served", (no_second_answer,)
    both = request.but(after=_SECOND)
    return _case(f"alone-{name}", "refusal-pipelining", title, both, _ANY, _SERVED, _NOTE, checks=checks, linger=0.7)


CASES: tuple[Case, ...] = (
    _version("8"),
    _version("14"),
    _version("255"),
    _case(
        "refusal-version-missing",
        "refusal-version",
        "the refusal of a missing version names 13",
        _NO_VERSION,
        _ANY,
        _VERSION,
        "§4.4 speaks of a version that does not match; where there is none, its absence is lenient.",
        checks=(had_better_name_13,),
    ),
    _case(
        "refusal-426-version",
        "refusal-upgrade",
        "a wrong version: a 426 has its fields",
        _BAD_VERSION,
        _ANY,
        _FIELDS_426,
        checks=(upgrade_with_426,),
    ),
    _case(
        "refusal-426-upgrade",
        "refusal-upgrade",
        "no Upgrade: a 426 has its fields",
        VALID.put(UPGRADE),
        _ANY,
        _FIELDS_426,
        checks=(upgrade_with_426,),
    ),
    _case(
        "refusal-405-allow",
        "refusal-allow",
        "POST: a 405 has Allow",
        _POST,
        _ANY,
        "a 405 without Allow: RFC 9110 §15.5.6 has a MUST",
        checks=(allow_with_405,),
    ),
    _case(
        "refusal-no-accept-key",
        "refusal-accept",
        "a bad key: no accept value in the refusal",
        _BAD_KEY,
        _ANY,
        _ACCEPT,
        checks=(no_accept,),
    ),
    _case(
        "refusal-no-accept-version",
        "refusal-accept",
        "a wrong version: no accept value in the refusal",
        _BAD_VERSION,
        _ANY,
        _ACCEPT,
        checks=(no_accept,),
    ),
    _case(
        "refusal-framed-key",
        "refusal-framed",
        "a bad key: the refusal's body is as long as announced",
        _BAD_KEY,
        _ANY,
        _FRAMED,
        checks=(body_as_announced,),
        linger=0.3,
    ),
    _case(
        "refusal-framed-version",
        "refusal-framed",
        "a wrong version: the refusal's body is as long as announced",
        _BAD_VERSION,
        _ANY,
        _FRAMED,
        checks=(body_as_announced,),
        linger=0.3,
    ),
    _closes("bad-key", "a bad key", _BAD_KEY),
    _closes("no-key", "no key", _NO_KEY),
    _closes("bad-version", "a wrong version", _BAD_VERSION),
    _closes("no-version", "no version", _NO_VERSION),
    _closes("post", "a POST", _POST),
    _alone("bad-key", "a bad key", _BAD_KEY),
    _alone("bad-version", "a wrong version", _BAD_VERSION),
    _alone("no-version", "no version", _NO_VERSION),
    _alone("post", "a POST", _POST),
    _case(
        "alone-after-101",
        "refusal-pipelining",
        "a second request behind a valid handshake: not served as HTTP",
        VALID.but(after=_SECOND),
        _ANY,
        "after the 101 the connection is WebSocket's: an HTTP request on it is a protocol error",
        "After a 101 every second HTTP answer violates RFC 9110 §7.8.",
        checks=(no_second_answer,),
        linger=0.7,
    ),
)
