"""Names the likely cause of an opening handshake that failed: the request, the 101, a proxy, or what the status says.

`verify` says what is wrong; this says why, and what to do about it. It is a guess, checked as far as the bytes allow.
"""

from __future__ import annotations

from ..handshake.fields import list_elements, shown
from ..handshake.http_checks import PROXY_CURE
from ..handshake.masking import masked_address
from ..handshake.request import Handshake
from ..handshake.response import HandshakeResponse
from ..handshake.validation import validate
from ..handshake.verification import verify
from .accept import Diagnosis, diagnose_accept
from .meanings import LIBRARY_CURE


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
