"""The least that each thing could cost on this machine, with none of our code in it: what the figures stand on."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from functools import partial
from hashlib import sha1

from asgi_ws_guard.asgi import ASGIApp, Message, Scope, Send
from asgi_ws_guard.handshake import GUID

from .measuring import Effort, medians, stopwatch, take_turns, timed
from .middleware import Idle, receive_nothing, send_nowhere, silent
from .requests import Headers, fresh, handshake_headers, page_scope

MANY = 1000  # in a turn

_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==").fullmatch
_NAMES = frozenset({b"upgrade", b"sec-websocket-key", b"sec-websocket-version"})


def floors(effort: Effort) -> dict[str, float]:
    """What, and how many ns it takes."""
    return medians(
        take_turns(
            {
                "an app called and awaited": lambda: asyncio.run(_awaited(silent)),
                "the same through a middleware that does nothing": lambda: asyncio.run(_awaited(Idle(silent))),
                "one pass over 12 fresh headers, each name looked up": lambda: timed(_pass_over, _pages()),
                "the same, each name in lower case first": lambda: timed(_lower_pass_over, _pages()),
                "dict, version, one regex, SHA-1 and base64 of a handshake": lambda: timed(
                    _least_decision, _handshakes()
                ),
                "a message sent": lambda: asyncio.run(_sent(send_nowhere)),
                "a message sent through functools.partial": lambda: asyncio.run(_sent(partial(send_nowhere))),
            },
            effort(100, 3),
        )
    )


def _pages() -> list[Headers]:
    return [page_scope()["headers"] for _ in range(20)]


def _handshakes() -> list[Headers]:
    return [fresh(handshake_headers()) for _ in range(50)]


def _pass_over(headers: Headers) -> bool:
    names = _NAMES
    for name, _ in headers:  # noqa: SIM110 - any() would make a generator
        if name in names:
            return True
    return False


def _lower_pass_over(headers: Headers) -> bool:
    names = _NAMES
    for name, _ in headers:  # noqa: SIM110
        if name.lower() in names:
            return True
    return False


def _least_decision(headers: Headers) -> bytes:
    fields = dict(headers)
    key = fields[b"sec-websocket-key"]
    if fields[b"sec-websocket-version"] != b"13" or not _KEY(key):
        raise ValueError
    return b64encode(sha1(key + GUID, usedforsecurity=False).digest())


async def _awaited(app: ASGIApp) -> float:
    scope: Scope = {}
    with stopwatch() as ended:
        for _ in range(MANY):
            await app(scope, receive_nothing, send_nowhere)
    return ended.ns / MANY


async def _sent(send: Send) -> float:
    message: Message = {"type": "websocket.send", "text": "hello"}
    with stopwatch() as ended:
        for _ in range(MANY):
            await send(message)
    return ended.ns / MANY
