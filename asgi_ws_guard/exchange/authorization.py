"""The deployment's own word on a handshake, after the rules and before the app. It fails closed."""

from __future__ import annotations

import logging
from inspect import isawaitable
from typing import Any

from ..asgi import Scope
from ..handshake import REQUIREMENTS, Handshake, Violation
from ..policy.denial import Denial, violation_of
from ..policy.policy import Policy
from ..rules.base import ConfigurationError

logger = logging.getLogger("asgi_ws_guard")


async def unauthorized(policy: Policy, handshake: Handshake, scope: Scope) -> Violation | None:
    """What `policy.authorize` has against the handshake, None where nothing. Raises nothing of ours or of its own."""
    if policy.authorize is None:
        return None
    try:
        answer: Any = policy.authorize(handshake, scope)
        if isawaitable(answer):
            answer = await answer
        if answer is None:
            return None
        if isinstance(answer, Denial):
            return violation_of(answer)
        seen = type(answer).__name__  # not its value, which may be what a token says
        logger.error("authorize returned a %s, wanted None or a Denial; the handshake is refused", seen)
    except ConfigurationError:  # the testing plugin raises it anew where it hears of it
        logger.exception("authorize gave an answer that cannot be sent; the handshake is refused")
    except Exception:
        logger.exception("authorize raised; the handshake is refused")
    return Violation(REQUIREMENTS["authorized"], "the authorization of this handshake failed", 500)
