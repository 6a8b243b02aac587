"""A spelling as the scope that a server makes of it, and a deployment that is driven without one."""

from __future__ import annotations

import contextlib
from urllib.parse import unquote

from asgi_ws_guard import HandshakeEvent
from asgi_ws_guard.asgi import Scope
from asgi_ws_guard.testing import make_scope
from tests.asgi_driver import Connection
from tests.security.deployments import Deployment
from tests.security.judged import Outcome
from tests.security.spellings import Spelling


def scope_of(spelling: Spelling, origin: str, root_path: str = "", *, joined: bool = False) -> Scope:
    """The scope of a server that decodes once; `joined`: its path begins with root_path whatever is asked for."""
    target = spelling.target.partition(b"?")[0].decode("latin-1")
    fields = {"Origin": origin, "X-Forwarded-Host": "forwarded.example"}
    if spelling.root_path is not None:
        fields["Daphne-Root-Path"] = spelling.root_path
        root_path = unquote(spelling.root_path)
    path = (root_path if joined else "") + unquote(target.encode("latin-1").decode("utf-8", "replace"))
    return make_scope(fields, path=path, root_path=root_path)


class Driven:
    """One deployment, driven one handshake after another on one loop."""

    def __init__(self, deployment: Deployment) -> None:
        self._endpoints: list[str] = []
        self._events: list[HandshakeEvent] = []
        self._app = deployment.app(lambda name, scope: self._endpoints.append(name), [self._events.append])

    async def outcome(self, scope: Scope) -> Outcome:
        self._endpoints.clear()
        self._events.clear()
        connection = Connection(scope)
        with contextlib.suppress(Exception):  # Quart raises of an empty path; what the client reads is what counts
            await self._app(dict(scope), connection.receive, connection.send)
        patterns = tuple(event.pattern for event in self._events)
        return Outcome(connection.status, tuple(self._endpoints), patterns)
