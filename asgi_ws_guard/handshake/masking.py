"""Credentials struck out of what is printed: people put what they are given into logs, reports and bug trackers.

A field whose name promises a secret keeps the name and loses the value; an address keeps its path and loses the query.
What is read here is a peer's, of any length: each pattern takes time in proportion to its text.
"""

from __future__ import annotations

import re
from itertools import takewhile

from .lazy_pattern import LazyPattern

MASK = "***"
PIECE = 12  # characters of a secret that are struck out where no more of it stands: messages cut what they quote

# Subprotocols are among them: where a browser lets a page set no field, that is where its token goes. Not among them
# are :authority, and the challenges of WWW-Authenticate and Proxy-Authenticate.
_SECRET = LazyPattern(
    r"cookie|auth(?!ority|enticate)|token|secret|api-?key|passw|session|credential|signature|jwt"
    r"|sec-websocket-protocol",
    re.IGNORECASE,
)

# Where a field line may begin for somebody's parser: behind a bare CR, a NUL, and whitespace before and after the name.
_NAME = LazyPattern(r"(?:^|[\x00-\x08\x0a-\x1f\x7f-\xff])[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:")
# A value with the lines that are folded into it, and with what stands behind a bare CR.
_VALUE = LazyPattern(r"(?:[^\r\n]|\r(?!\n)|\r?\n[ \t])*")
_USER = LazyPattern(r"(^|://)[^\s/?#@]*@")


def is_secret(name: str) -> bool:
    """Whether the value of a field of that name is nobody else's business."""
    return _SECRET.search(name) is not None


def masked_value(name: str, value: str) -> str:
    """The value of the field `name` as it may be printed: *** for a secret, else without the secrets within."""
    return MASK if is_secret(name) else masked_lines(masked_address(value))


def masked_address(text: str) -> str:
    """`text` without the query and the password, where it is an address; else as it is."""
    before, mark, query = text.partition("?")
    if query and "/" in before:
        text = before + mark + MASK
    return _USER.compiled.sub(rf"\1{MASK}@", text)


def masked_lines(text: str, *, spared: str = "") -> str:
    """A head, or a piece of one, with the values of its secret fields struck out, malformed lines included.

    `spared` is the name, in lower case, of a field that is left as it is.
    """
    kept, done = "", 0
    for match in _NAME.compiled.finditer(text):
        if match.start() < done or not is_secret(match[1]) or match[1].lower() == spared:
            continue
        value = _VALUE.compiled.match(text, match.end())
        if value and value[0].strip():
            kept, done = f"{kept}{text[done : match.end()]} {MASK}", value.end()
    return kept + text[done:]


def without(secret: str, text: str) -> str:
    """`text` with each occurrence of `secret` struck out, whole or from its beginning on."""
    kept, done = "", 0
    while (place := text.find(secret[:PIECE], done)) >= 0 and secret:
        pairs = zip(secret, text[place : place + len(secret)], strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        kept, done = f"{kept}{text[done:place]}{MASK}", place + alike
    return kept + text[done:]
