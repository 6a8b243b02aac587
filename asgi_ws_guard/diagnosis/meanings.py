"""What errors of handshakes mean, in the words that several browsers, clients and servers share: (meaning, cure)."""

from __future__ import annotations

from ..handshake.http_checks import PROXY_CURE

Meaning = tuple[str, str]
# pattern of the line, who says it, what it means and what to do; "{1}" is what the pattern's group holds
Row = tuple[str, str, Meaning]

LIBRARY_CURE = (
    "the server has no WebSocket library (uvicorn: pip install 'uvicorn[standard]', or websockets, or wsproto), has "
    "WebSockets switched off, or serves none on this path"
)
ACCEPT = (
    "the server's Sec-WebSocket-Accept is not base64(SHA-1(key + GUID)) of this client's key",
    "paste the whole request and answer here, or run `asgi-ws-guard verify KEY ACCEPT`: it names the mistake",
)
NO_ACCEPT = (
    "the 101 has no Sec-WebSocket-Accept: something answered the upgrade as plain HTTP, without reading the key",
    "leave the 101 to a WebSocket library; look for a proxy or mock that writes it by itself",
)
HOP = (
    "the 101 lost its {1} field: it is hop-by-hop, and a proxy has to pass it on",
    PROXY_CURE,
)
SERVER_HOP = (
    "the request reached the server without a right {1} field",
    PROXY_CURE,
)
UNOFFERED = (
    "the server chose a subprotocol that this client did not offer",
    "choose among the offers (new WebSocket(url, [...])), or send no Sec-WebSocket-Protocol back",
)
NONE_CHOSEN = (
    "the client offered subprotocols and the server chose none, which this client takes for a refusal",
    "have the server choose one of the offers (ASGI: websocket.accept with subprotocol=...), or offer none",
)
REFUSED_TCP = (
    "nothing listens at that address",
    "is the server running, on that port, and on that interface (127.0.0.1, 0.0.0.0, ::1)?",
)
TLS = (
    "one side speaks TLS and the other does not",
    "use wss:// for a TLS port and ws:// for a plain one",
)
CERT = (
    "the certificate is not trusted, or is for another name",
    "open the https:// page of the host once to see why; trust the issuer",
)
HANGUP = (
    "the connection ended before the answer came",
    "look at the server's log: it, or a proxy, dropped the handshake instead of refusing it",
)
NOT_HTTP = (
    "what came back is no HTTP answer to an upgrade",
    "check port and scheme (ws or wss); something else listens there, or answers HTTP/0.9",
)
EARLY = (
    "the page, or a component's clean-up, closed the socket before it had opened",
    "harmless where it is meant; React's StrictMode mounts twice, and so closes the first one",
)
VERSION = (
    "the versions do not match: WebSocket is version 13",
    "update the client, or take out what sets Sec-WebSocket-Version",
)
SLOW = (
    "no answer to the handshake came in time",
    "the application waits before it accepts, or a proxy buffers: accept first, then do the slow work",
)
