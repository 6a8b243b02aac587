"""Field lines of an HTTP head: ordered, case-insensitive, and with every duplicate kept (RFC 9110 §5).

A mapping whose last line wins is how two Sec-WebSocket-Key fields become one good one, so `Fields` has no
`fields[name]`: a reader says `get_all` or `single`, and so decides what a second line means.
Bytes are kept as they came and decoded on access, as Latin-1, which can represent each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from .lazy_pattern import LazyPattern

Text: TypeAlias = str | bytes
Pairs: TypeAlias = Iterable[tuple[Text, Text]]

# OWS = *( SP / HTAB )                                                        RFC 9110 §5.6.3
# Python's own strip() would also take 0x0B, 0x0C, 0x1C to 0x1F, 0x85 and 0xA0 away; those are part of the value.
OWS = " \t"

# tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
# token = 1*tchar                                                             RFC 9110 §5.6.2
TCHAR = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
TOKEN = LazyPattern(rf"{TCHAR}+")

# quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE                     RFC 9110 §5.6.4
# In an extension parameter the value, once unescaped, is a token as well (RFC 6455 §9.1): only this form is left.
QUOTED_TOKEN = rf'"(?:\\?{TCHAR})+"'

_PRINTABLE = b"\t" + bytes(range(0x20, 0x7F))
_LINE = len(": ") + len("\r\n")  # what a field line has on the wire besides its name and its value


class Shape:
    """What the names of a head say, whatever the values: looked at once for each sequence of names.

    place  names (lower case) to positions, where none is there twice, in whatever spelling; else None. What nearly
           every head is, and the one form in which a mapping hides no duplicate.
    size   bytes of the field lines as HTTP/1.1 writes them, without the values
    """

    __slots__ = ("place", "size")

    def __init__(self, names: tuple[bytes, ...]) -> None:
        text = b"".join(names)
        place = {name.lower(): number for number, name in enumerate(names)}
        self.place: dict[bytes, int] | None = place if len(place) == len(names) else None
        self.size = len(text) + _LINE * len(names)


# Shapes by their names: a client sends the same each time, and there are few kinds of clients. Bounded in number and in
# size, since names are the client's to choose.
SHAPES, SHAPE_BYTES = 256, 2048
_shapes: dict[tuple[bytes, ...], Shape] = {}


def _shape_of(names: tuple[bytes, ...]) -> Shape:
    shape = _shapes.get(names)
    if shape is None:
        shape = Shape(names)
        if shape.size <= SHAPE_BYTES:
            if len(_shapes) >= SHAPES:
                _shapes.clear()
            _shapes[names] = shape
    return shape


class Fields:
    """The field lines of one head. `pairs` are (name, value), each str or bytes, in the order of the wire."""

    __slots__ = ("_index", "is_clean", "raw", "shape", "size", "values")

    raw: tuple[tuple[bytes, bytes], ...]
    values: tuple[bytes, ...]

    def __init__(self, pairs: Pairs = ()) -> None:
        """Look once at everything, so that what reads a field need not."""
        raw: Any = tuple(pairs)
        try:
            # Without `strict`, which takes a third of the time again: of pairs there are always two.
            names, values = zip(*raw) if raw else ((), ())  # noqa: B905
            self.shape = shape = _shape_of(names)
            text = b"".join(values)
        except TypeError:  # there are str among them: a server's are bytes
            self.__init__([(_to_bytes(name), _to_bytes(value)) for name, value in raw])  # type: ignore[misc]
            return
        self.raw = raw
        self.values = values
        self._index: dict[bytes, list[bytes]] | None = None
        # Bytes of the field lines as HTTP/1.1 writes them.
        self.size: int = shape.size + len(text)
        # Whether no value holds anything but printable ASCII, SP and HTAB: then no one value needs to be searched.
        self.is_clean: bool = not text.translate(None, _PRINTABLE)

    @property
    def plain(self) -> dict[bytes, bytes] | None:
        """Names (lower case) to values as they came, where none is there twice; else None."""
        place = self.shape.place
        return None if place is None else dict(zip(place, self.values, strict=True))

    def get_raw(self, name: bytes) -> list[bytes]:
        """The values of `name` (lower case) as they came, OWS round them removed."""
        place = self.shape.place
        if place is not None:
            number = place.get(name)
            return [] if number is None else [self.values[number].strip(b" \t")]
        if self._index is None:
            self._index = {}
            for field_name, value in self.raw:
                self._index.setdefault(field_name.lower(), []).append(value.strip(b" \t"))
        return self._index.get(name, [])

    def get_all(self, name: str) -> list[str]:
        """Each line's value for `name`, in order, OWS round it removed; empty when there is none."""
        return [value.decode("latin-1") for value in self.get_raw(_to_bytes(name).lower())]

    def single(self, name: str) -> str | None:
        """The one value of `name`, None where there is none. ValueError where there are several."""
        values = self.get_all(name)
        if len(values) > 1:
            raise ValueError(f"{name} is there {len(values)} times, and at most one is wanted")
        return values[0] if values else None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str | bytes) and bool(self.get_raw(_to_bytes(name).lower()))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Fields) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Without the values of credentials (masking.py): people print what they are given."""
        from .masking import masked_value  # here: what is never printed need not be masked

        return f"Fields({[(name, masked_value(name, value)) for name, value in self]!r})"


def list_elements(values: Iterable[str]) -> list[str]:
    """The elements of a list field over all its lines, empty ones dropped: `#element` of RFC 9110 §5.6.1."""
    return [element for value in values for part in value.split(",") if (element := part.strip(OWS))]


def shown(value: str, limit: int = 64) -> str:
    """A peer's value in a message of ours: quoted, escaped to printable ASCII, and cut at `limit` characters."""
    text = escaped(value[:limit], limit).replace('"', '\\"')
    return f'"{text}"' if len(value) <= limit else f'"{text}..." ({len(value)} characters)'


def escaped(value: str, limit: int | None = 200, *, letters: bool = False) -> str:
    """Text from outside as one harmless line: whatever it is put into, it goes through here.

    Printable ASCII, without quotes, cut at `limit` characters (None: whole). With `letters` what is printable stays as
    it is, in any language, backslashes too, and may be escaped again: for a sentence of ours that quotes somebody.
    Not printable are, in both, controls (C0, DEL and C1), separators of lines, and controls of the writing direction.
    """
    text = value if limit is None else value[:limit]
    if letters:
        if not text.isprintable():
            text = "".join([c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text])
    elif not text.isascii() or not text.isprintable() or "\\" in text:  # else it would stay as it is
        text = text.encode("unicode_escape").decode("ascii")
    return text if limit is None or len(value) <= limit else f"{text}..."


def _to_bytes(text: Text) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:  # no wire could have carried it: keep it as bytes that no handshake field may hold
        return text.encode("utf-8", "surrogatepass")
