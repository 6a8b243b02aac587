"""Which subprotocols a client has to offer, so that the app and the client cannot miss each other in silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..handshake import Handshake, Violation
from ..handshake.fields import TOKEN
from ..handshake.reads import Reads
from ..handshake.requirements import violated
from ..handshake.validation import check_subprotocols
from .base import ConfigurationError, is_refused_by


class SubprotocolRule:
    """Wants one of `spoken` among the offers of a client that makes offers; `required`: of every client.

    `spoken` may be empty: then any offer will do. Names are compared as they are, case and all (RFC 6455 §11.5).
    `tolerate` are the requirements whose violations the policy lets pass.
    """

    reads: Reads = check_subprotocols.reads

    def __init__(self, spoken: Iterable[str], *, required: bool, tolerate: Collection[str] = ()) -> None:
        self._spoken = tuple(spoken)
        self._required = required
        self._tolerate = tolerate

    def __call__(self, handshake: Handshake) -> Violation | None:
        offers = handshake.offered_subprotocols
        if not offers and not self._required:
            return None
        if offers and (not self._spoken or not set(self._spoken).isdisjoint(offers)):
            return None
        if is_refused_by(check_subprotocols, handshake, self._tolerate):
            return None
        # What was offered is not shown: people put bearer tokens there.
        seen = f"{len(offers)} subprotocol offers, of which none is spoken here" if offers else "no subprotocol offer"
        wanted = f"one of {', '.join(self._spoken)}" if self._spoken else "one"
        return violated("subprotocol-required", f"{seen}, wanted {wanted}")


def checked_subprotocols(name: str, subprotocols: object) -> tuple[str, ...]:
    """`subprotocols` as it is kept. ConfigurationError on what no client can offer."""
    if isinstance(subprotocols, str):
        raise ConfigurationError(f"{name} is the string {subprotocols!r}, wanted a list: [{subprotocols!r}]")
    if not isinstance(subprotocols, Iterable) or isinstance(subprotocols, bytes):
        raise ConfigurationError(f"{name} is {subprotocols!r}, wanted a list of names")
    spoken = tuple(subprotocols)
    for token in spoken:
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise ConfigurationError(f"{name} has {token!r}, wanted a token (RFC 9110 §5.6.2) such as 'ocpp2.0.1'")
    return spoken
