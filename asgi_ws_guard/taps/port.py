"""The port: what the core may ask of a server, and the answers of a server that cannot tell."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from .response import UnreadResponse


class Judge(Protocol):
    """Who is asked about the head of an answer. It is asked once."""

    def glance(self, data: bytes, /) -> bool:
        """Whether `data`, the first bytes that the server writes, are a head that may go; asked before `judge` is."""

    def judge(self, response: UnreadResponse | None, /) -> bytes | None:
        """None to let the head go, or the whole answer (bytes) to send instead. None is a head too large to be read."""


class Tap(Protocol):
    """What stands before one connection until the head of its answer is through.

    hears   whether the server knows when the client is gone, and tells an app so that was answered for by us. Then
            the app may be given the server's own `receive`, and one call of ours a message is saved.
    """

    __slots__ = ()

    hears: ClassVar[bool] = False

    def release(self) -> None:
        """Stop looking, whatever was seen. What was held back goes out before all that the server writes from now."""

    def client_is_gone(self) -> bool | None:
        """Whether the client has ended the connection, as the server knows; None where it cannot tell."""
        return None

    def hidden_offers(self) -> bytes | None:
        """The extension offers that the server read and keeps from the scope; None where there are none to add."""
        return None


class Unseen(Tap):
    """No server is seen: granian, HTTP/2 and HTTP/3, a `send` that leads nowhere; or the head is through."""

    __slots__ = ()

    def release(self) -> None:
        """There is nothing to stop."""


UNSEEN = Unseen()


class Server(Protocol):
    """One server, as one file of this room knows it.

    An owner is what the server's `receive` or `send` belongs to, an object of its own class or of a subclass.
    """

    def connection(self, owner: Any, /) -> Any:
        """The object that writes the answer to a handshake, None where `owner` has none. Its identity is that of the
        handshake: there is one for each."""

    def tap(self, connection: Any, judge: Judge, /) -> Tap:
        """A tap that stands before `connection` from now on."""

    def end_connection(self, owner: Any, /) -> bool:
        """Have an http scope's connection end after the answer that is not begun yet.

        False where `owner` is not the one that can do it. Most servers act on the answer's `connection: close`.
        """
        return True

    def client_chose_root_path(self, owner: Any, /) -> bool:
        """Whether root_path, which a router takes off the path, is what the client says it is."""
        return False
