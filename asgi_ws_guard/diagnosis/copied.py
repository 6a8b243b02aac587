"""Requests as browsers copy them: as cURL (bash and cmd), as fetch, as PowerShell. Each to the head it would send."""

from __future__ import annotations

import json
import re
import shlex
from urllib.parse import urlsplit

from .paste import Head, Line, Paste

_WITH_VALUE = re.compile(r"-[AbcdeFHKmorTuUwxXYz]|--(?!http|compressed|insecure|verbose|include|no-buffer|silent|location|get|head|globoff)[a-z-]+")  # fmt: skip  # noqa: E501
FETCH = (
    "fetch() and XMLHttpRequest cannot open a WebSocket: a browser lets no script set Sec-WebSocket-Key, Upgrade or "
    "Connection, and drops them without a word; new WebSocket(url) sends all of them by itself"
)
_HTTP2 = "over https curl speaks HTTP/2, where Upgrade has no meaning and is left out: add --http1.1"
_WS_CURL = "for a ws:// URL curl (from 8.11) sends Upgrade, Connection, the key and the version by itself"


def read_copied(text: str) -> Paste | None:
    """The request in `text`, None where it is no command. ValueError, in one line, where it is a broken one."""
    bare = text.strip().lstrip("$ ")
    if re.match(r"curl(\.exe)?\s", bare):
        return _read_curl(bare)
    if re.match(r"(await\s+)?fetch\s*\(", bare):
        return _read_fetch(bare)
    if "Invoke-WebRequest" in bare or "Invoke-RestMethod" in bare:
        return _read_powershell(bare)
    return None


def _read_curl(text: str) -> Paste:
    if re.search(r"\^\s*\n|\^\"", text):  # cmd: ^ escapes, and continues the line
        text = re.sub(r"\^\s*\n", " ", text)
        text = re.sub(r"\^(.)", r"\1", text)
    numbered = {line.strip(): number for number, line in enumerate(text.split("\n"), 1)}
    try:
        words = shlex.split(re.sub(r"\\\s*\n", " ", text).replace("$'", "'"))[1:]
    except ValueError:
        raise ValueError("the curl command breaks off: a quote is not closed") from None
    head, url, method, version = Head("request"), "", "", "1.1"
    while words:
        word = words.pop(0)
        value = words.pop(0) if _WITH_VALUE.fullmatch(word) and words else ""
        if word in ("-H", "--header"):
            name, _, content = value.partition(":")
            number = next((number for line, number in numbered.items() if value in line), 1)
            head.lines.append(Line(number, name.strip(), content.strip()))
        elif word in ("-X", "--request"):
            method = value
        elif word.startswith(("-d", "--data", "-F", "--form", "--json")):
            method = method or "POST"
        elif word in ("-0", "--http1.0"):
            version = "1.0"
        elif word in ("-I", "--head"):
            method = method or "HEAD"
        elif word in ("-b", "--cookie", "-A", "--user-agent", "-e", "--referer"):
            head.lines.append(Line(0, {"b": "Cookie", "A": "User-Agent"}.get(word.lstrip("-")[0], "Referer"), value))
        elif word == "--url" or not word.startswith("-"):
            url = value or word
    one = re.search(r"--http1\.[01]|-0\b", text)
    return _paste(head, url, method or "GET", version, [] if one or not url.startswith("https") else [_HTTP2])


def _read_fetch(text: str) -> Paste:
    call = re.match(r"(?:await\s+)?fetch\s*\(\s*(['\"`])(.*?)\1\s*(?:,\s*(\{.*\}))?\s*\)?;?", text, re.DOTALL)
    if not call:
        raise ValueError('the fetch call breaks off: wanted fetch("URL", {...})')
    head = Head("request")
    headers = re.search(r"headers[\"']?\s*:\s*(\{.*?\})", call[3] or "", re.DOTALL)
    for name, value in _pairs(headers[1] if headers else ""):
        number = next((n for n, line in enumerate(text.split("\n"), 1) if name in line), 1)
        head.lines.append(Line(number, name, value))
    method = re.search(r"method[\"']?\s*:\s*[\"'](\w+)", call[3] or "")
    return _paste(head, call[2], method[1] if method else "GET", "1.1", [FETCH])


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return [(str(name), str(value)) for name, value in json.loads(text or "{}").items()]
    except ValueError:  # written by hand: names bare, single quotes, a comma at the end
        found = re.findall(r"[\"']?([\w-]+)[\"']?\s*:\s*(['\"`])(.*?)\2", text)
        return [(name, value) for name, _, value in found]


def _read_powershell(text: str) -> Paste:
    url = re.search(r"-Uri\s+[\"']?([^\"'\s`]+)", text)
    method = re.search(r"-Method\s+[\"']?(\w+)", text)
    head = Head("request")
    for name, value in re.findall(r"^\s*\"([\w-]+)\"\s*=\s*\"(.*?)\"\s*;?\s*$", text, re.MULTILINE):
        number = next((n for n, line in enumerate(text.split("\n"), 1) if f'"{name}"' in line), 1)
        head.lines.append(Line(number, name, value.replace('`"', '"')))
    return _paste(head, url[1] if url else "/", method[1] if method else "GET", "1.1", [])


def _paste(head: Head, url: str, method: str, version: str, remarks: list[str]) -> Paste:
    """With the request line and the Host that the tool makes of the URL."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    head.number, head.start = (
        1,
        f"{method} {parts.path or '/'}{f'?{parts.query}' if parts.query else ''} HTTP/{version}",
    )
    if not head.values("host") and parts.netloc:
        head.lines.insert(0, Line(0, "Host", parts.netloc.rpartition("@")[2]))
    if parts.scheme in ("ws", "wss") and not head.values("upgrade"):
        remarks = [*remarks, _WS_CURL]
        added = (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"))
        head.lines += [Line(0, name, value) for name, value in added if not head.values(name.lower())]
        if not head.values("sec-websocket-key"):
            head.lines.append(Line(0, "Sec-WebSocket-Key", "AAECAwQFBgcICQoLDA0ODw=="))
    return Paste(request=head, remarks=remarks)
