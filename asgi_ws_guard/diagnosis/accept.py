"""Names the mistake behind a wrong accept value, and the likely cause of an opening handshake that failed.

`verify` says what is wrong; this says why, and what to do about it. A diagnosis is a guess that was checked as far as
the bytes allow: an accept value is only ever explained by a computation that yields exactly that value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..handshake.accept import GUID, accept_value, decode_key
from ..handshake.fields import OWS, list_elements, shown
from ..handshake.masking import masked_address
from ..handshake.request import Handshake
from ..handshake.response import HandshakeResponse
from ..handshake.validation import PROXY_CURE, validate
from ..handshake.verification import verify
from .accept_mistakes import explanations

_LENGTHS = {16: "MD5, or the key itself", 20: "SHA-1 of something else", 28: "SHA-224", 32: "SHA-256", 64: "SHA-512"}

LIBRARY_CURE = (
    "the server has no WebSocket library (uvicorn: pip install 'uvicorn[standard]', or websockets, or wsproto), has "
    "WebSockets switched off, or serves none on this path"
)


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


def diagnose(handshake: Handshake, response: HandshakeResponse, body: bytes = b"") -> Diagnosis | None:
    """The likely cause of a failed opening handshake; None where it went well. `body` is what came after the head."""
    if response.status == 101 and not handshake.extended_connect:
        return _diagnose_101(handshake, response)
    if not verify(handshake, response):
        return None
    if violations := [violation for violation in validate(handshake) if not violation.requirement.flagged]:
        first = violations[0]
        return Diagnosis(f"request-{first.requirement.id}", f"the request is at fault: {first.detail}")
    return _by_hop(response) or _by_body(body) or _by_status(response)


def _diagnose_101(handshake: Handshake, response: HandshakeResponse) -> Diagnosis | None:
    accepts, key = response.fields.get_all("sec-websocket-accept"), handshake.key
    if len(accepts) == 1 and key is not None and (found := diagnose_accept(key, accepts[0])):
        return found
    for violation in verify(handshake, response):
        if violation.requirement.id in _ANSWERS:
            return Diagnosis(violation.requirement.id, f"{violation.detail}: {_ANSWERS[violation.requirement.id]}")
    return None


# What each broken requirement of a 101 mostly comes from.
_ANSWERS = {
    "response-upgrade": "a proxy removed the hop-by-hop field, or it was never set: say Upgrade: websocket",
    "response-connection": "a proxy put its own there, or a keep-alive or close was left in: say Connection: Upgrade",
    "accept-present": "the upgrade was answered as a plain HTTP 101, the key unread: leave it to a WebSocket library",
    "accept-once": "two layers add the accept value: leave it to the server",
    "accept-value": "there was no single key to answer: such a request is refused with 400",
    "subprotocol-single": "choose one of the offers, and send it once",
    "subprotocol-offered": "choose among the client's offers, and send no field where nothing fits",
    "extensions-once": "put the chosen extensions on one line",
    "extension-offered": "choose among the client's offers; what a proxy or framework adds breaks the client",
}

_STATUSES = {
    400: ("bad-request", "the server found the request malformed; its body or its log says where"),
    401: ("unauthorized", "the server asks for a login: send Authorization, or a cookie, which browsers can"),
    403: ("forbidden", "the application refused: an Origin not allowed, a missing login, or a close before accept"),
    404: ("not-found", "no WebSocket on this path: check its spelling, its last slash, and the prefix a proxy adds"),
    405: ("method", "this path is served, but not for an opening handshake: the route is an HTTP one"),
    407: ("proxy-authentication", "a proxy on the way asks for a login"),
    408: ("timeout", "the server waited for the rest of the request: the empty line that ends it is missing"),
    421: (
        "misdirected",
        "this server is not responsible for this Host: check Host, SNI, and what the proxy makes of it",
    ),
    426: ("upgrade-required", f"the server saw no upgrade to WebSocket: {PROXY_CURE}"),
    429: ("too-many", "the server limits handshakes: wait as Retry-After says"),
    431: ("too-large", "the request's fields are too large: mostly cookies"),
    500: ("server-error", "the application raised before it accepted: see the server's log"),
    501: ("not-implemented", f"the server does not do this upgrade: {LIBRARY_CURE}"),
    502: ("bad-gateway", "the proxy got no good answer from the server behind it: does it run, and speak HTTP/1.1?"),
    503: ("unavailable", "the server is full, starting or stopping: wait as Retry-After says"),
    504: ("gateway-timeout", "the proxy waited in vain for the server behind it"),
    505: ("http-version", "the server does not speak this version of HTTP: an opening handshake is HTTP/1.1"),
}


def _by_hop(response: HandshakeResponse) -> Diagnosis | None:
    versions = list_elements(response.fields.get_all("sec-websocket-version"))
    if versions and "13" not in versions:
        return Diagnosis(
            "version", f"the server speaks version {shown(', '.join(versions))[1:-1]}, and everybody else 13"
        )
    if response.http_version == "1.0":
        return Diagnosis("http-1.0-hop", f"the answer is HTTP/1.0, which has no upgrade: {PROXY_CURE}")
    return None


def _by_body(body: bytes) -> Diagnosis | None:
    text = body[:4096].lower()
    if b"unsupported upgrade" in text or b"no supported websocket library" in text:
        return Diagnosis("library-missing", LIBRARY_CURE)
    if b'can "upgrade" only to "websocket"' in text or b"not a websocket handshake" in text:
        return Diagnosis("hop-by-hop", f"the server saw no upgrade: {PROXY_CURE}")
    return None


def _by_status(response: HandshakeResponse) -> Diagnosis:
    if 200 <= response.status < 300:
        text = f"the server answered as to a plain request: {LIBRARY_CURE}; or {PROXY_CURE}"
        return Diagnosis("not-upgraded", text)
    if 300 <= response.status < 400:
        target = shown(masked_address(", ".join(response.fields.get_all("location"))) or "nowhere")
        return Diagnosis(
            "redirect", f"the server redirects to {target}, and browsers follow no redirect: use that address"
        )
    label, text = _STATUSES.get(response.status, ("refused", "the server refused the handshake; its log says why"))
    return Diagnosis(label, text)


def strip_value(value: str) -> str:
    """A key or accept value as somebody pasted it: OWS and line ends round it removed, and nothing else."""
    return value.strip(OWS + "\r\n")
