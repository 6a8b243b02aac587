"""The ways in which servers get the accept value wrong, as data: what is hashed, with which hash, how it is printed.

The right value is base64(SHA-1(key + GUID)). A mistake changes one of the three steps, now and then two, so every
combination is tried, the simplest first. Each row was seen in public code or issue threads, or follows from the
lists of mistakes that tutorials print.
"""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import new as new_hash

from ..handshake.accept import GUID

GUID_TEXT = GUID.decode("ascii")

# Misprints of the GUID that stand in public code. One-character slips are found by `guid_slips`, without a row here.
MISPRINTS = (
    b"258EAFA5-E914-47DA-95CA-5AB0DC85B11F",
    b"258EAFA5-E914-47DA-95CA-5AB5DC11B735",
    b"258EAFA5-E914-47DA-95CA-C5AB5DC11B735",
    b"258EAFA5-E914-47DA-95CA-C5AB5DC11B5A6",
    b"258EAFA5-E914-47DA-95CA-5AB5DC11B5A0",
    b"258EAFA5-E914-47DA-95CA-5AB9DC11B5AB",
    b"258EAFA5-E914-47DA-95CA-5AB53ADF711E",
    b"258EAFA5-E914-47DA-95CA-5AB5DC11885E",
    b"258EAFA5-E914-47DA-95CA-C5AB5E0285C2",
    b"258EAFA5-E914-47DA-95CA-C5AB57C8A2AE",
    b"258EAFA5-E914-47DA-95CA-C5AB5E4F89F5",
)

_SEPARATOR = "key and GUID were joined with a separator: nothing stands between them"
_COMMA = "two keys joined by a comma were hashed: take one, and answer two with a 400"
_TAB = "a tab was hashed with the key: strip the value"
_QUOTED_GUID = "the GUID was hashed in braces or quotes: it is the 36 characters alone"

# id, what was hashed instead of key + GUID, and the string itself.
INPUTS = (
    ("decoded-key", "the decoded key was hashed: hash the 24 characters as they came", b"%(decoded)b%(guid)b"),
    ("no-guid", f"the GUID was left out: append {GUID_TEXT} to the key before hashing", b"%(key)b"),
    ("decoded-key", "the decoded key was hashed, and without the GUID", b"%(decoded)b"),
    ("guid-first", "the GUID was put before the key: it comes after", b"%(guid)b%(key)b"),
    ("no-key", "the GUID alone was hashed, without the key: every client gets the same value", b"%(guid)b"),
    ("no-key", "an empty string was hashed: neither the key nor the GUID reached the hash", b""),
    ("guid-case", "the GUID was written in lower case: its letters are upper case", b"%(key)b%(guid-lower)b"),
    ("wrong-guid", "the GUID was written without its hyphens", b"%(key)b%(guid-bare)b"),
    ("wrong-guid", _QUOTED_GUID, b"%(key)b{%(guid)b}"),
    ("wrong-guid", _QUOTED_GUID, b'%(key)b"%(guid)b"'),
    ("key-quotes", "the key was hashed with quotes round it", b'"%(key)b"%(guid)b'),
    ("key-quotes", "the key was hashed with quotes round it", b"'%(key)b'%(guid)b"),
    ("key-quotes", "the key was hashed as Python's repr b'...': decode it to text", b"b'%(key)b'%(guid)b"),
    ("key-space", "a space before the key was hashed: strip the value after the colon", b" %(key)b%(guid)b"),
    ("key-space", "a space after the key was hashed: strip the value", b"%(key)b %(guid)b"),
    ("key-space", "spaces round the key were hashed: strip the value", b" %(key)b %(guid)b"),
    ("key-space", _TAB, b"%(key)b\t%(guid)b"),
    ("key-space", _TAB, b"\t%(key)b%(guid)b"),
    ("key-line-break", "the line break after the key was hashed: cut the line at CR LF", b"%(key)b\r\n%(guid)b"),
    ("key-line-break", "a line feed after the key was hashed: strip the value", b"%(key)b\n%(guid)b"),
    ("key-line-break", "a carriage return after the key was hashed: lines end in CR LF", b"%(key)b\r%(guid)b"),
    ("key-line-break", "a space before the key and the CR after it were hashed", b" %(key)b\r%(guid)b"),
    ("key-line-break", "a space before the key and the CR LF after it were hashed", b" %(key)b\r\n%(guid)b"),
    ("guid-line-break", "a line break after the GUID was hashed: print adds one", b"%(key)b%(guid)b\n"),
    ("guid-line-break", "a line break after the GUID was hashed", b"%(key)b%(guid)b\r\n"),
    ("nul-byte", "the NUL that ends a C string was hashed: use strlen, not sizeof", b"%(key)b%(guid)b\0"),
    ("nul-byte", "the NUL between key and GUID was hashed: use strlen, not sizeof", b"%(key)b\0%(guid)b"),
    ("separator", _SEPARATOR, b"%(key)b-%(guid)b"),
    ("separator", _SEPARATOR, b"%(key)b:%(guid)b"),
    ("separator", _SEPARATOR, b"%(key)b+%(guid)b"),
    ("key-unpadded", "the padding == was cut off the key before hashing", b"%(unpadded)b%(guid)b"),
    ("key-case", "the key was turned to lower case before hashing", b"%(lower)b%(guid)b"),
    ("key-case", "the key was turned to upper case before hashing", b"%(upper)b%(guid)b"),
    ("keys-joined", _COMMA, b"%(key)b, %(key)b%(guid)b"),
    ("keys-joined", _COMMA, b"%(key)b,%(key)b%(guid)b"),
    ("keys-joined", "the key was hashed twice over", b"%(key)b%(key)b%(guid)b"),
    ("key-escaped", "the key was percent-encoded before hashing", b"%(escaped)b%(guid)b"),
    ("key-escaped", "+ in the key became a space: it was read as a form value", b"%(form)b%(guid)b"),
    ("key-base64url", "the key was turned to base64url before hashing", b"%(urlsafe)b%(guid)b"),
    ("key-encoded", "the key was base64-encoded once more before hashing", b"%(encoded)b%(guid)b"),
    ("utf-16", "the string was hashed as UTF-16: encode it as ASCII", b"%(utf16)b"),
)
_RIGHT_INPUT = ("", "", b"%(key)b%(guid)b")

HASHES = ("sha1", "sha256", "md5", "sha512", "sha384", "sha224", "sha3_256")

_TITLES = {"sha256": "SHA-256", "sha512": "SHA-512", "sha384": "SHA-384", "sha224": "SHA-224", "sha3_256": "SHA3-256"}

Encoding = Callable[[bytes], bytes]
_HEX = "the digest was printed in hex: base64-encode its raw bytes"
_HEX_ENCODED = "the hex digest was base64-encoded: encode the raw bytes"
_URLSAFE = "the digest was base64url-encoded: use the standard alphabet, with + and /, padded"
_ENDIAN = "the words of the digest were printed in the machine's byte order: SHA-1 is big-endian"

# id, how the digest was printed instead, and the function.
ENCODINGS: tuple[tuple[str, str, Encoding], ...] = (
    ("", "", b64encode),
    ("hex-digest", _HEX, lambda digest: digest.hex().encode()),
    ("hex-digest", _HEX, lambda digest: digest.hex().upper().encode()),
    ("hex-digest", _HEX_ENCODED, lambda digest: b64encode(digest.hex().encode())),
    ("hex-digest", _HEX_ENCODED, lambda digest: b64encode(digest.hex().upper().encode())),
    ("base64url", _URLSAFE, urlsafe_b64encode),
    ("unpadded", "the padding = was cut off the accept value", lambda digest: b64encode(digest).rstrip(b"=")),
    ("base64url", _URLSAFE, lambda digest: urlsafe_b64encode(digest).rstrip(b"=")),
    ("encoded-twice", "the digest was base64-encoded twice", lambda digest: b64encode(b64encode(digest))),
    ("accept-escaped", "the accept value was percent-encoded", lambda digest: _escaped(b64encode(digest))),
    ("accept-case", "the accept value was turned to lower case", lambda digest: b64encode(digest).lower()),
    ("byte-order", _ENDIAN, lambda digest: b64encode(_swapped(digest))),
)


def explanations(key: bytes) -> Iterator[tuple[bytes, str, str]]:
    """Every wrong value that a known mistake makes of `key`, as (value, id, what was done), the simplest first."""
    forms = _forms(key)
    combinations = [
        (hashed, name, printed) for hashed in (_RIGHT_INPUT, *INPUTS) for name in HASHES for printed in ENCODINGS
    ]
    combinations.sort(key=lambda parts: bool(parts[0][0]) + (parts[1] != "sha1") + bool(parts[2][0]))
    for hashed, name, printed in combinations[1:]:
        hash_text = "" if name == "sha1" else f"{_TITLES.get(name, name.upper())} was used: the hash is SHA-1"
        texts = [text for text in (hashed[1], hash_text, printed[1]) if text]
        value = printed[2](_digest(name, hashed[2] % forms))
        yield value, hashed[0] or (hash_text and "other-hash") or printed[0], "; and ".join(texts)
    for guid in (*MISPRINTS, *guid_slips()):
        text = f"the GUID has a misprint: the server used {guid.decode()}, wanted {GUID_TEXT}"
        yield b64encode(_digest("sha1", key + guid)), "wrong-guid", text


def guid_slips() -> Iterator[bytes]:
    """The GUID with one character left out, changed, doubled or swapped with its neighbour."""
    for place in range(len(GUID)):
        head, here, tail = GUID[:place], GUID[place : place + 1], GUID[place + 1 :]
        yield head + tail
        yield head + here + here + tail
        yield head + tail[:1] + here + tail[1:]
        yield from (head + bytes([other]) + tail for other in b"0123456789ABCDEFOolIabcdef")


def _forms(key: bytes) -> dict[bytes, bytes]:
    """What the templates of INPUTS name: the key and the GUID as they are, and as mistakes leave them."""
    return {
        b"key": key,
        b"guid": GUID,
        b"guid-lower": GUID.lower(),
        b"guid-bare": GUID.replace(b"-", b""),
        b"decoded": b64decode(key),
        b"lower": key.lower(),
        b"upper": key.upper(),
        b"unpadded": key.rstrip(b"="),
        b"escaped": _escaped(key),
        b"form": key.replace(b"+", b" "),
        b"urlsafe": key.translate(bytes.maketrans(b"+/", b"-_")),
        b"encoded": b64encode(key),
        b"utf16": (key + GUID).decode("ascii").encode("utf-16-le"),
    }


def _digest(name: str, data: bytes) -> bytes:
    return new_hash(name, data, usedforsecurity=False).digest()


def _swapped(digest: bytes) -> bytes:
    return b"".join(digest[place : place + 4][::-1] for place in range(0, len(digest), 4))


def _escaped(value: bytes) -> bytes:
    return value.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")
