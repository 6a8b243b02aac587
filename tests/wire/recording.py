"""What the applications of these suites write down and count, each in its server's process."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter

# The objects of a handshake in the tap room, and those that know them: none of them may be alive while a connection is
# merely open.
OURS = ("TransportTap", "UvicornTap", "SendTap", "HeadObserver", "Watch", "Door")


def record(kind: str, path: str, **facts: object) -> None:
    """Append one line; O_APPEND and one write keep the lines of concurrent handshakes whole."""
    line = json.dumps({"kind": kind, "path": path, **facts}) + "\n"
    descriptor = os.open(os.environ["STACKS_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def census() -> dict[str, int]:
    """How many of OURS are alive, before the garbage collector has been by."""
    classes = map(type, gc.get_objects())
    counts = Counter(cls.__name__ for cls in classes if str(cls.__module__).startswith("asgi_ws_guard."))
    return {name: counts[name] for name in OURS}
