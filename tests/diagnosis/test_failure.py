"""The likely cause of a failed handshake is named."""

from __future__ import annotations

import pytest

from asgi_ws_guard.diagnosis.failure import diagnose
from asgi_ws_guard.handshake import GUID, Handshake, HandshakeResponse

from .test_accept import BYTES, KEY, RIGHT, hashed


def _handshake(**changes: str | None) -> Handshake:
    fields = {
        "Host": "server.example.com",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    return Handshake(fields=[(name, value) for name, value in fields.items() if value is not None])


def _response(status: int = 101, version: str = "1.1", **changes: str | None) -> HandshakeResponse:
    fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": RIGHT}
    fields = (fields if status == 101 else {}) | {
        name.replace("_", "-"): value for name, value in changes.items() if value
    }
    gone = {name.replace("_", "-") for name, value in changes.items() if value is None}
    return HandshakeResponse(status, [pair for pair in fields.items() if pair[0] not in gone], version)


FAILED = [
    ("not-upgraded", "WebSocket library", _response(200)),
    ("not-upgraded", "proxy_http_version 1.1", _response(200)),
    ("http-1.0-hop", "HTTP/1.0", _response(200, "1.0")),
    ("version", "version 8", _response(400, Sec_WebSocket_Version="8, 7")),
    ("upgrade-required", "hop-by-hop", _response(426)),
    ("redirect", "/ws/", _response(307, Location="/ws/")),
    ("unauthorized", "cookie", _response(401)),
    ("forbidden", "Origin", _response(403)),
    ("not-found", "path", _response(404)),
    ("server-error", "log", _response(500)),
    ("bad-gateway", "proxy", _response(502)),
    ("gateway-timeout", "proxy", _response(504)),
    ("refused", "log", _response(418)),
    ("response-upgrade", "Upgrade", _response(Upgrade="h2c")),
    ("response-upgrade", "hop-by-hop", _response(Upgrade=None)),
    ("response-connection", "Connection", _response(Connection="keep-alive")),
    ("response-connection", "Connection", _response(Connection=None)),
    ("accept-present", "plain HTTP 101", _response(Sec_WebSocket_Accept=None)),
    ("wrong-guid", "misprint", _response(Sec_WebSocket_Accept=hashed(BYTES + GUID[:-1]))),
    ("subprotocol-offered", "offers", _response(Sec_WebSocket_Protocol="chat")),
    ("extension-offered", "offers", _response(Sec_WebSocket_Extensions="permessage-deflate")),
]


@pytest.mark.parametrize(("name", "says", "response"), FAILED, ids=[f"{n}-{row[0]}" for n, row in enumerate(FAILED)])
def test_a_failed_handshake_names_its_likely_cause(name: str, says: str, response: HandshakeResponse) -> None:
    found = diagnose(_handshake(), response)
    assert found is not None and found.id == name
    assert says in found.text


def test_a_good_handshake_has_no_diagnosis() -> None:
    assert diagnose(_handshake(), _response()) is None


def test_the_body_tells_a_missing_library() -> None:
    found = diagnose(_handshake(), _response(400), b"Unsupported upgrade request.")
    assert found is not None and found.id == "library-missing"


@pytest.mark.parametrize(
    ("name", "handshake"),
    [
        ("request-upgrade-websocket", _handshake(Upgrade=None)),
        ("request-connection-upgrade", _handshake(Connection="close")),
        ("request-version-13", _handshake(Sec_WebSocket_Version="8")),
        ("request-key-base64", _handshake(Sec_WebSocket_Key="a b")),
    ],
)
def test_where_the_request_is_at_fault_it_is_said(name: str, handshake: Handshake) -> None:
    found = diagnose(handshake, _response(400))
    assert found is not None and found.id == name
