"""`python -m example_app`: serves the example until Ctrl-C."""

from __future__ import annotations

import argparse

import uvicorn

from asgi_ws_guard import configure_logging

from .application import app
from .serving import SETTINGS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m example_app", description="A chat behind asgi_ws_guard.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
    options = parser.parse_args()
    # uvicorn configures its own loggers only: without this line the guard's INFO records would go nowhere.
    configure_logging()
    uvicorn.run(app, host=options.host, port=options.port, **SETTINGS)


if __name__ == "__main__":
    main()
