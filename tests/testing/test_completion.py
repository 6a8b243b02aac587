"""What the completion adds to a scope, and what it leaves as it is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from asgi_ws_guard import Handshake, validate
from asgi_ws_guard.testing import handshake_headers, make_scope
from asgi_ws_guard.testing.completion import completed_scope

TESTSERVER = "testserver=="
KEY, VERSION = "Sec-WebSocket-Key", "Sec-WebSocket-Version"


def violations(scope: dict[str, Any]) -> list[str]:
    handshake = Handshake(method=None, fields=completed_scope(scope)["headers"], upgraded=True)
    return [violation.requirement.id for violation in validate(handshake)]


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param({"type": "websocket", "path": "/"}, id="no headers at all"),
        pytest.param({"type": "websocket", "path": "/", "headers": []}, id="no header"),
        pytest.param(make_scope({KEY: None}), id="no key"),
        pytest.param(make_scope({KEY: TESTSERVER}), id="testserver=="),
        pytest.param(make_scope({KEY: TESTSERVER, VERSION: None, "Host": None}), id="no version, no host"),
        pytest.param(make_scope({KEY: None}, http_version=None), id="no http_version"),
        pytest.param(make_scope({KEY: None, "Upgrade": None, "Connection": None}), id="no Upgrade"),
        pytest.param(make_scope(headers=[(b"Sec-WebSocket-Key", b"testserver==")]), id="capitals"),
    ],
)
def test_a_test_clients_scope_becomes_valid_and_stays_as_it_is(scope: dict[str, Any]) -> None:
    before = deepcopy(scope)
    assert violations(scope) == []
    assert scope == before


def test_what_is_there_stays_in_its_place() -> None:
    scope = make_scope({KEY: TESTSERVER, "Cookie": "a=b"})
    completed = completed_scope(scope)["headers"]
    kept = [(name, value) for name, value in scope["headers"] if name != b"sec-websocket-key"]
    assert [(name, value) for name, value in completed if name != b"sec-websocket-key"] == kept
    assert len(completed) == len(scope["headers"])


def test_each_key_is_fresh() -> None:
    scope = make_scope({KEY: None})
    first, second = (dict(completed_scope(scope)["headers"])[b"sec-websocket-key"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("changes", "violation"),
    [
        ({KEY: TESTSERVER, VERSION: "12"}, "version-13"),
        ({KEY: TESTSERVER, VERSION: ["13", "13"]}, "version-once"),
        ({KEY: TESTSERVER, "Host": "a b"}, "host-once"),
        ({KEY: TESTSERVER, "Connection": "close"}, "connection-upgrade"),
        ({KEY: None, "Origin": "nonsense"}, "origin-syntax"),
        ({KEY: [TESTSERVER, "dGhlIHNhbXBsZSBub25jZQ=="]}, "key-once"),
        ({KEY: [TESTSERVER, TESTSERVER]}, "key-once"),
        ({KEY: ""}, "key-base64"),
        ({KEY: "testserver="}, "key-base64"),
        ({KEY: "Testserver=="}, "key-length"),
        ({VERSION: None}, "version-present"),
        ({"Host": None}, "host-once"),
    ],
)
def test_what_is_there_and_wrong_stays_wrong(changes: dict[str, Any], violation: str) -> None:
    assert violations(make_scope(changes)) == [violation]


@pytest.mark.parametrize("http_version", ["1.0", "1", "1.2", "2", "3", "2.0"])
def test_no_other_version_of_http_is_completed(http_version: str) -> None:
    scope = make_scope({KEY: None}, http_version=http_version)
    assert completed_scope(scope) == scope


def test_handshake_headers_need_no_completion() -> None:
    headers = [(name.encode(), value.encode()) for name, value in handshake_headers({"Host": "a"}).items()]
    scope = make_scope(headers=headers)
    assert completed_scope(scope)["headers"] == headers
    assert violations(scope) == []
