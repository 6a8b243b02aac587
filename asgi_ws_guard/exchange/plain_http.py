"""An http request that means no WebSocket: it passes, save that no app may answer it with a 101.

To a proxy in front, a 101 is a tunnel to whatever parses HTTP behind it. A Sec-WebSocket-Accept looks like one.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Any

from ..asgi import Message, Scope, Send, rereadable
from ..guard import Guard
from ..handshake.requirements import violated
from ..taps.root_path import client_chose_root_path
from .app_fields import ACCEPT_LENGTH, OTHER_ENDS, has_101_or_accept

logger = logging.getLogger("asgi_ws_guard")

GUARD, SCOPE, RECEIVE, SEND = range(4)

_WRONG = violated("http-101", "a 101 or a Sec-WebSocket-Accept answers a request for no WebSocket")


def without_101(request: list[Any], message: Message) -> Awaitable[Any]:
    """Send a message of the answer to a request that means no WebSocket: a 101 or a Sec-WebSocket-Accept is a 500.

    `request` has what GUARD, SCOPE, RECEIVE and SEND name: it is a list, of which the middleware makes a method, the
    cheapest callable that knows four values. The server's own awaitable is handed on: a coroutine of ours round each
    message would cost more. `has_101_or_accept` is asked only about what may have one: a call would cost half of it
    again. Values are not looked at, since no server writes a line break in one out (docs/decisions/app-fields.md).
    What cannot be read here goes to the server, which says what it thinks of it.
    """
    if "status" in message:  # which http.response.start has, and gunicorn's http.response.informational
        headers = message.get("headers")
        if headers.__class__ is not list:
            message = rereadable(message)
            headers = message.get("headers") or ()
        try:
            suspect = message["status"] < 200
            for name, _ in headers:
                if len(name) >= ACCEPT_LENGTH and name[-1] not in OTHER_ENDS:
                    suspect = True
        except (LookupError, TypeError, ValueError):  # a status or a header that is not ASGI's
            suspect = True
        if suspect and has_101_or_accept(message) and _may_not_switch(request[GUARD], request[SCOPE], request[SEND]):
            return _replaced(request)
    return request[SEND](message)  # type: ignore[no-any-return]


def _may_not_switch(guard: Guard, scope: Scope, send: Send) -> bool:
    """Whether the policy keeps the app from it; what it does is logged either way."""
    root_path = scope.get("root_path") or ""
    client_chosen = bool(root_path) and client_chose_root_path(send)
    policy = guard.paths.policy_for(scope.get("path") or "", root_path, client_chosen=client_chosen)
    if policy is None:
        return False
    logger.error("an application answered a plain http request with a 101 or a Sec-WebSocket-Accept")
    return policy.enforces(_WRONG)


def _replaced(request: list[Any]) -> Awaitable[Any]:
    from .raw_upgrade import answer_plain_101  # here: all that refuses comes with it

    send, request[SEND] = request[SEND], _swallow
    return answer_plain_101(_WRONG, request[SCOPE], request[RECEIVE], send)


async def _swallow(message: Message) -> None:
    """What is left to do for a message of an answer that was replaced."""
