"""Says of pasted text what it is: a handshake, right or wrong and why, or the line of an error and what it means.

Where the heads of a paste are found is in `heads` and `copied`, what is wrong in them in `faults`, why a handshake
failed in `failure`, and what errors mean in `messages`. Here they are put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from ..handshake.fields import escaped
from .copied import FETCH, read_copied
from .failure import diagnose
from .faults import FIELDS, faults_of
from .heads import decode, read_heads
from .messages import explain_message
from .paste import Head, Paste, as_bytes, handshake_of, response_of

# "means" is said of an error, the others of a handshake; without its request an answer is right as far as can be seen.
Verdict: TypeAlias = Literal["right", "right as far as it can be seen", "wrong", "means"]


class Explanation(NamedTuple):
    """What a paste turned out to be. The texts quote what was pasted: they are to be escaped where they are shown.

    remarks   what is worth knowing and is no fault
    found     what the paste is: its heads, or the line of an error behind who says it
    faults    what is wrong, with its line where it has one; empty where the reason says all
    verdict   what it comes to
    reason    why: the likely cause, what makes it right, or what the error means
    cure      what to do about an error; "" for a handshake, whose reason says it
    """

    remarks: tuple[str, ...]
    found: tuple[str, ...]
    faults: tuple[str, ...]
    verdict: Verdict
    reason: str
    cure: str = ""

    @property
    def parts(self) -> Iterator[str]:
        """All of it in words, in the order in which it is told."""
        yield from (f"note: {remark}" for remark in self.remarks)
        yield from self.found
        yield from self.faults
        yield f"{self.verdict}: {self.reason}"
        if self.cure:
            yield f"do: {self.cure}"


def explain(data: bytes) -> Explanation:
    """What `data`, as it was pasted, is. ValueError, in one line, where it is neither a handshake nor a known error."""
    text = decode(data)
    if not text.strip():
        raise ValueError("nothing to explain: paste a handshake, or the line of an error")
    paste = read_copied(text) or read_heads(text)
    return _of_paste(paste) if _is_http(paste) else _of_message(text)


def _is_http(paste: Paste) -> bool:
    """Whether there is a head: a start line, or fields of a handshake; a line of an error may have a colon as well."""
    heads = [head for head in (paste.request, paste.response) if head is not None]
    return any(head.start or any(line.name.lower() in FIELDS for line in head.lines) for head in heads)


def _of_message(text: str) -> Explanation:
    for line in text.strip().splitlines()[::-1]:  # of a traceback the last line says most
        if known := explain_message(line):
            found = f"{known.source}: {escaped(line.strip(), 200, letters=True)}"
            return Explanation((), (found,), (), "means", known.meaning, known.cure)
    first = escaped(text.strip().splitlines()[0], 80, letters=True)
    raise ValueError(f'not understood: "{first}" is neither a head of HTTP nor an error that is known here')


def _of_paste(paste: Paste) -> Explanation:
    faults, flagged = faults_of(paste)
    remarks = (*paste.remarks, *flagged)
    found = tuple(_told(head) for head in (paste.request, paste.response) if head is not None)
    if paste.request and (reason := _not_meant(paste.request, FETCH in paste.remarks)):
        return Explanation(remarks, found, (), "wrong", reason)
    if faults:
        return Explanation(remarks, found, tuple(faults), "wrong", _cause(paste))
    return Explanation(remarks, found, (), *_praise(paste))


def _told(head: Head) -> str:
    start = escaped(head.start, 100, letters=True) or "(without its first line)"
    return f"{head.kind}: {start}, {len(head.lines)} fields"


def _praise(paste: Paste) -> tuple[Verdict, str]:
    """What makes it right."""
    if paste.response is None:
        accept = handshake_of(paste.request).expected_accept
        return "right", f"a valid opening handshake; its 101 has Sec-WebSocket-Accept: {accept}"
    if paste.request is None:
        seen: Verdict = "right as far as it can be seen"
        return seen, "paste the request too, and the accept value is checked against its key"
    return "right", "the answer opens the WebSocket, and its accept value is the key's"


def _cause(paste: Paste) -> str:
    """Why a handshake with faults fails."""
    if paste.response is None:
        return "a server refuses this request, or should"
    if paste.request is not None:
        found = diagnose(handshake_of(paste.request), response_of(paste.response), as_bytes(paste.body))
        if found:
            return found.text
    return "a client fails this answer"


def _not_meant(request: Head, fetched: bool) -> str | None:
    """Why this request is no opening handshake at all, where it is of a well-known kind."""
    handshake = handshake_of(request)
    mode = [value.lower() for value in request.values("sec-fetch-mode")]
    if fetched:
        return "a script sent this, and what it set of the handshake's fields was dropped"
    if handshake.extended_connect and handshake.method == "GET":
        return "over HTTP/2 there is no Upgrade: the request went out without it (curl: add --http1.1)"
    if mode and mode != ["websocket"]:
        return f"Sec-Fetch-Mode: {mode[0]} says that a script or a navigation sent this: {FETCH}"
    return None
