"""Any scope, any order of messages, any end: nothing of ours is raised, nothing is changed, one event is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_ws_guard import Policy
from asgi_ws_guard.asgi import Message, means_websocket
from asgi_ws_guard.testing import make_scope

from .asgi_driver import ACCEPT, CONNECT, GONE, REQUEST, Application, ClientGoneError, Guarded, Halt, ServerError
from .handshake.broken import BROKEN

pytestmark = pytest.mark.asgi_ws_guard_strict

NAMES = st.sampled_from(
    (
        *(b"host", b"Upgrade", b"connection", b"sec-websocket-key", b"SEC-WEBSOCKET-KEY", b"sec-websocket-version"),
        *(
            b"sec-websocket-protocol",
            b"sec-websocket-extensions",
            b"sec-websocket-accept",
            b"origin",
            b"content-length",
        ),
    )
)
VALUES = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [b"websocket", b"Upgrade", b"13", b"dGhlIHNhbXBsZSBub25jZQ==", b"chat", b"example.com", b"h2c", b""]
    ),
)
HEADERS = st.lists(st.tuples(st.one_of(NAMES, st.binary(max_size=8)), VALUES), max_size=12)


@st.composite
def scopes(draw: st.DrawFn) -> dict[str, Any]:
    """Scopes of fitting types: valid handshakes, handshakes with one thing broken, and any headers at all."""
    kind = draw(st.sampled_from(["websocket", "http"]))
    row = draw(st.one_of(st.just(None), st.sampled_from(BROKEN)))
    scope = make_scope(row.changes if row else None, type=kind)
    if draw(st.booleans()):
        scope["headers"] = draw(HEADERS)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "http_version": st.one_of(st.sampled_from(["1.0", "1.1", "2", "3", ""]), st.text(max_size=4)),
        "client": st.one_of(st.none(), st.tuples(st.text(max_size=5), st.integers() | st.text(max_size=3))),
        "extensions": st.one_of(st.none(), st.just({}), st.just({"websocket.http.response": {}})),
        "subprotocols": st.lists(st.text(max_size=5), max_size=3),
        "query_string": st.binary(max_size=9),
        "raw_path": st.one_of(st.none(), st.binary(max_size=9)),
        "path": st.text(max_size=9),
        "root_path": st.text(max_size=3),
        "scheme": st.sampled_from(["ws", "wss", "http", "https"]),
        "state": st.just({}),
    }
    for name in draw(st.sets(st.sampled_from(sorted(optional)))):
        scope[name] = draw(optional[name])
    for name in draw(st.sets(st.sampled_from(["http_version", "client", "extensions", "subprotocols", "raw_path"]))):
        scope.pop(name, None)
    return scope


ACCEPTS: st.SearchStrategy[Message] = st.builds(
    lambda subprotocol, headers: {**ACCEPT, "subprotocol": subprotocol, "headers": headers},
    st.one_of(st.none(), st.sampled_from(["chat", "other", "a, b", ""]), st.text(max_size=5)),
    HEADERS,
)
STARTS: st.SearchStrategy[Message] = st.builds(
    lambda kind, status, headers: {"type": kind, "status": status, "headers": headers},
    st.sampled_from(["http.response.start", "websocket.http.response.start"]),
    st.sampled_from([101, 200, 403, 500]),
    HEADERS,
)
OTHERS: st.SearchStrategy[Message] = st.sampled_from(
    [
        {"type": "websocket.accept"},
        {"type": "websocket.close"},
        {"type": "websocket.send", "text": "x"},
        {"type": "websocket.http.response.body", "body": b"", "more_body": False},
        {"type": "http.response.body", "body": b"x", "more_body": True},
        {"type": "http.response.body", "body": b"x", "more_body": False},
        {"type": "http.response.trailers"},
        {"type": "x-unheard-of"},
    ]
)
ERRORS = st.sampled_from([None, None, ValueError, KeyError, OSError, ClientGoneError, Halt, asyncio.CancelledError])
POLICIES = st.sampled_from(
    [
        Policy(),
        Policy(report_only=True),
        Policy(
            tolerate={"key-present", "key-base64", "host-once", "field-content", "version-13", "subprotocol-offered"}
        ),
        Policy(refuse={"key-sample"}, raw_upgrades="reject", allowed_origins="*"),
    ]
)


@given(
    scope=scopes(),
    messages=st.lists(st.one_of(ACCEPTS, STARTS, OTHERS), max_size=4),
    reads=st.integers(0, 2),
    error=ERRORS,
    incoming=st.lists(st.sampled_from([CONNECT, GONE, REQUEST]), max_size=2),
    failing=st.one_of(st.none(), st.sampled_from([OSError, ClientGoneError, ServerError])),
    policy=POLICIES,
)
@settings(max_examples=600)
def test_nothing_of_ours_is_raised(
    scope: dict[str, Any],
    messages: list[Message],
    reads: int,
    error: type[BaseException] | None,
    incoming: list[Message],
    failing: type[BaseException] | None,
    policy: Policy,
) -> None:
    app = Application(*messages, reads=reads, error=None if error is None else error())
    guarded = Guarded(app, policy=policy)
    fails = {} if failing is None else {"fails": lambda message: failing()}
    connection = guarded.drive(scope, incoming, **fails)  # the scope is compared there
    raised = connection.raised
    assert raised is None or raised is app.error or type(raised) in (ServerError, ClientGoneError, failing)
    if scope["type"] == "websocket" or means_websocket(scope["headers"]):
        assert len(guarded.watcher.events) == 1
        if guarded.watcher.event.outcome == "denied":
            assert app.scopes == [] and not policy.report_only
    else:
        assert guarded.watcher.events == []
    assert len(guarded.watcher.ended) == sum(event.outcome == "accepted" for event in guarded.watcher.events)
