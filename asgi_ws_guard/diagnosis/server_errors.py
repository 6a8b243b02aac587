"""Lines of the logs of servers and proxies, the more exact first."""

from __future__ import annotations

from ..handshake.http_checks import PROXY_CURE
from .meanings import (
    LIBRARY_CURE,
    TLS,
    Row,
)

ROWS: tuple[Row, ...] = (
    (
        r"No supported WebSocket library detected",
        "uvicorn",
        (
            "uvicorn has no WebSocket library, so every handshake is answered as plain HTTP",
            LIBRARY_CURE,
        ),
    ),
    (
        r"Unsupported upgrade request",
        "uvicorn",
        (
            "an Upgrade that uvicorn does not carry out: no WebSocket library is installed, --ws none, a list in "
            "Upgrade, or another protocol such as h2c",
            LIBRARY_CURE,
        ),
    ),
    (
        r"ASGI callable returned without (?:sending|completing) handshake",
        "uvicorn",
        (
            "the application returned before it accepted or refused",
            "await websocket.accept() or websocket.close() on every way through the handler",
        ),
    ),
    (
        r"ASGI callable should return None",
        "uvicorn",
        (
            "the application is no ASGI 3 callable: a WSGI or ASGI 2 app, or a class that is not called",
            "pass the instance, and wrap what is older (asgiref's guarantee_single_callable)",
        ),
    ),
    (
        r"Invalid HTTP request received",
        "uvicorn",
        (
            "the bytes were no HTTP/1.1: TLS on the plain port, HTTP/2, a scanner, or a malformed field",
            TLS[1],
        ),
    ),
    (
        r'"WebSocket \S+" \[accepted\]|connection open|"WebSocket \S+" 101',
        "uvicorn",
        (
            "the handshake went well, and the application accepted",
            "nothing to do",
        ),
    ),
    (
        r"connection closed",
        "uvicorn",
        (
            "a connection that was open has ended",
            "nothing to do",
        ),
    ),
    (
        r"WebSocket REJECT",
        "daphne",
        (
            "the application closed before it accepted, or no consumer is routed there",
            "check websocket_urlpatterns, AllowedHostsOriginValidator and the login; Channels answers all of "
            "them with 403",
        ),
    ),
    (
        r'"GET \S+ HTTP/1\.0" (\d{3})',
        "an access log",
        (
            "an HTTP/1.0 request: a proxy on the way does not speak 1.1",
            PROXY_CURE,
        ),
    ),
    (
        r'"GET \S+ HTTP/1\.1" (?:200|404|426)',
        "an access log",
        (
            "a WebSocket route that is logged as a plain GET was not upgraded: the fields were stripped on "
            "the way, or the server has no WebSocket library",
            f"{PROXY_CURE}; or {LIBRARY_CURE}",
        ),
    ),
    (
        r"upstream prematurely closed connection",
        "nginx",
        (
            "the server behind nginx closed without an answer",
            "look at its log; is it the right port, and does it speak plain HTTP there?",
        ),
    ),
)
