"""daphne, tested with 4.2.3: `send` is `functools.partial(handle_reply, protocol)`.

Relied on besides: `root_path` of a protocol and of its `server`, which differ where the client chose.

It does not act on an app's `connection: close`; Twisted's HTTPChannel behind the protocol of an http request
looks at `persistent` when the last body message is written. The protocol of a WebSocket writes by its `transport`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from .head import Judge, TransportTap, behind, defined_in

MODULE = "daphne.http_protocol"


def end_connection(receive: Any, send: Any) -> bool:
    """Have the connection end after the answer that is not begun yet. False where this is not daphne's `send`."""
    for protocol in _protocols(send):
        channel = getattr(protocol, "channel", None)
        if channel is not None and hasattr(channel, "persistent"):
            channel.persistent = 0
            return True
    return False


def client_chose_root_path(send: Any) -> bool:
    """Whether root_path is what the client says it is: daphne takes it from Daphne-Root-Path, and drops the field."""
    for protocol in _protocols(send):
        configured = getattr(getattr(protocol, "server", None), "root_path", "")
        return bool(getattr(protocol, "root_path", configured) != configured)
    return False


def tap(send: Any, judge: Judge) -> TransportTap | None:
    """A tap before the transport of the daphne protocol behind `send`, None where there is none."""
    for protocol in _protocols(send):
        if getattr(protocol, "transport", None) is not None:
            return TransportTap(protocol, "transport", judge)
    return None


def _protocols(send: Any) -> Iterator[Any]:
    for found in behind(send):
        if isinstance(found, functools.partial) and found.args and defined_in(found.args[0], "daphne"):
            yield found.args[0]
