"""The `receive` and `send` that an app is given: ours while its handshake is open, then aimed at the server's own."""

from __future__ import annotations

from typing import Any

from ..asgi import Message, Receive, Send


class HandshakeClosedError(ConnectionError):
    """Raised to an app that sends after the guard has answered its handshake for it (ASGI 2.4: an OSError)."""


def is_closed_error(error: BaseException | None) -> bool:
    """Whether `error` comes of a HandshakeClosedError: Starlette turns an OSError of send into its own."""
    while error is not None:
        if isinstance(error, HandshakeClosedError):
            return True
        error = error.__cause__ or error.__context__
    return False


def sender(target: Send) -> Send:
    """A `send` that can be aimed anew. CPython inlines it and what it calls, as it does no partial."""

    def send(message: Message) -> Any:
        return target(message)

    return send


def receiver(target: Receive) -> Receive:
    """The same as a `receive`."""

    def receive() -> Any:
        return target()

    return receive


def aim(callable_: Any, target: Send | Receive) -> None:
    """Make what `sender` or `receiver` gave call `target` from now on, and let go of what it called so far."""
    callable_.__closure__[0].cell_contents = target
