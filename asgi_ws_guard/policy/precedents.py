"""Handshakes that were found right before, so that the next one of their kind need not be read anew.

Clients send the same over and over, save for a few things. What is kept here is that one kind of handshake broke
nothing under one policy. What makes a kind is derived from what the checks and the policy's rules declare to read:
who reads nothing but what is remembered of a kind need not be asked again; who reads more, or declares nothing, is
asked each time. A test holds the decisions to the plain reading, and others each check and rule to what it declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from ..handshake import Handshake, Violation
from ..handshake.fields import Fields, Shape
from ..handshake.http_checks import check_other_fields, check_target
from ..handshake.reads import Check
from ..handshake.shortcut import GOOD_KEY
from ..handshake.target import has_control
from ..handshake.validation import check_key
from ..handshake.verification import READS
from ..rules.key import SAMPLE_KEYS, random_key

_KEY = b"sec-websocket-key"  # another one each time

# What is remembered besides the names and the values of fields, where somebody reads it. Not the target, the content
# and the size, which are others each time.
_ATTRIBUTES = frozenset({"method", "http_version", "upgraded", "subprotocols", "secure"})

# Who is asked each time in one look: at the bytes of all values, at the target, at the key.
AT_A_GLANCE = (check_other_fields, check_target, check_key, random_key)

KINDS = 256  # are kept of each policy; all are forgotten when there are more
KIND_BYTES = 1024  # the most that is kept of one, its offers counted as objects: no client may fill the memory
STR_BYTES = 64  # about what a str takes besides its characters
OFFER = 40  # characters: what is longer is no subprotocol's name but somebody's token, there only once and not for us
ANSWER_BYTES = 4096  # the most that is kept of its 101


class Precedent:
    """A kind of handshake that was found right.

    answer  the last right 101 to one of its kind: what is before the accept value, what is after, and the extension
            offers that it answers where they are not among the handshake's fields (exchange/head.py)
    """

    __slots__ = ("answer",)

    def __init__(self) -> None:
        self.answer: tuple[bytes, bytes, bytes | None] | None = None


class Precedents:
    """The kinds of handshakes that `checks`, those of the RFC and the rules of one policy, have found right."""

    __slots__ = ("_asked", "_attributes", "_found", "_names", "_of_key")

    def __init__(self, checks: Iterable[Check]) -> None:
        declared = [(check, frozenset(getattr(check, "reads", ("undeclared",)))) for check in checks]
        facts = READS.union(*[reads for _, reads in declared])  # a kept 101 spares `verify` as well
        anew = [(check, reads) for check, reads in declared if not all(map(_is_remembered, reads))]
        self._found: dict[tuple[object, ...], Precedent] = {}
        self._names = frozenset([fact.lower() for fact in facts if isinstance(fact, bytes)]) - {_KEY}
        self._attributes = attrgetter(*sorted(_ATTRIBUTES & facts))
        self._asked = tuple([check for check, _ in anew if check not in AT_A_GLANCE])
        self._of_key = tuple([check for check, reads in anew if _KEY in reads])

    def __len__(self) -> int:
        return len(self._found)

    def of(self, handshake: Handshake) -> Precedent | None:
        """The precedent of `handshake`: then nothing can be wrong with it but its key. None where there is none."""
        fields = handshake.fields
        reader = _reader_of(fields.shape, self._names) if fields.shape.size <= KIND_BYTES else None
        if reader is None or not fields.is_clean or has_control(handshake.target):
            return None
        precedent = self._found.get((fields.shape, reader(fields.values), self._attributes(handshake)))
        if precedent is not None:
            for check in self._asked:
                if check(handshake) is not None:
                    return None
        return precedent

    def keep(self, handshake: Handshake, violations: tuple[Violation, ...]) -> Precedent | None:
        """Keep `handshake`, which breaks `violations`, as a precedent for others if that is nothing but its key's."""
        fields = handshake.fields
        reader = _reader_of(fields.shape, self._names) if fields.shape.size <= KIND_BYTES else None
        if reader is None or not fields.is_clean:
            return None
        if violations and (has_good_key(fields) or violations != self.wrong_with_key(handshake)):
            return None
        hidden = sum(len(offer) + STR_BYTES for offer in handshake.subprotocols)
        if fields.shape.size + sum(map(len, reader(fields.values))) + hidden > KIND_BYTES:
            return None
        if any(len(offer) > OFFER for offer in handshake.offered_subprotocols):
            return None
        if len(self._found) >= KINDS:
            self._found.clear()
        kind = (fields.shape, reader(fields.values), self._attributes(handshake))
        return self._found.setdefault(kind, Precedent())

    def wrong_with_key(self, handshake: Handshake) -> tuple[Violation, ...]:
        """What a handshake that has a precedent breaks: nothing else than its key is left."""
        return tuple([found for check in self._of_key if (found := check(handshake)) is not None])


def has_good_key(fields: Fields) -> bool:
    """Whether a handshake that has a precedent has a key with which nothing is wrong."""
    key = fields.values[fields.shape.place[_KEY]]  # type: ignore[index]  # it has, or had no precedent
    return GOOD_KEY.fullmatch(key) is not None and key not in SAMPLE_KEYS


def _is_remembered(fact: object) -> bool:
    return fact in _ATTRIBUTES or (isinstance(fact, bytes) and fact.lower() != _KEY)


@lru_cache(256)
def _reader_of(shape: Shape, names: frozenset[bytes]) -> Callable[[Any], tuple[bytes, ...]] | None:
    """Takes the values of `names` out of those of a head, None where that is not so simple."""
    place = shape.place
    if place is None or _KEY not in place:
        return None
    places = [place[name] for name in sorted(names) if name in place]
    return itemgetter(*places) if len(places) > 1 else None  # of one place alone it would take no tuple
