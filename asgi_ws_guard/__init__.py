"""Guards the WebSocket opening handshake of ASGI applications.

Names are loaded when they are asked for: pytest loads the plugin, and with it this package, in every project where it
is installed, and whoever wants only `accept_value` needs no middleware.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from .policy.denial import Denial
    from .policy.file import load_policy_file
    from .policy.policy import Policy, Verdict
    from .rules.base import ConfigurationError

__all__ = [
    "ConfigurationError",
    "Denial",
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
    "load_policy_file",
    "validate",
    "verify",
]

_HOMES = {
    "ConfigurationError": "rules.base",
    "Denial": "policy.denial",
    "Guard": "guard",
    "HandshakeEvent": "events",
    "Policy": "policy.policy",
    "Verdict": "policy.policy",
    "WebSocketGuardMiddleware": "middleware",
    "configure_logging": "observers.log",
    "load_policy_file": "policy.file",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'handshake')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
