"""The mistake behind a wrong accept value is named."""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64encode
from hashlib import md5, sha1, sha256, sha384, sha512

import pytest

from asgi_ws_guard.diagnosis.accept import diagnose_accept, misshapen_accept
from asgi_ws_guard.diagnosis.accept_mistakes import MISPRINTS, guid_slips
from asgi_ws_guard.handshake import GUID, accept_value, generate_key

# Its accept value has + and /, and so has the key: mistakes about these show.
KEY = "+/Hm+/dZ/+kyRBqCZ1CdPQ=="
BYTES = KEY.encode()
RIGHT = accept_value(KEY)
OTHER = "dGhlIHNhbXBsZSBub25jZQ=="
DIGEST = sha1(BYTES + GUID).digest()


def hashed(data: bytes) -> str:
    return b64encode(sha1(data).digest()).decode()


MISTAKES = [
    ("decoded-key", hashed(b64decode(KEY) + GUID)),
    ("decoded-key", hashed(b64decode(KEY))),
    ("no-guid", hashed(BYTES)),
    ("guid-first", hashed(GUID + BYTES)),
    ("no-key", hashed(GUID)),
    ("no-key", hashed(b"")),
    ("guid-case", hashed(BYTES + GUID.lower())),
    ("wrong-guid", hashed(BYTES + GUID.replace(b"-", b""))),
    ("wrong-guid", hashed(BYTES + b"258EAFA5-E914-47DA-95CA-C5ABODC85B11")),
    ("wrong-guid", hashed(BYTES + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B1")),
    ("wrong-guid", hashed(BYTES + b"258EAFA5-E914-47DA-95CA-C5AB5DC85B11")),
    ("wrong-guid", hashed(BYTES + b"258EAFA5-E914-47DA-95CA-5AB0DC85B11F")),
    ("key-quotes", hashed(b'"' + BYTES + b'"' + GUID)),
    ("key-quotes", hashed(b"b'" + BYTES + b"'" + GUID)),
    ("key-space", hashed(b" " + BYTES + GUID)),
    ("key-space", hashed(BYTES + b" " + GUID)),
    ("key-space", hashed(BYTES + b"\t" + GUID)),
    ("key-line-break", hashed(BYTES + b"\r\n" + GUID)),
    ("key-line-break", hashed(BYTES + b"\n" + GUID)),
    ("key-line-break", hashed(b" " + BYTES + b"\r" + GUID)),
    ("guid-line-break", hashed(BYTES + GUID + b"\n")),
    ("nul-byte", hashed(BYTES + GUID + b"\0")),
    ("separator", hashed(BYTES + b":" + GUID)),
    ("key-unpadded", hashed(BYTES.rstrip(b"=") + GUID)),
    ("key-case", hashed(BYTES.lower() + GUID)),
    ("keys-joined", hashed(BYTES + b", " + BYTES + GUID)),
    ("key-escaped", hashed(BYTES.replace(b"+", b" ") + GUID)),
    ("key-escaped", hashed(BYTES.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D") + GUID)),
    ("key-base64url", hashed(BYTES.replace(b"+", b"-").replace(b"/", b"_") + GUID)),
    ("key-encoded", hashed(b64encode(BYTES) + GUID)),
    ("utf-16", hashed((KEY + GUID.decode()).encode("utf-16-le"))),
    ("hex-digest", DIGEST.hex()),
    ("hex-digest", DIGEST.hex().upper()),
    ("hex-digest", b64encode(DIGEST.hex().encode()).decode()),
    ("base64url", urlsafe_b64encode(DIGEST).decode()),
    ("base64url", urlsafe_b64encode(DIGEST).decode().rstrip("=")),
    ("unpadded", RIGHT.rstrip("=")),
    ("encoded-twice", b64encode(RIGHT.encode()).decode()),
    ("accept-escaped", RIGHT.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")),
    ("accept-case", RIGHT.lower()),
    ("other-hash", b64encode(sha256(BYTES + GUID).digest()).decode()),
    ("other-hash", b64encode(sha512(BYTES + GUID).digest()).decode()),
    ("other-hash", b64encode(sha384(BYTES + GUID).digest()).decode()),
    ("other-hash", b64encode(md5(BYTES + GUID).digest()).decode()),
    ("key-echoed", KEY),
    ("guid-echoed", GUID.decode()),
    ("unprinted", KEY + GUID.decode()),
    ("truncated", RIGHT[:20]),
    ("doubled", RIGHT + RIGHT),
    ("doubled", f"{RIGHT}, {RIGHT}"),
    ("accept-space", f"{RIGHT[:10]} {RIGHT[10:]}"),
    ("accept-space", f"{RIGHT}\n"),
    ("accept-quotes", f'"{RIGHT}"'),
    ("accept-trailing", f"{RIGHT};"),
    ("accept-empty", ""),
    ("other-input", accept_value(OTHER)),
    ("other-length", b64encode(b"x" * 12).decode()),
    ("not-base64", "?!"),
]


@pytest.mark.parametrize(("name", "accept"), MISTAKES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(MISTAKES)])
def test_a_wrong_accept_value_names_its_mistake(name: str, accept: str) -> None:
    found = diagnose_accept(KEY, accept)
    assert found is not None and found.id == name
    assert len(found.text) > 20


def test_two_mistakes_at_once_are_both_named() -> None:
    found = diagnose_accept(KEY, sha256(b64decode(KEY) + GUID).hexdigest())
    assert found is not None and found.id == "decoded-key"
    assert "decoded key" in found.text and "SHA-256" in found.text and "hex" in found.text


def test_the_right_value_has_no_diagnosis() -> None:
    key = generate_key()
    assert diagnose_accept(key, accept_value(key)) is None


def test_the_accept_value_of_another_connection_is_a_replay() -> None:
    found = diagnose_accept(KEY, accept_value(OTHER), [KEY, OTHER])
    assert found is not None and found.id == "replay"


@pytest.mark.parametrize("guid", [*MISPRINTS, *list(guid_slips())[::97]])
def test_a_misprinted_guid_is_shown_beside_the_right_one(guid: bytes) -> None:
    found = diagnose_accept(KEY, hashed(BYTES + guid))
    if guid == GUID:
        assert found is None
    else:
        assert found is not None and found.id in ("wrong-guid", "guid-case")
        assert GUID.decode() in found.text or "lower case" in found.text


def test_a_key_that_is_no_base64_is_diagnosed_all_the_same() -> None:
    found = diagnose_accept("not a key", "x" * 27 + "=")
    assert found is not None


@pytest.mark.parametrize("accept", [RIGHT, accept_value(OTHER)])
def test_an_accept_value_that_could_be_right_is_not_misshapen(accept: str) -> None:
    assert misshapen_accept(accept) is None
