"""One record a handshake on the logger `asgi_ws_guard`: a line to read, and `extra` fields to search.

Never in it: the query string, cookies, Authorization, offered subprotocols. People put tokens there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ..events import HandshakeEvent, Outcome
from ..handshake import Violation
from ..handshake.fields import escaped
from ..handshake.masking import masked_address

logger = logging.getLogger("asgi_ws_guard")

LEVELS: dict[Outcome, int] = {
    "accepted": logging.INFO,
    "passed": logging.INFO,
    "refused": logging.INFO,
    "denied": logging.WARNING,
    "failed": logging.ERROR,
    "abandoned": logging.DEBUG,
}


def wants(outcome: Outcome) -> bool:
    """Whether anybody would read a record of this outcome that nothing was wrong with."""
    return logger.isEnabledFor(LEVELS[outcome])


def log_event(event: HandshakeEvent) -> None:
    """The record of one decided handshake. ERROR where the app or the server broke something, whatever the outcome."""
    level = LEVELS[event.outcome]
    if event.outcome != "abandoned":
        if any(violation.status == 500 for violation in event.violations):
            level = logging.ERROR
        elif event.report_only and event.refused:
            level = max(level, logging.WARNING)
    if not logger.isEnabledFor(level):
        return
    # With forwarded addresses trusted, the client wrote this itself.
    client = None if event.client is None else f"{escaped(event.client[0], 64)}:{event.client[1]}"
    ids = [violation.requirement.id for violation in event.violations]
    logger.log(
        level,
        "%s",
        _line(event, client),
        extra={
            "path": escaped(_without_secrets(event.path), 1000),
            "pattern": escaped(event.pattern, 1000, letters=True),
            "client": client,
            "outcome": event.outcome,
            "status": event.status,
            "requirements": ids,
            "expected_accept": event.expected_accept,
            "emitted_accept": None if event.emitted_accept is None else escaped(event.emitted_accept),
            "verification": event.verification,
            "duration": event.duration,
            "report_only": event.report_only,
        },
    )


def _without_secrets(path: str) -> str:
    """A path may be a whole address, or have an encoded question mark: both hold what a query or a password does."""
    return masked_address(path) if "@" in path or "?" in path else path


def _line(event: HandshakeEvent, client: str | None) -> str:
    parts = [f"WebSocket {escaped(_without_secrets(event.path))} from {client or 'an unknown client'} {event.outcome}"]
    if event.status is not None:
        parts.append(f" {event.status}")
    parts.append(f" in {event.duration * 1000:.1f} ms")
    if event.verification != "not-applicable":
        parts.append(f", accept value {event.expected_accept} {_seen(event)}")
    would_be_refused = event.refused if event.report_only else ()
    if would_be_refused:
        parts.append(f"; report-only, would be refused for {_told(would_be_refused)}")
    if others := [violation for violation in event.violations if violation not in would_be_refused]:
        parts.append(f"; {_told(others)}")
    return "".join(parts)


def _told(violations: Iterable[Violation]) -> str:
    return "; ".join(f"{violation.requirement.id}: {violation.detail}" for violation in violations)


def _seen(event: HandshakeEvent) -> str:
    """What the server made of the accept value."""
    if event.verification == "match":
        return "verified"
    if event.verification == "unobserved":
        return "expected (the server's own was not seen)"
    if event.response is not None and event.response.status != 101:
        return f"expected, but the server answered {event.response.status or 'no HTTP'}"
    if event.emitted_accept == event.expected_accept:
        return "sent, in an answer that is not right"
    return f"expected, but the server sent {escaped(event.emitted_accept or 'none')}"


def configure_logging(level: int | str = logging.INFO) -> None:
    """Show the guard's records on stderr, readable, from `level` (an int or a name of `logging`'s) up.

    For programs that configure no logging: uvicorn, hypercorn, granian and gunicorn leave loggers other than their own
    at WARNING. Where the root logger has handlers, only the level is set. Called again, it adds nothing.
    """
    logger.setLevel(level)
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-8s %(name)s: %(message)s"))
        logger.addHandler(handler)
