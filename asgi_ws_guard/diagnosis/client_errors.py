"""Errors of clients and their libraries, the more exact first."""

from __future__ import annotations

from ..handshake.http_checks import PROXY_CURE
from .meanings import (
    ACCEPT,
    HANGUP,
    HOP,
    NO_ACCEPT,
    NONE_CHOSEN,
    NOT_HTTP,
    REFUSED_TCP,
    SERVER_HOP,
    UNOFFERED,
    VERSION,
    Row,
)

ROWS: tuple[Row, ...] = (
    (
        r"Invalid Sec-WebSocket-Accept header",
        "Node's ws",
        ACCEPT,
    ),
    (
        r"Server sent an invalid subprotocol|Server sent a subprotocol but none was requested",
        "Node's ws",
        UNOFFERED,
    ),
    (
        r"Server sent no subprotocol",
        "Node's ws",
        NONE_CHOSEN,
    ),
    (
        r"Invalid (Upgrade) header",
        "Node's ws",
        HOP,
    ),
    (
        r"Missing or invalid Sec-WebSocket-Key header",
        "Node's ws, as a server",
        (
            "the client's key is missing, or not the base64 of 16 bytes",
            "a browser, or a client library, makes it; do not set it by hand",
        ),
    ),
    (
        r"Missing or invalid Sec-WebSocket-Version header",
        "Node's ws, as a server",
        VERSION,
    ),
    (
        r"Server sent a Sec-WebSocket-Extensions header but no extension was requested"
        r"|Invalid Sec-WebSocket-Extensions header",
        "Node's ws",
        (
            "the server's extensions are not among those that were offered",
            "switch compression off on one side to see; a proxy may add the field",
        ),
    ),
    (
        r"Parse Error: Expected HTTP/|HPE_INVALID",
        "Node",
        NOT_HTTP,
    ),
    (
        r"socket hang up",
        "Node",
        HANGUP,
    ),
    (
        r"ECONNREFUSED|Connection refused|Connect call failed|actively refused",
        "the connection",
        REFUSED_TCP,
    ),
    (
        r"Received network error or non-101 status code",
        "undici, Deno or Bun",
        (
            "the answer was not 101, or there was none",
            "look at the server's log for the status, or `asgi-ws-guard probe URL`",
        ),
    ),
    (
        r"InvalidUpgrade: missing (Connection|Upgrade) header|InvalidUpgrade: invalid (?:Connection"
        r"|Upgrade) header|missing (Connection|Upgrade) header",
        "websockets",
        SERVER_HOP,
    ),
    (
        r"invalid Sec-WebSocket-Accept header|challenge response|Invalid challenge response",
        "the client library",
        ACCEPT,
    ),
    (
        r"missing Sec-WebSocket-Accept header",
        "websockets",
        NO_ACCEPT,
    ),
    (
        r"missing Sec-WebSocket-Key header",
        "websockets, as a server",
        (
            "an upgrade without a key: no browser sends it",
            "a health check or scanner that sets Upgrade by hand, or a proxy that drops what it does not know",
        ),
    ),
    (
        r"invalid Sec-WebSocket-Key header",
        "websockets, as a server",
        (
            "the key is not the base64 of 16 bytes",
            "let the client library make it: 16 random bytes, base64, 24 characters",
        ),
    ),
    (
        r"(?:invalid|missing) Sec-WebSocket-Version header",
        "websockets, as a server",
        VERSION,
    ),
    (
        r"invalid Origin header|InvalidOrigin",
        "websockets, as a server",
        (
            "the Origin is not on the server's list",
            "add this page's origin to the list, or make the proxy leave Host and Origin alone",
        ),
    ),
    (
        r"unsupported subprotocol|no subprotocols supported",
        "websockets",
        UNOFFERED,
    ),
    (
        r"no common subprotocols|missing subprotocol",
        "websockets, as a server",
        NONE_CHOSEN,
    ),
    (
        r"unsupported HTTP method|unsupported HTTP version",
        "websockets, as a server",
        (
            "the request is no opening handshake: it is a GET in HTTP/1.1",
            PROXY_CURE,
        ),
    ),
    (
        r"did not receive a valid HTTP response|did not receive a valid HTTP request|InvalidMessage"
        r"|connection closed while reading HTTP",
        "websockets",
        (
            "the connection ended, or something else than HTTP came, during the handshake",
            "a port scan or TCP health check on the server's side; a wrong port or scheme on the client's",
        ),
    ),
    (
        r"opening handshake failed",
        "websockets, as a server",
        (
            "a client's opening handshake failed; the exception below this line says how",
            "paste its last line here; one-off lines are scanners and health checks",
        ),
    ),
    (
        r"no close frame received or sent",
        "websockets",
        (
            "the connection was cut after the handshake",
            "that is no handshake problem: look for a proxy's idle timeout, or a crash of the other side",
        ),
    ),
    (
        r"websocket: the client is not using the websocket protocol: '(upgrade|websocket)' token not found",
        "gorilla/websocket",
        SERVER_HOP,
    ),
    (
        r"websocket: unsupported version",
        "gorilla/websocket",
        VERSION,
    ),
    (
        r"websocket: request origin not allowed",
        "gorilla/websocket",
        (
            "the Origin is not the server's own",
            "set CheckOrigin, or make the proxy pass Host on",
        ),
    ),
    (
        r"websocket: bad handshake",
        "gorilla/websocket",
        (
            "the answer was no right 101",
            "print the response that Dial returns beside the error: its status says why",
        ),
    ),
)
