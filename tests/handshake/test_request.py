"""`Handshake`: what can be read off the client's half."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from asgi_ws_guard import Handshake, accept_value
from asgi_ws_guard.handshake import Fields
from asgi_ws_guard.testing import make_handshake


def test_its_defaults() -> None:
    handshake = Handshake()
    assert (handshake.method, handshake.target, handshake.http_version) == ("GET", "/", "1.1")
    assert handshake.fields == Fields() and not handshake.upgraded and handshake.subprotocols == ()
    assert handshake == Handshake()
    assert "<Handshake GET '/' HTTP/1.1" in repr(handshake)


def test_it_is_a_value() -> None:
    one, same, other = Handshake(target="/a"), Handshake(target="/a"), Handshake(target="/b")
    assert len({one, same, other}) == 2
    assert one != "/a"


def test_fields_are_taken_as_they_are_or_made_of_pairs() -> None:
    fields = Fields([("Host", "a")])
    assert Handshake(fields=fields).fields is fields
    assert Handshake(fields=[(b"Host", "a")]).fields == fields


@pytest.mark.parametrize("name", ["key", "origin", "host"])
def test_of_two_lines_none_is_the_one(name: str) -> None:
    field = {"key": "Sec-WebSocket-Key"}.get(name, name)
    assert getattr(make_handshake({field: " a\t"}), name) == "a"
    assert getattr(make_handshake({field: ["a", "a"]}), name) is None
    assert getattr(make_handshake({field: None}), name) is None


def test_the_expected_accept_is_that_of_the_one_key() -> None:
    handshake = make_handshake()
    assert handshake.key is not None
    assert handshake.expected_accept == accept_value(handshake.key)
    assert make_handshake({"Sec-WebSocket-Key": ["a", "b"]}).expected_accept is None
    assert make_handshake({"Sec-WebSocket-Key": None}).expected_accept is None


@pytest.mark.parametrize(
    ("http_version", "extended"),
    [("1.1", False), ("2", True), ("3", True), ("2.0", False), ("1.0", False), ("", False)],
)
def test_only_exactly_2_and_3_go_without_a_key(http_version: str, extended: bool) -> None:
    """hypercorn says "2.0" for an HTTP/1.1 client that writes HTTP/2.0 into its request line."""
    handshake = make_handshake(http_version=http_version)
    assert handshake.extended_connect is extended
    assert (handshake.expected_accept is None) is extended


def test_offers_are_the_union_of_the_field_and_the_servers_reading() -> None:
    fields = [("Sec-WebSocket-Protocol", "a, b"), ("sec-websocket-protocol", "c,,a")]
    assert Handshake(fields=fields, subprotocols=["c", "d"]).offered_subprotocols == ("a", "b", "c", "d")


NAMES = ("method", "target", "http_version", "fields", "upgraded", "subprotocols", "secure")


@pytest.mark.parametrize("name", [*NAMES, "_expected", "key", "anything"])
def test_it_is_not_changed_once_it_is_made(name: str) -> None:
    handshake = make_handshake()
    before = handshake.replace()
    with pytest.raises(AttributeError, match=name):
        setattr(handshake, name, None)
    with pytest.raises(AttributeError, match=name):
        delattr(handshake, name)
    assert handshake == before and hash(handshake) == hash(before)


CHANGES: dict[str, Any] = {
    **{"method": "POST", "target": "/a", "http_version": "2", "fields": Fields([("Host", "a")]), "upgraded": True},
    **{"subprotocols": ("chat",), "secure": True},
}


@pytest.mark.parametrize("name", NAMES)
def test_replace_makes_another_one_with_one_thing_changed(name: str) -> None:
    one = make_handshake()
    expected = one.expected_accept
    other = one.replace(**{name: CHANGES[name]})
    assert {each for each in NAMES if getattr(one, each) != getattr(other, each)} == {name}
    assert getattr(other, name) == CHANGES[name] and one != other
    assert other.expected_accept == (None if name in ("http_version", "fields") else expected)


def test_replace_takes_nothing_else() -> None:
    with pytest.raises(TypeError, match="htp_version"):
        make_handshake().replace(htp_version="2")


def test_a_copy_is_equal() -> None:
    one = make_handshake({"Origin": "https://example.com"})
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert type(other) is Handshake and other == one and other.expected_accept == one.expected_accept
