"""One record a handshake on the logger `asgi_ws_guard`: a line to read, and `extra` fields to search.

Never in it: the query string, cookies, Authorization, offered subprotocols. People put tokens there.
"""

from __future__ import annotations

import logging

from ..events import HandshakeEvent, Outcome
from ..handshake.fields import shown

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
    """Whether anybody would read a record of this outcome: if not, no event need be built for the log."""
    return logger.isEnabledFor(LEVELS[outcome])


def log_event(event: HandshakeEvent) -> None:
    """The record of one decided handshake. ERROR where the app or the server broke something, whatever the outcome."""
    level = LEVELS[event.outcome]
    if any(violation.status == 500 for violation in event.violations):
        level = logging.ERROR
    elif event.report_only and event.violations:
        level = max(level, logging.WARNING)
    if not logger.isEnabledFor(level):
        return
    client = None if event.client is None else f"{event.client[0]}:{event.client[1]}"
    ids = [violation.requirement.id for violation in event.violations]
    logger.log(
        level,
        "%s",
        _line(event, client),
        extra={
            "path": event.path,
            "pattern": event.pattern,
            "client": client,
            "outcome": event.outcome,
            "status": event.status,
            "requirements": ids,
            "expected_accept": event.expected_accept,
            "emitted_accept": event.emitted_accept,
            "verification": event.verification,
            "duration": event.duration,
            "report_only": event.report_only,
        },
    )


def _line(event: HandshakeEvent, client: str | None) -> str:
    parts = [f"WebSocket {shown(event.path, 200)[1:-1]} from {client or 'an unknown client'} {event.outcome}"]
    if event.status is not None:
        parts.append(f" {event.status}")
    parts.append(f" in {event.duration * 1000:.1f} ms")
    if event.verification != "not-applicable":
        parts.append(f", accept value {event.expected_accept} {_SEEN[event.verification]}")
        if event.verification == "mismatch":
            parts.append(f" {event.emitted_accept}")
    if event.violations:
        prefix = "; report-only, would be refused for " if event.report_only else "; "
        parts.append(prefix + "; ".join(f"{v.requirement.id}: {v.detail}" for v in event.violations))
    return "".join(parts)


_SEEN = {
    "match": "verified",
    "mismatch": "expected, but the server sent",
    "unobserved": "expected (the server's own was not seen)",
}


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
