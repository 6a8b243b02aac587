"""What the guard is measured against where it stands: no middleware, and one that does nothing."""

from __future__ import annotations

from asgi_ws_guard.asgi import ASGIApp, Message, Receive, Scope, Send

START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"2"), (b"cache-control", b"no-store")],
}
BODY: Message = {"type": "http.response.body", "body": b"ok"}


class Idle:
    """The least that an ASGI middleware can be."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that returns at once: what is left is the middleware."""


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers, for what a middleware does to `send`."""
    await send(START)
    await send(BODY)


async def receive_nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send_nowhere(message: Message) -> None:
    pass
