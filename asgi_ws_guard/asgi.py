"""The one file that knows scope keys and message types (ASGI, specs/www and the Denial Response extension)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from .handshake import Fields, Handshake
from .handshake.fields import list_elements
from .problem import Answer

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# A request that has none of these names means no WebSocket: what the middleware looks for in every http request.
MEANS_WEBSOCKET = frozenset({b"upgrade", b"sec-websocket-key", b"sec-websocket-version"})
# Whether one of them is as long as that, for names of up to 63 bytes. To look a length up in a tuple costs less than to
# compare it, and much less than a look at the name.
HAS_LENGTH_OF_SUCH = tuple(length in map(len, MEANS_WEBSOCKET) for length in range(64))

# daphne puts no scheme into a websocket scope. The specification's default would be "ws"; we would rather not guess.
_SECURE: dict[str | None, bool] = {"wss": True, "https": True, "ws": False, "http": False}

# Set by asgi_ws_guard.testing alone: completes, for validation, the scopes of test clients that never meet a server.
complete_scope: Callable[[Scope], Scope] | None = None


def handshake_from_scope(scope: Scope) -> Handshake:
    """The handshake in a websocket or an http scope, which is left as it is."""
    is_websocket = scope["type"] == "websocket"
    if is_websocket and complete_scope is not None:
        scope = complete_scope(scope)
    # By position: by keyword, making the value would cost twice as much.
    return Handshake(
        None if is_websocket else scope.get("method"),
        _target(scope),
        scope.get("http_version") or "1.1",
        Fields(scope.get("headers") or ()),
        is_websocket,
        scope.get("subprotocols") or (),
        _SECURE.get(scope.get("scheme")),
    )


def own_root_path(app: Any) -> str:
    """The root_path that an application puts into the scope behind the guard, as FastAPI(root_path=...) does; else "".

    Looked for in what wraps it, by the names that frameworks have for what they wrap.
    """
    for _ in range(32):
        of_fastapi = any(base.__module__.startswith("fastapi.") for base in type(app).__mro__)
        if of_fastapi and isinstance(root_path := getattr(app, "root_path", None), str):
            return root_path
        wrapped = (getattr(app, name, None) for name in ("app", "application", "inner"))
        app = next(filter(callable, wrapped), None)
        if app is None:
            break
    return ""


def means_websocket(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an http request means a WebSocket: by its Upgrade, by its key, or by its version.

    A version beside an Upgrade to something else means that something else. hypercorn can be set to hand on the
    client's casing of names, so a lower-case comparison alone would be a way round the guard.
    """
    found: dict[bytes, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value.decode("latin-1"))
    if b"sec-websocket-key" in found:
        return True
    protocols = list_elements(found.get(b"upgrade", []))
    if protocols or b"sec-websocket-version" not in found:
        return any(protocol.lower() == "websocket" for protocol in protocols)
    return True


def client_of(scope: Mapping[str, Any]) -> tuple[str, int] | None:
    """The client's address as (host, port); granian gives the port as a string."""
    client = scope.get("client")
    try:
        return None if client is None else (str(client[0]), int(client[1]))
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def can_deny(scope: Scope) -> bool:
    """Whether the server has the Denial Response extension."""
    return "websocket.http.response" in (scope.get("extensions") or ())


def denial(scope_type: str, answer: Answer) -> tuple[Message, Message]:
    """The start and the one body message of an answer. Servers want every key: granian refuses more_body=True."""
    prefix = "websocket.http.response" if scope_type == "websocket" else "http.response"
    return (
        {"type": f"{prefix}.start", "status": answer.status, "headers": answer.fields},
        {"type": f"{prefix}.body", "body": answer.body, "more_body": False},
    )


def rereadable(message: Message) -> Message:
    """The message itself, or a copy with its headers in a list where they can be read only once (ASGI: an iterable).

    What cannot be read at all is left to the server, which may.
    """
    headers = message.get("headers")
    if headers is None or isinstance(headers, list | tuple) or not isinstance(headers, Iterable):
        return message
    return {**message, "headers": list(headers)}


def _target(scope: Scope) -> str:
    raw_path: bytes | None = scope.get("raw_path")
    path = scope.get("path", "") if raw_path is None else raw_path.decode("latin-1")
    query: bytes = scope.get("query_string") or b""
    return f"{path}?{query.decode('latin-1')}" if query else path
