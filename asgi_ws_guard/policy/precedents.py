"""Handshakes that were found right before, so that the next one of their kind need not be read anew.

A decision hangs on the key, on the bytes of all values (whether they are clean, and how many), and on the fields that
`validate` and the rules read. Clients send the same in all of these but the key, over and over: what is kept here is
that these fields, together with these names, broke nothing under one policy. A test holds it to the plain reading.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ..handshake import Handshake
from ..handshake.fields import Fields, Shape
from ..handshake.shortcut import GOOD_KEY
from ..handshake.target import has_control
from ..rules.key import SAMPLE_KEYS

# What `validate` and the rules read, the key aside. All else is looked at for its bytes alone.
_READ = (
    *(b"host", b"content-length", b"transfer-encoding", b"upgrade", b"connection", b"sec-websocket-version"),
    *(b"origin", b"sec-websocket-protocol", b"sec-websocket-extensions"),
)

KINDS = 256  # are kept of each policy; all are forgotten when there are more
KIND_BYTES = 1024  # the most that is kept of one, its offers counted as objects: no client may fill the memory
STR_BYTES = 64  # about what a str takes besides its characters
OFFER = 40  # characters: what is longer is no subprotocol's name but somebody's token, there only once and not for us
ANSWER_BYTES = 4096  # the most that is kept of its 101


class Precedent:
    """A kind of handshake that was found right.

    answer  the last right 101 to one of its kind: what is before the accept value, what is after, and the extension
            offers that it answers where they are not among the handshake's fields (watch.py)
    """

    __slots__ = ("answer",)

    def __init__(self) -> None:
        self.answer: tuple[bytes, bytes, bytes | None] | None = None


class Precedents:
    """The kinds of handshakes that one policy has found right; `max_bytes` is the most that it lets all fields have."""

    __slots__ = ("_found", "_max_bytes")

    def __init__(self, max_bytes: int | None) -> None:
        self._found: dict[tuple[object, ...], Precedent] = {}
        self._max_bytes = max_bytes

    def __len__(self) -> int:
        return len(self._found)

    def of(self, handshake: Handshake) -> Precedent | None:
        """The precedent of `handshake`: then nothing can be wrong with it but its key. None where there is none."""
        fields = handshake.fields
        reader = _reader_of(fields.shape) if fields.shape.size <= KIND_BYTES else None
        if reader is None or not fields.is_clean or (self._max_bytes is not None and fields.size > self._max_bytes):
            return None
        if has_control(handshake.target):  # of which no kind is made: it is another one each time
            return None
        return self._found.get(_kind(handshake, reader))

    def keep(self, handshake: Handshake) -> Precedent | None:
        """Keep `handshake`, with which nothing was wrong but perhaps its key, as a precedent for others."""
        fields = handshake.fields
        reader = _reader_of(fields.shape) if fields.shape.size <= KIND_BYTES else None
        if reader is None or not fields.is_clean:
            return None
        hidden = sum(len(offer) + STR_BYTES for offer in handshake.subprotocols)
        if fields.shape.size + sum(map(len, reader(fields.values))) + hidden > KIND_BYTES:
            return None
        if any(len(offer) > OFFER for offer in handshake.offered_subprotocols):
            return None
        if len(self._found) >= KINDS:
            self._found.clear()
        return self._found.setdefault(_kind(handshake, reader), Precedent())


def has_good_key(fields: Fields) -> bool:
    """Whether a handshake that has a precedent has a key with which nothing is wrong."""
    key = fields.values[fields.shape.place[b"sec-websocket-key"]]  # type: ignore[index]  # it has, or had no precedent
    return GOOD_KEY.fullmatch(key) is not None and key not in SAMPLE_KEYS


def _kind(handshake: Handshake, reader: Callable[[Any], tuple[bytes, ...]]) -> tuple[object, ...]:
    fields = handshake.fields
    return (
        fields.shape,
        reader(fields.values),
        handshake.method,
        handshake.http_version,
        handshake.upgraded,
        handshake.subprotocols,
        handshake.secure,
    )


@lru_cache(256)
def _reader_of(shape: Shape) -> Callable[[Any], tuple[bytes, ...]] | None:
    """Takes the values that are read out of those of a head, None where that is not so simple."""
    place = shape.place
    if place is None or b"sec-websocket-key" not in place:
        return None
    places = [place[name] for name in _READ if name in place]
    return itemgetter(*places) if len(places) > 1 else None  # of one place alone it would take no tuple
