"""A handshake that was decided at the door of a server, handed on to the middleware behind it.

It is kept beside the server's protocol, and not in the scope, which is the application's to read and to change. The
middleware takes it only where it would have decided on the same: a middleware in between may strip a prefix or set
Host, and then the decision is made anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from ..asgi import Scope
from ..guard import Decision, Guard
from ..handshake import Fields
from ..taps.finding import connection_of

# uvicorn's libraries are given one line of these, and wsproto keeps the offers from the scope's headers.
_REWRITTEN = frozenset({b"upgrade", b"connection", b"sec-websocket-protocol", b"sec-websocket-extensions"})


class Admission(NamedTuple):
    """The decision of `guard` on `scope`, which is as much of the scope to come as the door knew."""

    guard: Guard
    decision: Decision
    scope: Scope

    def is_of(self, guard: Guard, scope: Scope) -> bool:
        """Whether `guard` would have decided on the same, and in the same way."""
        return self.guard.is_twin_of(guard) and _read(self.scope) == _read(scope)


# Those that nobody has taken yet, by the protocols that will ask the application. Empty where there is no door.
_waiting: WeakKeyDictionary[Any, Admission] = WeakKeyDictionary()


def hand_on(admission: Admission, protocol: object) -> None:
    """Keep a decision for the middleware that `protocol` calls."""
    _waiting[protocol] = admission


def taken(guard: Guard, scope: Scope, send: Any) -> Decision | None:
    """The door's decision on the handshake in `scope`, where it is that of `guard`; else None. It is given once."""
    if not _waiting:
        return None
    protocol = connection_of(send)
    admission = None if protocol is None else _waiting.pop(protocol, None)
    return admission.decision if admission is not None and admission.is_of(guard, scope) else None


def _read(scope: Scope) -> tuple[object, ...]:
    """What a decision is made on."""
    fields = Fields(scope.get("headers") or ())
    return (
        scope.get("path"),
        scope.get("root_path") or "",
        scope.get("scheme"),
        list(scope.get("subprotocols") or ()),
        [(lowered, value.strip(b" \t")) for name, value in fields.raw if (lowered := name.lower()) not in _REWRITTEN],
    )
