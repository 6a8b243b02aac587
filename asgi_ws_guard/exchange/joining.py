"""A guard inside of another: both decide on the handshake, and the outer one answers, verifies and tells of it."""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, TypeAlias, cast

from ..asgi import Send
from ..taps.finding import behind
from .record import Record

if TYPE_CHECKING:
    from .raw_upgrade import RawUpgrade
    from .websocket import Exchange

Open: TypeAlias = "Exchange | RawUpgrade"


def around(send: Send) -> Open | None:
    """What a guard further outside knows of the handshake that `send` answers; None where there is none.

    That `send` leads to it is what says that it is the same handshake. It does not from behind a middleware that keeps
    its `send` where it cannot be found: then each of the two guards tells of it.
    """
    if send.__class__ is MethodType:  # a server's own, nearly always
        return _open(send)
    for found in behind(send):
        if (outer := _open(found)) is not None:
            return outer
    return None


def _open(send: object) -> Open | None:
    owner = getattr(send, "__self__", None)
    return cast(Open, owner) if isinstance(owner, Record) and owner.outcome is None else None
