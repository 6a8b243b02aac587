# ruff: noqa: E501, RUF001
# The lines stand here as browsers, clients and servers print them, however long, typographic apostrophes included.
"""One-line errors, with what their explanation has to say: in the meaning, and in the cure."""

from __future__ import annotations

MESSAGES = [
    (
        "WebSocket connection to 'ws://a/' failed: Error during WebSocket handshake: Unexpected response code: 403",
        "403",
        "Origin",
    ),
    (
        "WebSocket connection to 'ws://a/' failed: Error during WebSocket handshake: Unexpected response code: 200",
        "200",
        "library",
    ),
    (
        "Error during WebSocket handshake: Incorrect 'Sec-WebSocket-Accept' header value",
        "base64(SHA-1(key + GUID))",
        "verify KEY ACCEPT",
    ),
    ("Error during WebSocket handshake: 'Sec-WebSocket-Accept' header is missing", "plain HTTP", "library"),
    ("Error during WebSocket handshake: 'Upgrade' header is missing", "hop-by-hop", "proxy"),
    ("Error during WebSocket handshake: 'Connection' header value must contain 'Upgrade'", "Connection", "proxy"),
    (
        "Error during WebSocket handshake: Response must not include 'Sec-WebSocket-Protocol' header if not present in request: chat",
        "did not offer",
        "offers",
    ),
    (
        "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
        "chose none",
        "choose one",
    ),
    ("Error during WebSocket handshake: net::ERR_INVALID_HTTP_RESPONSE", "no HTTP answer", "scheme"),
    (
        "WebSocket connection to 'ws://localhost:1/' failed: Error in connection establishment: net::ERR_CONNECTION_REFUSED",
        "nothing listens",
        "port",
    ),
    (
        "WebSocket connection to 'wss://localhost:8000/' failed: Error in connection establishment: net::ERR_SSL_PROTOCOL_ERROR",
        "TLS",
        "ws://",
    ),
    ("net::ERR_CERT_AUTHORITY_INVALID", "certificate", "issuer"),
    (
        "WebSocket connection to 'ws://a/' failed: WebSocket is closed before the connection is established.",
        "before it had opened",
        "StrictMode",
    ),
    (
        "WebSocket connection to 'ws://a/' failed: HTTP Authentication failed; no valid credentials available",
        "401",
        "cookie",
    ),
    (
        "Mixed Content: The page at 'https://a/' attempted to connect to the insecure WebSocket endpoint 'ws://a/'.",
        "HTTPS",
        "wss://",
    ),
    ('Refused to set unsafe header "Sec-WebSocket-Key"', "only the browser sets", "new WebSocket(url)"),
    ("Attempt to set a forbidden header was denied: Sec-WebSocket-Key", "only the browser sets", "new WebSocket(url)"),
    (
        "Firefox can’t establish a connection to the server at ws://localhost:8000/ws.",
        "ws://localhost:8000/ws",
        "network panel",
    ),
    (
        "The connection to ws://localhost:8000/ was interrupted while the page was loading.",
        "before it had opened",
        "harmless",
    ),
    (
        "WebSocket connection to 'ws://a/' failed: There was a bad response from the server.",
        "no right 101",
        "network panel",
    ),
    ("WebSocket connection to 'ws://a/' failed: The network connection was lost.", "ended before", "log"),
    ("error: Unexpected server response: 404", "404", "path"),
    ("error: connect ECONNREFUSED 127.0.0.1:8000", "nothing listens", "port"),
    ("error: socket hang up", "ended before", "log"),
    ("error: Invalid Sec-WebSocket-Accept header", "base64(SHA-1(key + GUID))", "verify"),
    ("error: Server sent an invalid subprotocol", "did not offer", "offers"),
    ("error: Server sent no subprotocol", "chose none", "choose one"),
    ("error: Opening handshake has timed out", "in time", "accept first"),
    ("error: self-signed certificate", "certificate", "issuer"),
    ("websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 401", "401", "login"),
    ("websockets.exceptions.InvalidStatusCode: server rejected WebSocket connection: HTTP 502", "502", "proxy"),
    ("websockets.exceptions.InvalidUpgrade: missing Connection header", "Connection", "proxy"),
    ("websockets.exceptions.InvalidUpgrade: invalid Connection header: keep-alive", "field", "proxy"),
    ("websockets.exceptions.InvalidHeader: missing Sec-WebSocket-Key header", "without a key", "scanner"),
    ("websockets.exceptions.InvalidHeaderValue: invalid Sec-WebSocket-Accept header: abc", "base64(SHA-1", "verify"),
    ("websockets.exceptions.NegotiationError: unsupported subprotocol: chat", "did not offer", "offers"),
    ("websockets.exceptions.InvalidOrigin: invalid Origin header: http://a", "Origin", "list"),
    ("websockets.exceptions.InvalidMessage: did not receive a valid HTTP response", "something else than HTTP", "port"),
    ("TimeoutError: timed out during opening handshake", "in time", "accept first"),
    (
        "aiohttp.client_exceptions.WSServerHandshakeError: 403, message='Invalid response status', url='ws://a'",
        "403",
        "Origin",
    ),
    ("websocket._exceptions.WebSocketBadStatusException: Handshake status 404 Not Found", "404", "path"),
    (
        "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
        "upgrade",
        "proxy",
    ),
    ("websocket: bad handshake", "no right 101", "Dial"),
    ("WARNING:  Unsupported upgrade request.", "Upgrade that uvicorn does not carry out", "library"),
    (
        "WARNING:  No supported WebSocket library detected. Please use \"pip install 'uvicorn[standard]'\", or install 'websockets' or 'wsproto' manually.",
        "no WebSocket library",
        "pip install",
    ),
    ('INFO:     127.0.0.1:50000 - "WebSocket /ws" 403', "403", "Origin"),
    ("INFO:     connection rejected (403 Forbidden)", "403", "close before accept"),
    ('INFO:     127.0.0.1:50000 - "WebSocket /ws" [accepted]', "went well", "nothing"),
    ("ERROR:    ASGI callable returned without completing handshake.", "returned before", "accept()"),
    ("WARNING:  Invalid HTTP request received.", "no HTTP/1.1", "TLS"),
    ('INFO:     127.0.0.1:50000 - "GET /ws HTTP/1.1" 404 Not Found', "not upgraded", "proxy"),
    ('127.0.0.1 - - "GET /ws HTTP/1.0" 200', "HTTP/1.0", "proxy_http_version 1.1"),
]
