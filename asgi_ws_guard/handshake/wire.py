"""Heads of HTTP/1.1 messages (RFC 9112 §2 to §5): read to values, with a cap, and written.

Only what the grammar of a head asks is refused here. A field value goes on as it came, so that `validate`
can name what is wrong with it: a bare CR or LF and a folded line end up inside the value as control bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .fields import OWS, TCHAR, Fields, shown
from .lazy_pattern import LazyPattern
from .masking import MASK, is_secret, masked_address, masked_lines
from .request import Handshake
from .response import HandshakeResponse

MAX_HEAD = 64 * 1024

# request-line = method SP request-target SP HTTP-version                     RFC 9112 §3
# HTTP-version = "HTTP" "/" DIGIT "." DIGIT. "HTTP/2" is how tools print a head that was binary on the wire.
_REQUEST_LINE = LazyPattern(rf"({TCHAR}+) ([!-~\x80-\xff]+) HTTP/(\d(?:\.\d)?)".encode("latin-1"))

# status-line = HTTP-version SP status-code SP [ reason-phrase ]              RFC 9112 §4
# The last SP may be missing: servers drop it with an empty reason, and RFC 9112 lets clients ignore both.
_STATUS_LINE = LazyPattern(rb"HTTP/(\d(?:\.\d)?) (\d{3})(?: [^\r\n\x00]*)?")

# field-line = field-name ":" OWS field-value OWS                             RFC 9112 §5
_FIELD_LINE = LazyPattern(rf"({TCHAR}+):(.*)".encode(), re.DOTALL)


def parse_request(head: bytes) -> Handshake:
    """The handshake in a request head. What follows the empty line is not read. ValueError where it is no head."""
    start, fields = _split(head, "request")
    line = _REQUEST_LINE.fullmatch(start)
    if not line:
        raise ValueError(f"no request line: {_shown(start)}; wanted METHOD SP TARGET SP HTTP/1.1")
    method, target, version = (part.decode("latin-1") for part in line.groups())
    return Handshake(method, target, version, fields)


def parse_response(head: bytes) -> HandshakeResponse:
    """The head of an answer. What follows the empty line is not read. ValueError where it is no head."""
    start, fields = _split(head, "response")
    line = _STATUS_LINE.fullmatch(start)
    if not line:
        raise ValueError(f"no status line: {_shown(start)}; wanted HTTP/1.1 SP STATUS SP REASON")
    return HandshakeResponse(int(line[2]), fields, line[1].decode("ascii"))


def write_head(start: bytes, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The head of a start line and fields, up to its empty line. The bytes are written as they are."""
    return join_head(start, [b"%b: %b" % field for field in fields])


def join_head(start: bytes, lines: Iterable[bytes]) -> bytes:
    """The same of whole field lines, for who hands lines on as they came."""
    return b"\r\n".join([start, *lines, b"", b""])


def _split(head: bytes, kind: str) -> tuple[bytes, Fields]:
    """The start line and the field lines. A missing empty line at the end is forgiven: the head was cut there."""
    head = bytes(head).split(b"\r\n\r\n", 1)[0].removesuffix(b"\r\n")
    if len(head) > MAX_HEAD:
        raise ValueError(f"a {kind} head of {len(head)} bytes; at most {MAX_HEAD} are read")
    start, *lines = head.split(b"\r\n")
    pairs: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and pairs:  # obs-fold, RFC 9112 §5.2: kept, and so refused by its CR and LF
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + b"\r\n" + line)
        elif match := _FIELD_LINE.fullmatch(line):
            pairs.append((match[1], match[2].strip(b" \t")))
        else:
            raise ValueError(f"no field line: {_shown(line)}; wanted NAME: VALUE")
    return start, Fields(pairs)


def _shown(line: bytes) -> str:
    """A line that is not what it should have been, in a message. A cookie may lack its colon, or be folded."""
    text = line[:4096].decode("latin-1")
    word = text.strip(OWS).split(":")[0].split(" ")[0]
    if is_secret(word) or line[:1] in (b" ", b"\t"):
        return shown(f"{word if ':' in text else ''} {MASK}".strip(), 80)
    return shown(masked_lines(masked_address(text)), 80)
