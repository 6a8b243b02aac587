"""A small chat behind the guard, with a page that shows what the guard sees.

`python -m example_app` runs it as it is meant to be seen; `uvicorn example_app:app` works as well.
"""

from .application import app, create_app

__all__ = ["app", "create_app"]
