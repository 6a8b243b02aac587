"""Names the mistake behind a wrong accept value.

`verify` says that it is wrong; this says why, and what to do about it: it is only ever explained by a computation that
yields exactly that value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..handshake.accept import GUID, accept_value, decode_key
from ..handshake.fields import OWS
from .accept_mistakes import explanations

_LENGTHS = {16: "MD5, or the key itself", 20: "SHA-1 of something else", 28: "SHA-224", 32: "SHA-256", 64: "SHA-512"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A named mistake: a stable id in kebab case, and a text that says what was done and what to do instead."""

    id: str
    text: str


def diagnose_accept(key: str, accept: str, other_keys: Iterable[str] = ()) -> Diagnosis | None:
    """The mistake that makes `accept` of `key`; None where it is right. Both are field values, OWS removed.

    `other_keys` are those of other handshakes: an accept value that fits one of them came from another connection.
    """
    expected = accept_value(key)
    if accept == expected:
        return None
    if found := _misshapen(key, accept, expected):
        return found
    for other in other_keys:
        if other != key and accept == accept_value(other):
            return Diagnosis("replay", _REPLAY)
    wanted = accept.encode("latin-1", "backslashreplace")
    for value, label, text in _explained(key):
        if value == wanted:
            return Diagnosis(label, text)
    return _by_length(accept, expected)


_REPLAY = (
    "this accept value belongs to another connection: a cache replayed it, or the server keeps the key in a variable "
    "that its connections share"
)


def _misshapen(key: str, accept: str, expected: str) -> Diagnosis | None:
    """A right value that was spoilt on its way out, or no attempt at one."""
    without_space = "".join(accept.split())
    if not accept:
        return Diagnosis("accept-empty", "the accept value is empty: compute base64(SHA-1(key + GUID))")
    if accept == key:
        return Diagnosis("key-echoed", "the key was sent back as it came: append the GUID, hash, and base64-encode")
    if accept == GUID.decode("ascii"):
        return Diagnosis("guid-echoed", "the GUID itself was sent: append it to the key, hash, and base64-encode")
    if accept in (key + GUID.decode("ascii"), f"b'{expected}'"):
        return Diagnosis("unprinted", "the string was sent before it was hashed or decoded to text")
    if without_space in (expected + expected, f"{expected},{expected}"):
        return Diagnosis("doubled", "the accept value is there twice: two layers add it; leave it to the server")
    if without_space == expected:
        where = "a line break" if set(accept) & set("\r\n") else "a space"
        return Diagnosis("accept-space", f"{where} stands in the accept value: strip what base64 adds (76 columns, -n)")
    if accept.strip("\"'") == expected:
        return Diagnosis("accept-quotes", "the accept value stands in quotes: send it bare")
    if len(accept) < len(expected) and len(accept) >= 4 and expected.startswith(accept) and accept != expected[:-1]:
        return Diagnosis(
            "truncated", f"the accept value is cut after {len(accept)} of 28 characters: enlarge the buffer"
        )
    if accept.startswith(expected):
        return Diagnosis("accept-trailing", f"{len(accept) - 28} characters too many follow the right accept value")
    return None


def _explained(key: str) -> Iterable[tuple[bytes, str, str]]:
    """Every known way to get it wrong. A key that is not base64 has no decoded form, and so no such mistake."""
    try:
        decode_key(key)
    except ValueError:
        return ()
    return explanations(key.encode("ascii"))


def _by_length(accept: str, expected: str) -> Diagnosis:
    if found := misshapen_accept(accept):
        return Diagnosis(found.id, f"{found.text}; expected {expected}")
    if decode_key(accept) == decode_key(expected):
        return Diagnosis("pad-bits", "the right digest, but its base64 has pad bits set: the encoder is at fault")
    return Diagnosis(
        "other-input",
        "this is as long as a SHA-1, but of something else than this key and the GUID: another key (a replaying "
        "cache, a shared variable), a key that was changed on the way, or a wrong GUID",
    )


def misshapen_accept(accept: str) -> Diagnosis | None:
    """What is wrong with an accept value whose key is not known; None where it could be right."""
    try:
        digest = decode_key(accept)
    except ValueError:
        return Diagnosis("not-base64", "the accept value is not base64, wanted 28 characters of it")
    if len(digest) == 20:
        return None
    kind = _LENGTHS.get(len(digest), "no hash that is used here")
    return Diagnosis("other-length", f"the accept value decodes to {len(digest)} bytes, wanted 20: {kind}")


def strip_value(value: str) -> str:
    """A key or accept value as somebody pasted it: OWS and line ends round it removed, and nothing else."""
    return value.strip(OWS + "\r\n")
