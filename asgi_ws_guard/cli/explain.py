"""explain [FILE]: says of a pasted handshake what is wrong on which line and why, and of an error what it means."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import wrap

from ..diagnosis.accept import diagnose, misshapen_accept
from ..diagnosis.copied import FETCH, read_copied
from ..diagnosis.heads import REQUEST_LINE, STATUS_LINE, Head, Paste, decode, read_heads
from ..diagnosis.messages import explain_message
from ..handshake.fields import escaped
from ..handshake.request import Handshake
from ..handshake.requirements import Violation
from ..handshake.response import HandshakeResponse
from ..handshake.validation import validate
from ..handshake.verification import verify
from .base import CommandError, Subparsers, command, read, write

_EPILOG = (
    "takes curl -v, a browser's copied request (headers, as cURL, as fetch), raw heads, or one line of a browser's\n"
    "console, of a client's error or of a server's log\n"
    "exit codes: 0 it is right, or the line is explained; 1 something is wrong; 2 not understood"
)

# Which field a requirement is about; those that are about the start line have "".
_FIELD_OF = {
    "host": "host",
    "upgrade": "upgrade",
    "connection": "connection",
    "key": "sec-websocket-key",
    "version": "sec-websocket-version",
    "origin": "origin",
    "subprotocol": "sec-websocket-protocol",
    "extension": "sec-websocket-extensions",
    "extensions": "sec-websocket-extensions",
    "accept": "sec-websocket-accept",
    "response-upgrade": "upgrade",
    "response-connection": "connection",
}
_NAMES = ["Host", "Upgrade", "Connection", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
_NAMES += ["Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept"]
_NEEDS_REQUEST = ("accept-value", "subprotocol-offered", "extension-offered")


def add_parser(subparsers: Subparsers) -> None:
    """explain."""
    parser = command(
        subparsers, "explain", "say what is wrong with a pasted handshake, or what an error means", _run, _EPILOG
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="what to read; standard input without it")


def _run(args: argparse.Namespace) -> int:
    if args.file == "-" and sys.stdin.isatty():
        print("Paste the handshake or the error, then end the input (Ctrl-D):", file=sys.stderr)
    lines = explain(read(args.file))
    write("\n".join(lines))
    return int(any(line.startswith(_WRONG) for line in lines))


_WRONG = "wrong: "


def explain(data: bytes) -> list[str]:
    """The lines of the explanation; the last says whether it is right. CommandError where `data` is none of it all."""
    text = decode(data)
    if not text.strip():
        raise CommandError("nothing to explain: paste a handshake, or the line of an error")
    try:
        paste = read_copied(text) or read_heads(text)
    except ValueError as error:
        raise CommandError(str(error)) from None
    parts = _paste(paste) if _is_http(paste) else _message(text)
    return [escaped(line, None, letters=True) for part in parts for line in _wrapped(part)]


def _is_http(paste: Paste) -> bool:
    """Whether there is a head: a start line, or fields of a handshake; a line of an error may have a colon as well."""
    heads = [head for head in (paste.request, paste.response) if head is not None]
    known = {name.lower() for name in _NAMES}
    return any(head.start or any(line.name.lower() in known for line in head.lines) for head in heads)


def _message(text: str) -> tuple[str, ...]:
    for line in text.strip().splitlines()[::-1]:  # of a traceback the last line says most
        if found := explain_message(line):
            seen = escaped(line.strip(), 200, letters=True)
            return (f"{found.source}: {seen}", f"means: {found.meaning}", f"do: {found.cure}")
    first = escaped(text.strip().splitlines()[0], 80, letters=True)
    raise CommandError(f'not understood: "{first}" is neither a head of HTTP nor an error that is known here')


def _paste(paste: Paste) -> Iterator[str]:
    handshake = _handshake(paste.request)
    faults, flagged = _faults(paste, handshake)
    yield from (f"note: {remark}" for remark in (*paste.remarks, *flagged))
    for head in (paste.request, paste.response):
        if head is not None:
            start = escaped(head.start, 100, letters=True) or "(without its first line)"
            yield f"{head.kind}: {start}, {len(head.lines)} fields"
    if reason := paste.request and _not_meant(paste.request, handshake, FETCH in paste.remarks):
        yield f"{_WRONG}{reason}"
    else:
        yield from faults
        yield _verdict(paste, handshake, bool(faults))


def _faults(paste: Paste, handshake: Handshake) -> tuple[list[str], list[str]]:
    """What is wrong, with its lines, and what is only worth a remark."""
    faults: list[str] = []
    flagged: list[str] = []
    if paste.request is not None:
        faults += _broken(paste.request)
        for found in validate(handshake):
            (flagged if found.requirement.flagged else faults).append(_place(paste.request, found))
    if paste.response is not None:
        response = _response(paste.response)
        faults += _broken(paste.response)
        if paste.request is None:
            faults += _alone(paste.response, response)
        else:
            faults += [_place(paste.response, found) for found in verify(handshake, response)]
    return faults, flagged


def _verdict(paste: Paste, handshake: Handshake, faulty: bool) -> str:
    """The last words: why it failed, or that it is right."""
    if not faulty and paste.response is None:
        return f"right: a valid opening handshake; its 101 has Sec-WebSocket-Accept: {handshake.expected_accept}"
    if not faulty and paste.request is None:
        return "right as far as it can be seen: paste the request too, and the accept value is checked against its key"
    if not faulty:
        return "right: the answer opens the WebSocket, and its accept value is the key's"
    if paste.response is None:
        return f"{_WRONG}a server refuses this request, or should"
    found = diagnose(handshake, _response(paste.response), _bytes(paste.body)) if paste.request else None
    return f"{_WRONG}{found.text if found else 'a client fails this answer'}"


def _not_meant(request: Head, handshake: Handshake, fetched: bool) -> str | None:
    """Why this request is no opening handshake at all, where it is of a well-known kind."""
    mode = [value.lower() for value in request.values("sec-fetch-mode")]
    if fetched:
        return "a script sent this, and what it set of the handshake's fields was dropped"
    if handshake.extended_connect and handshake.method == "GET":
        return "over HTTP/2 there is no Upgrade: the request went out without it (curl: add --http1.1)"
    if mode and mode != ["websocket"]:
        return f"Sec-Fetch-Mode: {mode[0]} says that a script or a navigation sent this: {FETCH}"
    return None


def _handshake(head: Head | None) -> Handshake:
    if head is None:
        return Handshake()
    fields = [(line.name, _bytes(line.value)) for line in head.lines if not line.name.startswith(":")]
    pseudo = {line.name: line.value for line in head.lines if line.name.startswith(":")}
    if start := REQUEST_LINE.fullmatch(head.start):
        return Handshake(start[1], start[2], start[3], fields)
    if pseudo:
        return Handshake(pseudo.get(":method"), pseudo.get(":path", "/"), "2", fields)
    return Handshake(None, "/", "1.1", fields)


def _response(head: Head) -> HandshakeResponse:
    start = STATUS_LINE.fullmatch(head.start)
    fields = [(line.name, _bytes(line.value)) for line in head.lines]
    return HandshakeResponse(int(start[2]), fields, start[1]) if start else HandshakeResponse(101, fields)


def _alone(head: Head, response: HandshakeResponse) -> list[str]:
    """What can be said of an answer without its request."""
    known = [found for found in verify(Handshake(), response) if found.requirement.id not in _NEEDS_REQUEST]
    faults = [_place(head, found) for found in known]
    accepts = response.fields.get_all("sec-websocket-accept")
    if response.status == 101 and len(accepts) == 1 and (found := misshapen_accept(accepts[0])):
        faults.append(f"{_line(head, 'sec-websocket-accept')}accept-value: {found.text}")
    return faults


def _broken(head: Head) -> list[str]:
    """Lines that are no field lines, and fields whose names are nearly right."""
    faults = [
        f'line {number}: "{escaped(line, 64, letters=True)}" is no field line, wanted Name: value'
        + ("; a line break inside the value above?" if ":" not in line else "")
        for number, line in head.broken
    ]
    for line in head.lines:
        near = get_close_matches(line.name.lower(), [name.lower() for name in _NAMES], 1, 0.85)
        if near and near[0] != line.name.lower() and not head.values(near[0]):
            wanted = next(name for name in _NAMES if name.lower() == near[0])
            faults.append(f"line {line.number}: the field is named {escaped(line.name, 64)}; is {wanted} meant?")
    return faults


def _place(head: Head, found: Violation) -> str:
    """A violation with the line on which it stands."""
    requirement = found.requirement
    name = _FIELD_OF.get(requirement.id) or _FIELD_OF.get(requirement.id.split("-")[0], "")
    if requirement.id == "field-content":
        name = found.detail.split(" ", 1)[0].lower()
    if requirement.id == "no-body":
        name = "transfer-encoding" if head.values("transfer-encoding") else "content-length"
    where = _line(head, name) if name else (f"line {head.number}: " if head.start else "")
    return f"{where}{requirement.id}: {found.detail} ({requirement.section})"


def _line(head: Head, name: str) -> str:
    """The line of the last field of that name: where there are two, it is the second that is too many."""
    numbers = [line.number for line in head.lines if line.name.lower() == name]
    if not numbers:
        return "missing: "
    return f"line {numbers[-1]}: " if numbers[-1] else ""


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def _wrapped(text: str) -> list[str]:
    return wrap(text, 110, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
