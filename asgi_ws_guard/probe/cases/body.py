"""What follows the head before the answer: a body that was announced, or frames that came too early."""

from __future__ import annotations

from ..case import EITHER, NOT_UPGRADED, SHOULD_OPEN, SHOULD_REFUSE, Case, Expect
from ..checks import body_not_framed, early_ping_kept
from ..frames import PING, PONG
from .base import VALID, maker

_case = maker("body")

_BODY = (
    "a body is announced, and the connection is upgraded before it was read: its bytes are the next protocol's first"
)
_FRAMED = "the body is left in the buffer and read as frames: what HTTP takes for a body becomes a message"
_LENGTH = "a Content-Length that is none is let through: RFC 9112 §6.3 tells a server to answer 400 and close"
_EARLY = "what came in the segment of the head is thrown away: hand the rest of the buffer on to the frame reader"
_NOTE = "RFC 6455 forbids no body in so many words, and HTTP gives a GET's none a meaning: 101 is lenient."
_FRAMING = Expect(("4xx", "501"), ("2xx", "3xx"), "RFC 9112 §6.3: the length is beyond repair, the answer is a 400.")
_FRAMES = PING  # 11 bytes


def _announced(name: str, title: str, *lines: bytes, body: bytes = b"hello") -> Case:
    request = VALID.add(*lines).but(after=body)
    return _case(f"body-{name}", "no-body", title, request, SHOULD_REFUSE, mistake=_BODY, note=_NOTE)


def _length(name: str, title: str, *lines: bytes) -> Case:
    request = VALID.add(*lines).but(after=b"hello")
    return _case(f"body-{name}", "no-body", title, request, _FRAMING, mistake=_LENGTH)


CASES: tuple[Case, ...] = (
    _case(
        "body-length-0",
        "no-body",
        "Content-Length: 0, which announces none",
        VALID.add(b"Content-Length: 0"),
        SHOULD_OPEN,
        mistake="any Content-Length is refused: 0 announces no body, and some clients send it",
    ),
    _announced("length-5", "a body of five bytes", b"Content-Length: 5"),
    _announced("chunked", "a chunked body", b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
    _announced("chunked-empty", "a chunked body without content", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    _case(
        "body-as-frames",
        "no-body",
        "a body that is a ping frame",
        VALID.add(b"Content-Length: %d" % len(_FRAMES)).but(after=_FRAMES),
        SHOULD_REFUSE,
        mistake=_FRAMED,
        note=f"{_NOTE} A pong says that the body was read as frames, which RFC 9112 §6 forbids: that violates.",
        checks=(body_not_framed,),
        linger=0.4,
        until=PONG,
    ),
    _announced(
        "length-and-chunked",
        "Content-Length and Transfer-Encoding",
        b"Content-Length: 5",
        b"Transfer-Encoding: chunked",
        body=b"0\r\n\r\n",
    ),
    _case(
        "body-unknown-coding",
        "no-body",
        "a transfer coding that nobody knows",
        VALID.add(b"Transfer-Encoding: probe").but(after=b"0\r\n\r\n"),
        NOT_UPGRADED,
        mistake="an unknown transfer coding is passed over: the end of the body cannot be known (RFC 9112 §6.3)",
    ),
    _length("length-letters", "Content-Length: five", b"Content-Length: five"),
    _length("length-negative", "Content-Length: -5", b"Content-Length: -5"),
    _length("length-plus", "Content-Length: +5", b"Content-Length: +5"),
    _length("length-differs", "two Content-Lengths that differ", b"Content-Length: 5", b"Content-Length: 6"),
    _case(
        "body-expect",
        "fields-ignored",
        "Expect: 100-continue, without a body",
        VALID.add(b"Expect: 100-continue"),
        EITHER,
        note="RFC 9110 §10.1.1 ties it to a body; 101, 417 and a 100 before either are all in order.",
    ),
    _case(
        "early-ping",
        "early-data",
        "a ping frame in the segment of the head",
        VALID.but(after=PING),
        EITHER,
        mistake=_EARLY,
        note="The client broke its MUST, so a refusal conforms; a 101 that loses the frame is lenient.",
        checks=(early_ping_kept,),
        linger=0.7,
        until=PONG,
    ),
    _case(
        "early-half-frame",
        "early-data",
        "half a ping in the segment of the head, the rest after the answer",
        VALID.but(after=PING[:6]),
        EITHER,
        mistake=_EARLY,
        note="As for the whole frame; here what is lost leaves the rest to be misread.",
        checks=(early_ping_kept,),
        linger=0.7,
        then=PING[6:],
        until=PONG,
    ),
)
