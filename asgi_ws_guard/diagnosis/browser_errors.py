"""Lines of browsers' consoles, the more exact first."""

from __future__ import annotations

from .copied import FETCH
from .meanings import (
    ACCEPT,
    CERT,
    EARLY,
    HANGUP,
    HOP,
    NO_ACCEPT,
    NONE_CHOSEN,
    NOT_HTTP,
    REFUSED_TCP,
    SLOW,
    TLS,
    UNOFFERED,
    Row,
)

ROWS: tuple[Row, ...] = (
    (
        r"Incorrect 'Sec-WebSocket-Accept' header value",
        "Chromium",
        ACCEPT,
    ),
    (
        r"'Sec-WebSocket-Accept' header is missing",
        "Chromium",
        NO_ACCEPT,
    ),
    (
        r"'Sec-WebSocket-(?:Accept|Protocol|Extensions)' header must not appear more than once",
        "Chromium",
        (
            "two layers write the same field of the 101",
            "leave it to the server, and remove it from the application or the proxy",
        ),
    ),
    (
        r"'(Upgrade|Connection)' header (?:is missing|value|must)",
        "Chromium",
        HOP,
    ),
    (
        r"'Sec-WebSocket-Protocol' header value '.*' in response does not match any of sent values",
        "Chromium",
        UNOFFERED,
    ),
    (
        r"Response must not include 'Sec-WebSocket-Protocol' header if not present in request",
        "Chromium",
        UNOFFERED,
    ),
    (
        r"Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
        "Chromium",
        NONE_CHOSEN,
    ),
    (
        r"Invalid status line|ERR_INVALID_HTTP_RESPONSE",
        "Chromium",
        NOT_HTTP,
    ),
    (
        r"HTTP Authentication failed|ERR_INVALID_AUTH_CREDENTIALS",
        "Chromium",
        (
            "the server answered 401",
            "a browser can send cookies with a WebSocket, and no Authorization; use a cookie, a ticket in the"
            " query, or the first message",
        ),
    ),
    (
        r"Connection closed before receiving a handshake response",
        "Chromium",
        HANGUP,
    ),
    (
        r"ERR_CONNECTION_REFUSED",
        "Chromium",
        REFUSED_TCP,
    ),
    (
        r"ERR_NAME_NOT_RESOLVED|ENOTFOUND|getaddrinfo failed|Name or service not known",
        "DNS",
        (
            "the host name does not resolve",
            "check its spelling",
        ),
    ),
    (
        r"ERR_SSL_PROTOCOL_ERROR|wrong version number|WRONG_VERSION_NUMBER|EPROTO|record layer failure",
        "TLS",
        TLS,
    ),
    (
        r"ERR_CERT_\w+|self[- ]signed certificate|certificate verify failed|CERT_HAS_EXPIRED"
        r"|unable to verify the first certificate",
        "TLS",
        CERT,
    ),
    (
        r"ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ECONNRESET",
        "the connection",
        HANGUP,
    ),
    (
        r"ERR_CONNECTION_TIMED_OUT|ETIMEDOUT|Opening handshake timed out|handshake has timed out"
        r"|timed out during (?:opening )?handshake|WebSocket opening handshake timed out",
        "the client",
        SLOW,
    ),
    (
        r"WebSocket is closed before the connection is established"
        r"|was closed before the connection was established|was interrupted while the page was loading",
        "the browser",
        EARLY,
    ),
    (
        r"insecure WebSocket connection may not be initiated from a page loaded over HTTPS|Mixed Content.*ws:"
        r"|SecurityError: The operation is insecure|blocked:mixed-content",
        "the browser",
        (
            "a page that was loaded over HTTPS may not open ws://",
            "use wss://, and end TLS in front of the server",
        ),
    ),
    (
        r"Refused to set unsafe header|forbidden header (?:was denied|name)|Attempt to set a forbidden header",
        "the browser",
        (
            "a script tried to set a header that only the browser sets",
            FETCH,
        ),
    ),
    (
        r"violates the following Content Security Policy directive.*connect-src|Refused to connect to '?wss?:",
        "the browser",
        (
            "the page's own Content-Security-Policy forbids this address",
            "add the ws:// or wss:// origin to connect-src: 'self' covers it only in recent browsers",
        ),
    ),
    (
        r"The subprotocol '.*' is (?:invalid|duplicated)|Wrong protocol for WebSocket",
        "the browser",
        (
            "the second argument of new WebSocket() is no list of different tokens",
            "offer names without spaces, slashes or commas, each once",
        ),
    ),
    (
        r"URL'?s scheme must be either|An invalid or illegal string was specified"
        r"|Wrong url scheme for WebSocket|contains a fragment identifier",
        "the browser",
        (
            "the address is no WebSocket URL",
            "ws:// or wss://, and no #fragment",
        ),
    ),
    (
        r"Firefox can.t establish a connection to the server at (\S+?)\.?$",
        "Firefox",
        (
            "the handshake with {1} failed; Firefox does not say how",
            "look at the request in the network panel: its status says more, and can be pasted here whole",
        ),
    ),
    (
        r"There was a bad response from the server",
        "Safari",
        (
            "the answer was no right 101: another status, or a wrong Sec-WebSocket-Accept, Upgrade or Connection",
            "copy request and answer from the network panel and paste them here",
        ),
    ),
    (
        r"The network connection was lost|Socket is not connected|Could not connect to the server"
        r"|The operation couldn.t be completed",
        "Safari",
        HANGUP,
    ),
)
