"""The same application under the guard's middleware."""

from __future__ import annotations

from asgi_app import app as bare

from asgi_ws_guard import WebSocketGuardMiddleware

app = WebSocketGuardMiddleware(bare)
