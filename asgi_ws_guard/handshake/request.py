"""The client's half of an opening handshake as a value (RFC 6455 §4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, final

from .accept import accept_of
from .fields import Fields, Pairs, escaped, list_elements
from .masking import masked_address

# Only the exact names: hypercorn says "2.0" for a request line that claims it, and such a client owes us its key.
EXTENDED_CONNECT = ("2", "3")


class _Unsealed:
    """A handshake while it is made: its class is changed when it is complete, and then nothing can be set any more.

    To set each value past a `__setattr__` that raises would cost three to five times as much as that.
    """

    __slots__ = ("_expected", "fields", "http_version", "method", "secure", "subprotocols", "target", "upgraded")

    method: str | None
    target: str
    http_version: str
    fields: Fields
    upgraded: bool
    subprotocols: tuple[str, ...]
    secure: bool | None
    _expected: bytes | None  # the expected accept value, once it was asked for: nothing else ever changes


@final
class Handshake(_Unsealed):
    """An opening handshake as the client sent it. A value: what sets an attribute raises AttributeError.

    method        str, or None where it is unknown (a websocket scope has none): then it is not judged
    target        str, the request target: path and query
    http_version  "1.0", "1.1", "2", "3", or whatever a request line said after HTTP/
    fields        Fields, or pairs of str or bytes
    upgraded      a server vouched for Upgrade and Connection: absent ones are fine, wrong ones are not
    subprotocols  str, the offers as the server read them, since some servers keep the field to themselves
    secure        whether it came over TLS, None where the server does not say
    """

    __slots__ = ()

    def __new__(
        cls,
        method: str | None = "GET",
        target: str = "/",
        http_version: str = "1.1",
        fields: Fields | Pairs = (),
        upgraded: bool = False,
        subprotocols: Iterable[str] = (),
        secure: bool | None = None,
    ) -> Handshake:
        self: Any = _Unsealed()
        self.method = method
        self.target = target
        self.http_version = http_version
        self.fields = fields if isinstance(fields, Fields) else Fields(fields)
        self.upgraded = upgraded
        self.subprotocols = tuple(subprotocols) if subprotocols else ()
        self.secure = secure
        self._expected = None
        self.__class__ = cls
        return self  # type: ignore[no-any-return]

    def replace(self, **changes: Any) -> Handshake:
        """This handshake with some of its values changed. TypeError on what is none of them."""
        values = map(changes.pop, _NAMES, self._values())
        changed = Handshake(*values)
        if changes:
            raise TypeError(f"a handshake has no {', '.join(changes)}; wanted some of {', '.join(_NAMES)}")
        return changed

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"a handshake is not changed once it is made: {name}; wanted handshake.replace({name}=...)"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a handshake is not changed once it is made: {name}")

    def __reduce__(self) -> tuple[type[Handshake], tuple[object, ...]]:
        """For copies and for pickle, which would set what it holds."""
        return Handshake, self._values()

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Handshake) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        """Without the query and without values: people put tokens there, and print what they are given."""
        names = ", ".join([escaped(name, 64) for name, _ in self.fields])
        target, version = masked_address(self.target.partition("?")[0]), escaped(self.http_version, 64)
        return f"<Handshake {escaped(str(self.method), 64)} {target!r} HTTP/{version}, fields: {names}>"

    def _values(self) -> tuple[object, ...]:
        return (
            self.method,
            self.target,
            self.http_version,
            self.fields,
            self.upgraded,
            self.subprotocols,
            self.secure,
        )

    @property
    def extended_connect(self) -> bool:
        """Whether this came over HTTP/2 or HTTP/3: no key, no accept value, no hop-by-hop field (RFC 8441 §5)."""
        return self.http_version in EXTENDED_CONNECT

    @property
    def key(self) -> str | None:
        """The Sec-WebSocket-Key, None where there is none or more than one."""
        return self._only("sec-websocket-key")

    @property
    def origin(self) -> str | None:
        """The Origin, None where there is none or more than one."""
        return self._only("origin")

    @property
    def host(self) -> str | None:
        """The Host, None where there is none or more than one."""
        return self._only("host")

    @property
    def offered_subprotocols(self) -> tuple[str, ...]:
        """The offers in the client's order: those of the field, then those that only the server saw."""
        offers = list_elements(self.fields.get_all("sec-websocket-protocol"))
        return tuple(dict.fromkeys([*offers, *list_elements(self.subprotocols)]))

    @property
    def expected_accept(self) -> str | None:
        """The accept value that the key asks for; None over HTTP/2 and HTTP/3, and where there is no single key."""
        expected = self.expected_bytes()
        return None if expected is None else expected.decode("ascii")

    def expected_bytes(self) -> bytes | None:
        """The same as bytes; computed once, when it is first asked for."""
        if self._expected is None and self.http_version not in EXTENDED_CONNECT:
            keys = self.fields.get_raw(b"sec-websocket-key")
            if len(keys) == 1:
                object.__setattr__(self, "_expected", accept_of(keys[0]))
        return self._expected

    def _only(self, name: str) -> str | None:
        values = self.fields.get_all(name)
        return values[0] if len(values) == 1 else None


# Of the values, in the order in which they are given.
_NAMES = ("method", "target", "http_version", "fields", "upgraded", "subprotocols", "secure")
