"""Sec-WebSocket-Version: there, once, exactly 13 (RFC 6455 §4.2.1 item 6, §4.4, §11.3.5)."""

from __future__ import annotations

from ..case import OPENS, REFUSED, Case, Expect
from .base import KEY, VALID, VERSION, maker

_case = maker("version")

_EXACT = "the version is not compared with 13, or compared as a number: 13 is the one value, two digits"
_PRESENCE = "a missing version counts as 13: refuse with 400, and name 13"
_ONCE = "one of several versions is taken: a proxy may have looked at the other; refuse with 400"

_DRAFT = Expect(
    ("4xx",),
    ("101", "2xx", "3xx"),
    "RFC 6455 §4.4 lets a server speak other versions besides 13, and this draft has the same frames: 101 is lenient.",
)


def _refused(
    name: str, title: str, *values: str | bytes, requirement: str = "version-13", mistake: str = _EXACT
) -> Case:
    return _case(f"version-{name}", requirement, title, VALID.put(VERSION, *values), REFUSED, mistake=mistake)


def _draft(version: str, title: str) -> Case:
    return _case(f"version-{version}", "version-13", title, VALID.put(VERSION, version), _DRAFT, mistake=_EXACT)


CASES: tuple[Case, ...] = (
    _refused("missing", "no version", requirement="version-present", mistake=_PRESENCE),
    _refused("empty", "an empty version", "", mistake=_PRESENCE),
    _refused("0", "version 0", "0"),
    _draft("7", "version 7, a draft"),
    _draft("8", "version 8, a draft that clients once spoke"),
    _refused("12", "version 12, reserved", "12"),
    _refused("14", "version 14", "14"),
    _refused("25", "version 25, the example of RFC 6455 §4.4", "25"),
    _refused("255", "version 255, the largest", "255"),
    _refused("256", "version 256, beyond the largest", "256"),
    _refused("269", "version 269, which is 13 in eight bits", "269"),
    _refused("leading-zero", "013", "013"),
    _refused("decimal", "13.0", "13.0"),
    _refused("plus", "+13", "+13"),
    _refused("minus", "-13", "-13"),
    _refused("underscore", "1_3, an integer to Python", "1_3"),
    _refused("hex", "0xd", "0xd"),
    _refused("suffix", "13abc, 13 to a lenient atoi", "13abc"),
    _refused("prefix", "x13", "x13"),
    _refused("inner-space", "1 3", "1 3"),
    _refused("quoted", '"13" in quotes', '"13"'),
    _refused("list-same", "13, 13 on one line", "13, 13"),
    _refused("list-13-first", "13, 8 on one line", "13, 8"),
    _refused("list-13-last", "8, 13 on one line", "8, 13"),
    _refused("twice-same", "13 on two lines", "13", "13", requirement="version-once", mistake=_ONCE),
    _refused("twice-13-first", "13, then 8 on a second line", "13", "8", requirement="version-once", mistake=_ONCE),
    _refused("twice-13-last", "8, then 13 on a second line", "8", "13", requirement="version-once", mistake=_ONCE),
    _refused("nul", "a NUL behind 13", b"13\x00", requirement="field-content"),
    _refused("fullwidth", "full-width digits in UTF-8", b"\xef\xbc\x91\xef\xbc\x93", requirement="field-content"),
    _case(
        "version-draft-76",
        "version-present",
        "the handshake of draft 76: two keys, eight bytes behind the head",
        VALID.put(VERSION)
        .put(KEY)
        .but(after=b"^n:ds[4U")
        .add(b"Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", b"Sec-WebSocket-Key2: 12998 5 Y3 1  .P00"),
        REFUSED,
        mistake="the draft of 2010 is still spoken, which proves nothing about the client: speak RFC 6455 only",
    ),
    _case("version-ows", "version-13", "space and tab round 13", VALID.put(VERSION, "\t 13 \t"), OPENS),
    _case(
        "version-no-space",
        "version-13",
        "no space after the colon",
        VALID.but(lines=tuple(line.replace(b"Version: ", b"Version:") for line in VALID.lines)),
        OPENS,
    ),
)
