"""Pasted text to the heads in it, each line with its number: raw bytes, curl -v, the panels of browsers' tools.

What is pasted has lost its CR LFs, got prefixes and headings, and may be half of the story: all that is forgiven here
and nothing of a head's own syntax, so that what is wrong in it can be named.
"""

from __future__ import annotations

import re
import textwrap

from ..handshake.fields import OWS, TCHAR
from .paste import REQUEST_LINE, STATUS_LINE, Head, Line, Paste

_FIELD = re.compile(rf"(:?{TCHAR}+)[ \t]*:(.*)", re.DOTALL)
_CURL_NOISE = re.compile(r"[*{}](?: .*)?|\s*%? ?[Tt]otal .*|[ -]*-:--:--.*")
_PANEL = re.compile(r"(?:general|(request|response) headers?(?: \(.*\))?|(?:view|raw|hide).*)", re.IGNORECASE)


def decode(data: bytes) -> str:
    """Pasted bytes as text in which each character up to 0xFF is a byte; BOM and literal \\r\\n escapes undone."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n")
    literal = re.fullmatch(r"""\s*b?(['"])(.*)\1\s*""", text, re.DOTALL)
    if literal and "\\r\\n" in text:
        text = literal[2]
    if "\n" not in text.strip("\n") and "\\r\\n" in text:
        text = re.sub(r"\\x([0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), text)
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t")
    return text


def read_heads(text: str) -> Paste:
    """The heads in `text`; an empty Paste where there are none."""
    if any(re.match(r"[<>] ", line) for line in text.split("\n")):
        return _read_curl(text)
    return _read_plain(list(enumerate(textwrap.dedent(text).split("\n"), 1)))


def _read_curl(text: str) -> Paste:
    """curl -v: what it sent stands behind >, what came behind <, its own remarks behind *."""
    lines = list(enumerate(text.split("\n"), 1))
    sent = [(number, line[2:] if line[1:2] == " " else line[1:]) for number, line in lines if line.startswith(">")]
    came = [(number, line[2:] if line[1:2] == " " else line[1:]) for number, line in lines if line.startswith("<")]
    rest = [line for _, line in lines if line[:1] not in ("<", ">") and not _CURL_NOISE.fullmatch(line)]
    paste = Paste(body="\n".join(rest).strip())
    paste.request = _read_plain(sent).request
    paste.response = _read_plain(came).response
    return paste


def _read_plain(lines: list[tuple[int, str]]) -> Paste:
    paste, head, general = Paste(), None, Head("request")
    body: list[str] = []
    waiting: Line | None = None
    for number, line in lines:
        bare = line.strip()
        panel = _PANEL.fullmatch(bare)
        if started := _start(number, bare):
            head = _put(paste, started)
        elif panel:
            head = _put(paste, Head(panel[1].lower(), number)) if panel[1] else general
        elif waiting and bare and not _FIELD.fullmatch(line):
            waiting.value = bare
        elif not bare:
            head = None if head is not general else head
        elif head is None and paste.response is not None and paste.response.start:
            body.append(line)
        elif head is None:
            head = _put(paste, Head("", number))
            _add(head, number, line)
        else:
            _add(head, number, line)
        waiting = head.lines[-1] if head and head.lines and head.lines[-1].value == "" and bare.endswith(":") else None
    paste.body = "\n".join(body)
    _from_panel(paste, general)
    return _sorted_out(paste)


def _start(number: int, line: str) -> Head | None:
    if REQUEST_LINE.fullmatch(line):
        return Head("request", number, line)
    return Head("response", number, line) if STATUS_LINE.fullmatch(line) else None


def _put(paste: Paste, head: Head) -> Head:
    """`head` in its place. An interim or redirecting answer gives way to the next; a request does not."""
    if head.kind == "response":
        paste.response = head
    elif paste.request is None or not (paste.request.start or paste.request.lines):
        paste.request = head
    elif head.kind == "":
        return paste.request
    return head


def _add(head: Head, number: int, line: str) -> None:
    if line[:1] in (" ", "\t") and head.lines:
        head.lines[-1].value += f"\r\n{line}"
    elif match := _FIELD.fullmatch(line):
        head.lines.append(Line(number, match[1], match[2].strip(OWS)))
    else:
        head.broken.append((number, line))


def _from_panel(paste: Paste, general: Head) -> None:
    """Start lines from what browsers list under General: Request URL, Request Method, Status Code."""
    facts = {line.name.lower(): (line.number, line.value) for line in _spread(general, paste)}
    if "request-method" in facts and paste.request is not None and not paste.request.start:
        number, url = facts.get("request-url", (0, "/"))
        path = re.sub(r"^\w+://[^/]*", "", url) or "/"
        paste.request.number, paste.request.start = number, f"{facts['request-method'][1]} {path} HTTP/1.1"
    if "status-code" in facts:
        number, status = facts["status-code"]
        paste.response = paste.response or Head("response")
        if not paste.response.start:
            paste.response.number, paste.response.start = number, f"HTTP/1.1 {status.lstrip('● ')}"


def _spread(general: Head, paste: Paste) -> list[Line]:
    """The lines of General, wherever the paste has them; their names have spaces, which no field's name has."""
    found: list[Line] = []
    heads = [general, *(head for head in (paste.request, paste.response) if head)]
    for head in heads:
        for number, line in list(head.broken):
            if match := re.fullmatch(
                r"(Request URL|Request Method|Status Code|Remote Address|Referrer Policy):\s*(.*)", line
            ):
                found.append(Line(number, match[1].replace(" ", "-"), match[2]))
                head.broken.remove((number, line))
    return found


def _sorted_out(paste: Paste) -> Paste:
    """A block of fields without a start line goes where its fields belong; one without any field is none."""
    head = paste.request
    if head is not None and head.kind == "":
        is_response = bool(head.values("sec-websocket-accept")) and not head.values("sec-websocket-key")
        head.kind = "response" if is_response else "request"
        if is_response:
            paste.request, paste.response = None, paste.response or head
    if paste.request is not None and not paste.request.start and not paste.request.lines:
        paste.request = None
    return paste
