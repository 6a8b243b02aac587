"""Guards the WebSocket opening handshake of ASGI applications."""

from .events import HandshakeEvent
from .guard import Guard
from .handshake import (
    Handshake,
    HandshakeResponse,
    Requirement,
    Violation,
    accept_value,
    generate_key,
    validate,
    verify,
)
from .middleware import WebSocketGuardMiddleware
from .observers.log import configure_logging
from .policy import Policy, Verdict
from .rules.base import ConfigurationError

__all__ = [
    "ConfigurationError",
    "Guard",
    "Handshake",
    "HandshakeEvent",
    "HandshakeResponse",
    "Policy",
    "Requirement",
    "Verdict",
    "Violation",
    "WebSocketGuardMiddleware",
    "accept_value",
    "configure_logging",
    "generate_key",
    "validate",
    "verify",
]
