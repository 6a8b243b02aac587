"""daphne, tested with 4.2.3.

It does not act on an app's `connection: close`. `send` is `functools.partial(handle_reply, request)`, and
Twisted's HTTPChannel behind the request looks at `persistent` when the last body message is written.
"""

from __future__ import annotations

import functools
from typing import Any

from .base import behind, defined_in

MODULE = "daphne.http_protocol"


def end_connection(receive: Any, send: Any) -> bool:
    """Have the connection end after the answer that is not begun yet. False where this is not daphne's `send`."""
    for found in behind(send):
        if isinstance(found, functools.partial) and found.args and defined_in(found.args[0], "daphne"):
            channel = getattr(found.args[0], "channel", None)
            if channel is not None and hasattr(channel, "persistent"):
                channel.persistent = 0
                return True
    return False
