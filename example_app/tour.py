"""The tour: good and broken handshakes against a running server, each answer checked and told.

Every function returns what was wrong, as sentences; nothing wrong is an empty list.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from socket import create_connection
from textwrap import fill
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from asgi_ws_guard import configure_logging, generate_key

from .case import Case, lines, request_head
from .cases import CASES, GOOD
from .firing import check_101, exchange, read_answer

Address = tuple[str, int]
SECONDS = 5.0


def tour(address: Address) -> list[str]:
    """All of it, printed on the way."""
    wrong = good_handshake(address)
    for heading, cases in chapters():
        title(heading)
        for case in cases:
            wrong += show(address, case)
    return wrong


def chapters() -> Iterator[tuple[str, list[Case]]]:
    """The cases, by who answers them. Those that nobody can judge are left to the page."""
    answered = {by: [case for case in CASES.values() if case.answered_by == by] for by in ("guard", "server")}
    yield "More that are let in", [case for case in answered["guard"] if case.group == GOOD]
    yield (
        "Refused by the guard: the application hears nothing of these",
        [case for case in answered["guard"] if case.group != GOOD],
    )
    yield "Refused by the server itself, before it asks any application", answered["server"]


def good_handshake(address: Address) -> list[str]:
    """One by the `websockets` client, its accept value computed here from the bytes and without the guard's help."""
    title("A good handshake, made by the websockets library; the line with a time is the guard's log")
    configure_logging("INFO")
    try:
        # A socket of our own: otherwise the client would ask the environment for a proxy.
        with connect(f"ws://{address[0]}:{address[1]}/chat", sock=create_connection(address, SECONDS)) as client:
            assert client.request and client.response
            key = client.request.headers["Sec-WebSocket-Key"]
            accept = client.response.headers["Sec-WebSocket-Accept"]
            heard = hear(client)
    except (OSError, WebSocketException) as error:
        return [told("The good handshake", f"not let in: {error}")]
    finally:
        configure_logging("ERROR")  # once is enough to see the log; the rest of the tour says the same in fewer words
    expected = b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
    print(f"  Sec-WebSocket-Key        {key}   as sent")
    print(f"  Sec-WebSocket-Accept     {accept}   as received")
    print(f"  base64(SHA-1(key+GUID))  {expected}   by hashlib")
    if accept != expected:
        return [told("The good handshake", "the accept value is wrong")]
    if heard["expected_accept"] != expected:
        return [told("The good handshake", f"the guard noted something else: {heard}")]
    print(f"  ok   101   the guard noted: {heard['outcome']}, {heard['verification']}")
    return []


def hear(client: ClientConnection) -> dict[str, Any]:
    """The first message of the chat: how the guard saw this handshake."""
    return json.loads(client.recv(timeout=SECONDS))["handshake"] or {"expected_accept": None}


def show(address: Address, case: Case) -> list[str]:
    """One case: sent, compared with what it should get, printed with the reason that was given."""
    request = request_head(list(lines(case, f"{address[0]}:{address[1]}", generate_key())))
    try:
        received, closed, _ = asyncio.run(exchange(address, request))
    except OSError as error:
        return [told(case.label, f"not sent: {error}")]
    answer = read_answer(received)
    if answer is None:
        return [told(case.label, "not answered")]
    status, problem = answer["status"], answer["problem"] or {}
    if wrong := compare(case, status, problem.get("code")):
        return [told(case.label, wrong)]
    if case.status == 101:
        return let_in(address, case, request, received)
    if not closed:
        return [told(case.label, f"refused with {status}, but the connection stayed open")]
    code = problem.get("code", "no reason given")
    print(f"  ok   {status}   {code:<20} {case.label}")
    if problem:
        print(fill(problem["detail"], 110, initial_indent=" " * 14, subsequent_indent=" " * 14))
    return []


def compare(case: Case, status: int, code: str | None) -> str | None:
    """What is wrong with an answer. A server that is first may say so in its own way, as long as it refuses."""
    if case.status == 101:
        return None if status == 101 else f"{status} with {code or 'no reason'}, wanted 101"
    if (status, code) == (case.status, case.code):
        return None
    if case.answered_by == "server" and code is None and 400 <= status < 500:
        return None
    return f"{status} with {code or 'no reason'}, wanted {case.status} with {case.code}"


def let_in(address: Address, case: Case, request: bytes, received: bytes) -> list[str]:
    """Whether the 101 is right, and whether the guard flagged what it should have."""
    if violations := check_101(request, received):
        return [told(case.label, f"the 101 is wrong: {violations[0].detail}")]
    if case.code and case.code not in (flags := flagged(address)):
        return [told(case.label, f"let in and not flagged {case.code}; flagged: {flags}")]
    print(f"  ok   101   {case.code or '':<20} {case.label}{', and flagged' if case.code else ''}")
    return []


def flagged(address: Address) -> list[str]:
    """The requirements that the last handshake broke, as the guard's observer heard."""
    with closing(HTTPConnection(*address, timeout=SECONDS)) as connection:
        connection.request("GET", "/handshakes")
        events = json.load(connection.getresponse())
    return [violation["id"] for violation in events[0]["violations"]] if events else []


def title(text: str) -> None:
    print(f"\n{text}", flush=True)


def told(what: str, wrong: str) -> str:
    """The sentence that says what went wrong, printed where it happened and returned for the end."""
    print(f"  BAD  {what}: {wrong}")
    return f"{what}: {wrong}"
