"""`scripts/demo`: starts the example, makes the tour, then serves. With --once the tour is all.

Exit status: 0 all went as it should, 1 something did not, 2 there was no port to listen on.
"""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading

from asgi_ws_guard import configure_logging

from .application import create_app
from .serving import running
from .tour import tour

HOST = "127.0.0.1"


def main() -> int:
    options = read_options()
    try:
        listener = socket.create_server((HOST, 0 if options.once and options.port is None else options.port or 8000))
    except OSError as error:
        print(
            f"demo: cannot listen on port {options.port or 8000} ({error.strerror}); name another with --port",
            file=sys.stderr,
        )
        return 2
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with listener, running(create_app(guarded=not options.unguarded), listener) as (host, port):
        print(f"The example is served on http://{host}:{port}/ by uvicorn with h11 and wsproto.")
        status = report(tour((host, port)))
        if not options.once:
            configure_logging()
            print(f"\nNow open http://{host}:{port}/ in a browser. Ctrl-C ends it.", flush=True)
            stop.wait()
    return status


def report(wrong: list[str]) -> int:
    """The last words of the tour, and the exit status that goes with them."""
    if not wrong:
        print("\nAll handshakes were answered as they should be.", flush=True)
        return 0
    sys.stdout.flush()
    print(f"\ndemo: not as it should be, {len(wrong)} in all; the first is\n  {wrong[0]}", file=sys.stderr)
    return 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description="The opening handshake, guarded: a tour.")
    parser.add_argument("--once", action="store_true", help="make the tour, on a free port, and end")
    parser.add_argument("--port", type=int, help="the port to serve on (default: 8000; with --once any free one)")
    parser.add_argument("--unguarded", action="store_true", help="leave the guard out, to see what it is for (exits 1)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
