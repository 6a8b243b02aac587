"""A small chat behind the guard, with a page that shows what the guard sees.

`python -m example_app` runs it as it is meant to be seen; `uvicorn example_app:app` works as well.
"""

from asgi_ws_guard import configure_logging

from .application import app, create_app

configure_logging()  # or uvicorn, which leaves foreign loggers at WARNING, would show refusals alone

__all__ = ["app", "create_app"]
