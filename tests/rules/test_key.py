"""The rule on keys that nobody chose at random: flagged, and refused where the policy says so."""

from __future__ import annotations

import pytest

from asgi_ws_guard import Guard, Policy, generate_key
from asgi_ws_guard.rules.key import SAMPLE_KEYS
from asgi_ws_guard.testing import make_handshake


@pytest.mark.parametrize("key", sorted(SAMPLE_KEYS))
def test_a_printed_key_is_flagged_and_can_be_refused(key: bytes) -> None:
    strict = Policy(refuse={"key-sample", "key-canonical"})
    handshake = make_handshake({"Sec-WebSocket-Key": key})
    flagged = Guard().decide(handshake, Policy())
    assert flagged.allowed
    assert "key-sample" in [violation.requirement.id for violation in flagged.violations]
    assert not Guard().decide(handshake, strict).allowed


def test_a_random_key_is_nothing_to_speak_of() -> None:
    assert Guard().decide(make_handshake({"Sec-WebSocket-Key": generate_key()}), Policy()).violations == ()
