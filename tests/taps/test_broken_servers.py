"""A zoo of broken servers: each wrong 101 of each observable server is caught, and in enforce mode never leaves."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from asgi_ws_guard import accept_value, generate_key
from tests.wire.breakages import BREAKAGES
from tests.wire.client import DEADLINE, TEXT, frame, handshake, server_frame
from tests.wire.stacks import COMMANDS, Records, Running

ON_EACH_STACK = pytest.mark.parametrize(
    "stack", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in COMMANDS], indirect=True
)


@dataclass(frozen=True)
class Met:
    """What the client read, and what was written down of it."""

    name: str
    key: str
    head: bytes
    rest: bytes
    records: Records


def _meet(stack: Running, mode: str, name: str) -> Met:
    """One handshake with a server broken in one way; enforced, all that comes until the connection ends."""
    path, key = f"/{mode}/{name}/{os.urandom(4).hex()}", generate_key()
    with stack.connect() as peer:
        peer.send(handshake(path, key=key))
        head = peer.read_head()
        rest = peer.read_to_end() if mode == "enforce" else b""
    return Met(name, key, head, rest, stack.records(path, lambda records: records.of("event") and records.of("end")))


def _meet_all(stack: Running, mode: str) -> list[Met]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda name: _meet(stack, mode, name), BREAKAGES))


@ON_EACH_STACK
def test_enforced_no_wrong_101_leaves(stack: Running) -> None:
    for met in _meet_all(stack, "enforce"):
        breaks = BREAKAGES[met.name].breaks
        assert met.head.startswith(b"HTTP/1.1 500 "), met
        assert b"\r\nconnection: close\r\n" in met.head, met
        problem = json.loads(met.rest)  # and so no frame behind it
        assert (problem["code"], problem["status"]) == (breaks, 500), met
        assert [violation["code"] for violation in problem["violations"]] == [breaks], met

        [event] = met.records.of("event")
        assert (event["outcome"], event["status"], event["verification"]) == ("failed", 500, "mismatch"), met
        assert event["violations"] == [breaks], met
        assert event["expected_accept"] == accept_value(met.key), met
        [end] = met.records.of("end")
        assert end["what"] in ("websocket.disconnect", "OSError"), met
        assert met.records.of("closed") == [], met
    assert stack.complaints() == []


@ON_EACH_STACK
def test_report_only_the_client_reads_it_and_the_event_says_what_is_wrong(stack: Running) -> None:
    for met in _meet_all(stack, "report"):
        breakage = BREAKAGES[met.name]
        if met.name == "no-http":
            assert met.head.startswith(b"WS/1 101"), met
        else:
            assert met.head.startswith(b"HTTP/1.1 200" if met.name == "status-200" else b"HTTP/1.1 101"), met
        [event] = met.records.of("event")
        assert (event["verification"], event["violations"]) == ("mismatch", [breakage.breaks]), met
        if breakage.breaks.startswith("accept-value") and met.name not in ("accept-line-break", "accept-folded"):
            assert (event["emitted_accept"] or "").encode() in met.head, met
            assert event["emitted_accept"] != event["expected_accept"], met
    assert stack.complaints() == []


@ON_EACH_STACK
def test_report_only_the_connection_works_for_a_client_that_does_not_look(stack: Running) -> None:
    with stack.connect(deadline=DEADLINE) as peer:
        peer.send(handshake(f"/report/no-guid/{os.urandom(4).hex()}"))
        peer.read_head()
        peer.send(frame(TEXT, b"there and back"))
        assert peer.read(16) == server_frame(TEXT, b"there and back")


def test_each_way_is_one_that_verify_tells_apart() -> None:
    assert {breakage.breaks for breakage in BREAKAGES.values()} >= {
        *("accept-present", "accept-once", "accept-value", "accept-canonical"),
        *("status-101", "response-upgrade", "response-connection", "subprotocol-offered", "extension-offered"),
    }
