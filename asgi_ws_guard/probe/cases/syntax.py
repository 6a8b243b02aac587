"""The lines of the head below their meaning: ends, colons, blanks, and the bytes that only some parsers split at."""

from __future__ import annotations

from ..case import EITHER, NOT_UPGRADED, OPENS, REFUSED, SHOULD_REFUSE, Case, Expect
from .base import KEY, VALID, maker

_case = maker("syntax")

_SPLIT = "a byte that is no line end ends a line here: split at CR LF alone (Python: never str.splitlines)"
_COLON = "whitespace before the colon is let through: RFC 9112 §5.1 tells a server to answer 400"
_NAME = "the field name is not read as a token: proxies that read it differently can be used to smuggle fields"
_UNDERSCORE = "underscores count as hyphens, as in CGI variables: a proxy lets such a field pass unseen"
_CONTROL = "control bytes in field values are let through: RFC 9110 §5.5"
_SHOULD = "RFC 9112 has no MUST for a server here, so a 101 is lenient."
_SMUGGLED = Expect(
    ("4xx",),
    ("2xx", "3xx"),
    "The key stands inside another field's value, so there is none: 101 means it was split off.",
)


def _hidden(name: str, title: str, byte: bytes) -> Case:
    """A handshake whose only key stands behind `byte` in the value of another field."""
    request = VALID.put(KEY).add(b"X-Probe: 1" + byte + b"Sec-WebSocket-Key: {key}")
    return _case(f"split-{name}", "field-line", f"a key hidden behind {title}", request, _SMUGGLED, _SPLIT)


def _line(name: str, title: str, line: bytes, mistake: str = _NAME) -> Case:
    return _case(f"line-{name}", "field-line", title, VALID.add(line), SHOULD_REFUSE, mistake, _SHOULD)


CASES: tuple[Case, ...] = (
    _hidden("cr", "a bare CR", b"\r"),
    _hidden("vt", "a vertical tab, 0x0B", b"\x0b"),
    _hidden("ff", "a form feed, 0x0C", b"\x0c"),
    _hidden("fs", "a file separator, 0x1C", b"\x1c"),
    _hidden("gs", "a group separator, 0x1D", b"\x1d"),
    _hidden("rs", "a record separator, 0x1E", b"\x1e"),
    _hidden("nel", "the byte 0x85", b"\x85"),
    _hidden("nul", "a NUL", b"\x00"),
    _case(
        "split-underscore",
        "field-line",
        "a key whose name has underscores for hyphens",
        VALID.put(KEY).add(b"Sec_WebSocket_Key: {key}"),
        _SMUGGLED,
        _UNDERSCORE,
    ),
    _case(
        "line-lf-only",
        "field-line",
        "lines that end in LF alone",
        VALID.but(newline=b"\n"),
        EITHER,
        note="RFC 9112 §2.2 lets a recipient take a single LF for a line end.",
    ),
    _case(
        "line-space-before-colon",
        "field-line",
        "a space before a colon",
        VALID.add(b"X-Probe : 1"),
        REFUSED,
        _COLON,
        "RFC 9112 §5.1 has the MUST.",
    ),
    _case(
        "line-space-before-key-colon",
        "field-line",
        "a space before the colon of the key",
        VALID.put(KEY).add(b"Sec-WebSocket-Key : {key}"),
        REFUSED,
        _COLON,
    ),
    _line("no-colon", "a line without a colon", b"X-Probe"),
    _line("no-name", "a line that starts with the colon", b": 1"),
    _line("name-space", "a space inside a field name", b"X Probe: 1"),
    _line("name-at", "an @ in a field name", b"X@Probe: 1"),
    _line("name-nul", "a NUL in a field name", b"X\x00Probe: 1"),
    _line("name-0xff", "the byte 0xFF in a field name", b"X\xffProbe: 1"),
    _case(
        "line-first-indented",
        "field-line",
        "a blank line start before the first field",
        VALID.but(lines=(b" X-Probe: 1", *VALID.lines)),
        EITHER,
        note="RFC 9112 §2.2: refuse it, or skip such lines.",
    ),
    _case(
        "line-fold",
        "field-line",
        "an unknown field folded over two lines",
        VALID.add(b"X-Probe: 1,\r\n 2"),
        EITHER,
        note="RFC 9112 §5.2: refuse obs-fold with a 400, or put spaces in its place.",
    ),
    _case(
        "line-fold-key",
        "key-base64",
        "a key folded in the middle",
        VALID.put(KEY, b"AAECAwQFBgc\r\n ICQoLDA0ODw=="),
        REFUSED,
        "the fold is taken out and the key put together: RFC 9112 §5.2 puts spaces in its place, which no key has",
    ),
    _case(
        "value-nul",
        "field-content",
        "a NUL in an unknown field",
        VALID.add(b"X-Probe: 1\x002"),
        SHOULD_REFUSE,
        _CONTROL,
        "RFC 9110 §5.5 also allows to put a space in its place, which cannot be seen from outside: 101 is lenient.",
    ),
    _case(
        "value-bel",
        "field-content",
        "the control byte 0x07 in an unknown field",
        VALID.add(b"X-Probe: 1\x072"),
        SHOULD_REFUSE,
        _CONTROL,
        "RFC 9110 §5.5 lets a recipient keep it where it does no harm: 101 is lenient.",
    ),
    _case(
        "value-tab",
        "field-content",
        "a tab in an unknown field",
        VALID.add(b"X-Probe: 1\t2"),
        OPENS,
        "a tab is refused: it is OWS",
    ),
    _case(
        "value-empty",
        "fields-ignored",
        "an unknown field that is empty",
        VALID.add(b"X-Probe:"),
        OPENS,
        "an empty value is refused",
    ),
    _case("value-utf-8", "fields-ignored", "UTF-8 in an unknown field", VALID.add("X-Probe: \u00e9".encode()), EITHER),
    _case(
        "value-twice",
        "fields-ignored",
        "an unknown field on two lines",
        VALID.add(b"X-Probe: 1", b"X-Probe: 2"),
        OPENS,
        "repeated fields are refused that nobody knows",
    ),
    _case(
        "syntax-upgrade-hidden",
        "field-line",
        "Upgrade hidden behind a vertical tab",
        VALID.put("Upgrade").add(b"X-Probe: 1\x0bUpgrade: websocket"),
        NOT_UPGRADED,
        _SPLIT,
    ),
)
