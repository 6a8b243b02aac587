"""Sends a case to this very server through a raw socket and reads what comes back.

A browser cannot: its page may neither set nor read these fields. The address is the server's own, as the ASGI scope
names it, and never anything that a client said; the client only names a case.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from asgi_ws_guard import HandshakeEvent, Violation, generate_key, verify
from asgi_ws_guard.handshake import parse_request, parse_response

from .case import AnsweredBy, Case, lines, request_head
from .recent import Recent, summary, violation_summary

ANSWER_LIMIT = 64 * 1024  # bytes
ANSWER_SECONDS = 3.0
CLOSE_SECONDS = 1.0  # how long a refusal may take to end the connection before we call it open
CLOSE_FRAME = b"\x88\x80\x00\x00\x00\x00"  # an empty close, masked as a client's frames are

PROBLEM = "application/problem+json"


async def fire(case: Case, address: tuple[str, int], recent: Recent) -> dict[str, Any]:
    """The request as sent, the answer as received, who gave it, and what the guard noted. OSError: no connection."""
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    sent = list(lines(case, f"{host}:{address[1]}", generate_key()))
    request = request_head(sent)
    received, closed, local = await exchange(address, request)
    event = recent.of_client(local)
    answer = read_answer(received)
    return {
        "case": case.id,
        "request": [{"text": printable(line.text), "mark": line.mark} for line in sent],
        "answer": answer,
        "connection": "closed" if closed else "open",
        "answered_by": answered_by(answer, event),
        "handshake": event and summary(event),
        "verified": [violation_summary(violation) for violation in check_101(request, received)],
    }


async def exchange(address: tuple[str, int], request: bytes) -> tuple[bytes, bool, tuple[str, int]]:
    """Writes `request`; returns the bytes that came, whether the server hung up, and our own address."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(request)
        received, closed = await _read(reader)
        if received.startswith(b"HTTP/1.1 101"):
            writer.write(CLOSE_FRAME)
        return received, closed, writer.get_extra_info("sockname")[:2]
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """An open WebSocket has been answered when its head is there, anything else when the connection ends."""
    received = b""
    while len(received) < ANSWER_LIMIT:
        if received.startswith(b"HTTP/1.1 101") and b"\r\n\r\n" in received:
            return received, False
        try:
            chunk = await asyncio.wait_for(reader.read(4096), CLOSE_SECONDS if received else ANSWER_SECONDS)
        except asyncio.TimeoutError:
            return received, False
        except ConnectionError:
            return received, True
        if not chunk:
            return received, True
        received += chunk
    return received, False


def read_answer(received: bytes) -> dict[str, Any] | None:
    """The answer in the parts that the page shows, None where none came or where it is no HTTP."""
    try:
        response = parse_response(received)
    except ValueError:
        return None
    head, _, body = received.partition(b"\r\n\r\n")
    is_problem = any(value.startswith(PROBLEM) for value in response.fields.get_all("content-type"))
    return {
        "status": response.status,
        "head": [printable(line) for line in head.decode("latin-1").split("\r\n")],
        "body": "" if response.status == 101 else printable(body.decode("utf-8", "replace")),
        "problem": problem_in(body) if is_problem else None,
    }


def problem_in(body: bytes) -> dict[str, Any] | None:
    """The problem details (RFC 9457) in `body`, None where it is something else."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def answered_by(answer: dict[str, Any] | None, event: HandshakeEvent | None) -> AnsweredBy:
    """Who refused or let in. A problem is the guard's, and so is a bare 403 where the server can say no more.

    What the guard never heard of was decided before ASGI, save a 101 that an unguarded application gave.
    """
    if answer is None:
        return "nobody"
    if answer["problem"] is not None or (event is not None and event.outcome == "denied"):
        return "guard"
    return "application" if event is not None or answer["status"] == 101 else "server"


def check_101(request: bytes, received: bytes) -> tuple[Violation, ...]:
    """What a client would hold against a 101, by RFC 6455 §4.1; nothing where the server refused."""
    try:
        response = parse_response(received)
        return verify(parse_request(request), response) if response.status == 101 else ()
    except ValueError:
        return ()


def printable(text: str) -> str:
    """`text` with its control characters spelled out, line ends and tabs excepted."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)
