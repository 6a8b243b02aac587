"""Whether a handshake has to have come over TLS (RFC 6455 §10.6)."""

from __future__ import annotations

from ..handshake import Handshake, Violation
from ..handshake.reads import reads
from ..handshake.requirements import violated

_PLAIN = (
    "this came over ws or http, wanted wss; where a proxy in front ends TLS, the server has to be told to believe its "
    "X-Forwarded-Proto (uvicorn: --proxy-headers --forwarded-allow-ips with the address of the proxy)"
)
_UNKNOWN = (
    "the server does not say whether this came over TLS, wanted wss (daphne puts no scheme into its scope); "
    "let the proxy in front refuse plain ws, and set require_tls=False here"
)


@reads("secure")
def tls_required(handshake: Handshake) -> Violation | None:
    """Refuses what did not come over TLS, and what may not have: a guess is no protection."""
    if handshake.secure:
        return None
    return violated("tls-required", _UNKNOWN if handshake.secure is None else _PLAIN)
