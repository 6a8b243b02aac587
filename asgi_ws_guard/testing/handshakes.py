"""Valid opening handshakes with changes, as values, as scopes, and as the headers of a test client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ..handshake import Fields, Handshake, generate_key
from ..handshake.fields import Text, list_elements

Changes: TypeAlias = Mapping[str, Text | Sequence[Text] | None]


def make_fields(changes: Changes | None = None) -> list[tuple[Text, Text]]:
    """The field lines of a valid handshake with a fresh key, after `changes`. New fields come last."""
    valid: dict[str, Text] = {
        "Host": "example.com",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": generate_key(),
        "Sec-WebSocket-Version": "13",
    }
    changed = {name.lower(): value for name, value in (changes or {}).items()}
    lines: list[tuple[Text, Text]] = []
    for name, value in valid.items():
        lines += _lines(name, changed.pop(name.lower(), value))
    for name in changes or {}:
        if name.lower() in changed:
            lines += _lines(name, changed.pop(name.lower()))
    return lines


def make_handshake(
    changes: Changes | None = None,
    *,
    method: str | None = "GET",
    target: str = "/",
    http_version: str = "1.1",
    upgraded: bool = False,
) -> Handshake:
    """A valid handshake with `changes`, each of which breaks what it is meant to break and nothing else."""
    return Handshake(method, target, http_version, make_fields(changes), upgraded)


def make_scope(
    changes: Changes | None = None, *, type: str = "websocket", path: str = "/", **keys: Any
) -> dict[str, Any]:
    """The ASGI scope of a valid handshake with `changes`: a websocket one, or with type="http" a raw upgrade.

    `keys` replace whole keys of the scope; a key given as None is left out.
    """
    fields = Fields(make_fields(changes))
    scope: dict[str, Any] = {
        "type": type,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws" if type == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in fields.raw],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "extensions": {"websocket.http.response": {}} if type == "websocket" else {},
    }
    if type == "websocket":
        scope["subprotocols"] = list_elements(fields.get_all("sec-websocket-protocol"))
    else:
        scope["method"] = "GET"
    scope.update(keys)
    return {name: value for name, value in scope.items() if value is not None}


def handshake_headers(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Headers that make a test client speak a real handshake: lower-case names, a fresh key at each call.

    Lower case, because Starlette's TestClient sets its own `sec-websocket-key` beside one of another casing.
    """
    headers = {"sec-websocket-key": generate_key(), "sec-websocket-version": "13"}
    headers.update({name.lower(): value for name, value in (changes or {}).items()})
    return headers


def _lines(name: str, value: Text | Sequence[Text] | None) -> list[tuple[Text, Text]]:
    if value is None:
        return []
    values = [value] if isinstance(value, str | bytes) else value
    return [(name, line) for line in values]
