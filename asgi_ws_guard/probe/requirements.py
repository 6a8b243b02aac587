"""Requirements that cases exercise and that the handshake's table has no row for: the guard reads none of it.

Most are a server's alone to keep: how it closes, frames its answers, and reads the syntax below the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..handshake.requirements import REQUIREMENTS, Requirement

_ROWS = (
    ("fields-ignored", "RFC 6455 §4.2.1 item 10", "Fields that the server does not know are ignored."),
    ("request-line", "RFC 9112 §3", "The request line is METHOD SP request-target SP HTTP-version."),
    ("request-target", "RFC 9112 §3.2", "The request target is in origin-form or absolute-form, without a fragment."),
    ("field-line", "RFC 9112 §5", "A field line is name, colon, value, ended by CR LF, and nothing else ends one."),
    ("early-data", "RFC 6455 §4.1", "A client waits for the answer; bytes sent early are kept or refused, not lost."),
    ("refusal-version", "RFC 6455 §4.4", "A refused version is answered with the Sec-WebSocket-Version spoken here."),
    ("refusal-upgrade", "RFC 9110 §15.5.22", "A 426 has an Upgrade field, and the connection option upgrade."),
    ("refusal-allow", "RFC 9110 §15.5.6", "A 405 has an Allow field."),
    (
        "refusal-closes",
        "RFC 9112 §9.6",
        "After a refused upgrade the connection ends: a proxy may take it for a tunnel.",
    ),
    ("refusal-pipelining", "RFC 9112 §9.6", "After a refused upgrade no further request on the connection is served."),
    ("refusal-accept", "RFC 6455 §11.3.3", "Sec-WebSocket-Accept says yes, and a refusal does not carry it."),
    ("refusal-framed", "RFC 9112 §6.3", "The body of a refusal is as long as its head says."),
    ("response-head", "RFC 9112 §4", "The head of the answer is well-formed HTTP/1.1."),
    ("response-once", "RFC 9110 §5.3", "No field that may appear once is doubled in the answer."),
    ("response-content", "RFC 9110 §8.6", "A 101 has no Content-Length and no Transfer-Encoding (RFC 9112 §6.1)."),
    ("response-frames", "RFC 6455 §5.2", "What follows the 101 is WebSocket frames, and pings are answered."),
    ("replay", "RFC 6455 §1.3", "Each handshake is answered with the accept value of its own key."),
    ("extension-parameters", "RFC 7692 §7.1", "An offer with parameters that cannot be honoured is declined."),
    (
        "connect-protocol",
        "RFC 8441 §5",
        "Over HTTP/2 a WebSocket opens by CONNECT with :protocol websocket, and a 2xx.",
    ),
    ("connect-pseudo", "RFC 8441 §4", "An extended CONNECT has :scheme, :path and :authority."),
    ("connect-fields", "RFC 9113 §8.2.2", "No connection-specific field stands in an HTTP/2 message."),
    ("connect-accept", "RFC 8441 §5", "Sec-WebSocket-Key and Sec-WebSocket-Accept play no part over HTTP/2."),
)

PROBED: Mapping[str, Requirement] = MappingProxyType(
    {**{name: Requirement(name, section, text, 400) for name, section, text in _ROWS}, **REQUIREMENTS}
)
