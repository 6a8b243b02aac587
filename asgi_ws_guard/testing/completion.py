"""Completes, for validation only, the websocket scopes of test clients that never meet a server.

Such a scope has no key, or the text `testserver==` where one belongs; no server on earth delivers either. A scope with
any other key is judged as it is, and so is everything that is there and wrong.
"""

from __future__ import annotations

from ..asgi import Scope
from ..handshake import Fields, generate_key

_KEY = b"sec-websocket-key"
_TEST_CLIENT_KEY = b"testserver=="  # of Starlette's TestClient, and of those written after it


def completed_scope(scope: Scope) -> Scope:
    """The scope that a server would have made; `scope` itself is left as it is.

    Litestar's test client says [""] for no offers at all.
    """
    fields = Fields(scope.get("headers") or ())
    if not _is_a_test_clients(scope, fields):
        return scope
    key = generate_key().encode("ascii")
    headers = [(name, key if name.lower() == _KEY else value) for name, value in fields.raw]
    needed = {b"host": b"testserver", _KEY: key, b"sec-websocket-version": b"13"}
    headers += [(name, value) for name, value in needed.items() if name not in fields]
    return {**scope, "headers": headers, "subprotocols": [offer for offer in scope.get("subprotocols") or () if offer]}


def _is_a_test_clients(scope: Scope, fields: Fields) -> bool:
    http_version = scope.get("http_version") or "1.1"
    return http_version == "1.1" and fields.get_raw(_KEY) in ([], [_TEST_CLIENT_KEY])
