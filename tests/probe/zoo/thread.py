"""A server of the zoo in a thread, for what runs an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .server import Correct, serving


@contextmanager
def in_thread(server: Correct) -> Iterator[str]:
    """`server` in a loop of its own, since the command line runs one as well."""
    ready, urls, loop = threading.Event(), list[str](), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(server) as url:
            urls.append(url)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
