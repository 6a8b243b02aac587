"""The opening handshake as RFC 6455 has it: standard library only, no ASGI, no IO."""

from .accept import GUID, accept_value, decode_key, generate_key
from .fields import Fields
from .request import Handshake
from .requirements import REQUIREMENTS, Requirement, Violation
from .response import HandshakeResponse
from .validation import validate
from .verification import verify
from .wire import parse_request, parse_response

__all__ = [
    "GUID",
    "REQUIREMENTS",
    "Fields",
    "Handshake",
    "HandshakeResponse",
    "Requirement",
    "Violation",
    "accept_value",
    "decode_key",
    "generate_key",
    "parse_request",
    "parse_response",
    "validate",
    "verify",
]
