"""The look before the run: one valid handshake, and where it does not open, what to check (exit code 2)."""

from __future__ import annotations

from ..diagnosis.failure import diagnose
from ..handshake.accept import generate_key
from ..handshake.fields import escaped, shown
from ..handshake.masking import masked_lines
from .answer import Answer
from .client import exchange
from .request import Request
from .target import Target


class CannotProbe(Exception):
    """No WebSocket opens there, so there is nothing to probe. `reason` says what was seen, `check` what to do."""

    def __init__(self, reason: str, check: str) -> None:
        super().__init__(f"{reason}: {check}")
        self.reason = reason
        self.check = check


async def look(target: Target, timeout: float) -> str:
    """What the server calls itself, escaped, where a valid handshake gets a 101; else CannotProbe is raised."""
    key = generate_key()
    data = Request().fill(target.blanks(key), target.lines)
    answer = await exchange(target, [data], key, timeout=timeout)
    if answer.response is None:
        raise _no_answer(target, answer, timeout)
    fields = answer.response.fields
    # A wrong status with an accept value beside it meant to open: that is a finding, not an obstacle.
    if answer.response.status != 101 and "sec-websocket-accept" not in fields:
        raise _refused(target, answer)
    return target.told(escaped(", ".join(fields.get_all("server"))))


def _no_answer(target: Target, answer: Answer, timeout: float) -> CannotProbe:
    where, trouble = f"{target.host} port {target.port}", answer.trouble
    if answer.ended == "failed":
        return CannotProbe(f"{where}: {trouble}", _of_trouble(target, trouble))
    if answer.received[:1] in (b"\x15", b"\x16"):
        return CannotProbe(f"{where} answers in TLS", f"use wss:// instead of {_scheme(target)}://")
    if answer.head is not None or answer.received:
        seen = shown(masked_lines(answer.received[:4096].decode("latin-1")), 48)
        return CannotProbe(f"{where} sends {seen}", "no HTTP server is there: check the port")
    if answer.ended == "open":
        reason = f"{where} took the connection and said nothing for {timeout:g} s"
        return CannotProbe(
            reason, "is the application stuck before it accepts, or does the port belong to another protocol?"
        )
    return CannotProbe(f"{where} ended the connection without an answer", _dropped(target))


def _dropped(target: Target) -> str:
    if target.secure:
        return "check the path, and whether the server wants a client certificate"
    return "does this port speak TLS (use wss://), or is it not HTTP at all? The server's log says why"


def _of_trouble(target: Target, trouble: str) -> str:
    if trouble == "connection refused":
        return (
            "nothing listens there: is the server running, on this port, and on this address (0.0.0.0, 127.0.0.1, ::1)?"
        )
    if trouble.startswith("the certificate"):
        return "use the name that the certificate has, trust its issuer (SSL_CERT_FILE), or say --insecure"
    if trouble.startswith("TLS") or "ssl" in trouble.lower() or (target.secure and "Reset" in trouble):
        return "the port speaks no TLS, or not with this name: use ws:// for a plain port"
    if trouble.startswith("gaierror"):
        return "the name does not resolve: check its spelling"
    if trouble.startswith("no connection"):
        return "the host does not answer: check address, firewall and network, or raise --timeout"
    return "check address and network"


def _refused(target: Target, answer: Answer) -> CannotProbe:
    response = answer.response
    assert response is not None
    reason = f"{target.label} answers a valid handshake with {response.status}"
    text = answer.rest[:2048].lower()
    if response.status == 400 and not target.secure and b"https port" in text:
        return CannotProbe(reason, "this port speaks TLS: use wss://")
    if response.status == 400 and not target.secure and b"tls" in text and b"http" in text:
        return CannotProbe(reason, "this port speaks TLS: use wss://")
    found = diagnose(answer.handshake, response, answer.rest)
    return CannotProbe(
        reason, f"{found.text if found else 'see the log of the server'}{_HINTS.get(response.status, '')}"
    )


_HINTS = {
    401: "; probe with --header 'Authorization: ...' or --cookie-file",
    403: "; probe with --origin, --cookie-file, --header or --subprotocol as a real client would",
    400: "; does it want --subprotocol or a --header?",
    404: "; name the path in the URL",
}


def _scheme(target: Target) -> str:
    return "wss" if target.secure else "ws"
