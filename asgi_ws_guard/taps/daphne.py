"""daphne, tested with 4.2.3 on Twisted 26.10 and autobahn 26.10.

`send` is `functools.partial(handle_reply, protocol)`, for a WebSocket and for an http request alike.

Relied on:
* `protocol.transport` of a WebSocket, Twisted's, by which autobahn writes.
* `protocol.channel.persistent` of an http request. daphne writes an app's `connection: close` out and does not act on
  it: a second request in the same segment is served after a refusal (and a status such as 426 is "Unknown Status"
  to it). Twisted's HTTPChannel looks at `persistent` when the last body message is written.
* `protocol.root_path` and `protocol.server.root_path`, which differ where the client chose: daphne takes it from the
  request field Daphne-Root-Path, and drops the field, so the scope does not tell.
"""

from __future__ import annotations

from typing import Any

from .port import Judge, Server
from .transport import TransportTap

MODULE = "daphne.http_protocol"  # is loaded where daphne may be the server


class Daphne(Server):
    """The owner is the protocol that is bound to `send`: of a WebSocket, or of an http request."""

    def connection(self, owner: Any) -> Any:
        return owner if getattr(owner, "transport", None) is not None else None

    def tap(self, connection: Any, judge: Judge) -> TransportTap:
        return TransportTap(connection, "transport", judge)

    def end_connection(self, owner: Any) -> bool:
        channel = getattr(owner, "channel", None)
        if not hasattr(channel, "persistent"):
            return False
        channel.persistent = 0  # type: ignore[union-attr]
        return True

    def client_chose_root_path(self, owner: Any) -> bool:
        configured = getattr(getattr(owner, "server", None), "root_path", None)  # None of what is no protocol
        return configured is not None and getattr(owner, "root_path", configured) != configured


SERVER = Daphne()
