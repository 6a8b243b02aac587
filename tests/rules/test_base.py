"""What all rules share: one field is refused once, and a tolerated one that cannot be read is not let in by it."""

from __future__ import annotations

import re

from hypothesis import given, settings

from asgi_ws_guard import ConfigurationError, Handshake, Policy
from asgi_ws_guard.handshake.http_checks import check_host
from asgi_ws_guard.rules.base import is_refused_by
from asgi_ws_guard.testing import make_handshake

from ..handshake.test_reads import HANDSHAKES, spliced

TOLERANT = frozenset({"host-once", "origin-once", "origin-syntax", "field-content", "subprotocol-token"})
POLICIES = (
    Policy(allowed_hosts=["example.com"], require_tls=True, subprotocols=["superchat"], max_field_count=9),
    Policy(allowed_origins="*", allow_missing_origin=False, require_subprotocol=True, max_field_bytes=300),
    Policy(allowed_origins=["same-origin", "https://*.example.com", re.compile("https://[ab]")], tolerate=TOLERANT),
    Policy(allowed_origins=["https://other.example"], allowed_hosts=["*.example.com"], allow_null_origin=True),
)
RULES = [rule for policy in POLICIES for rule in policy.rules]


def test_a_field_is_refused_by_validation_unless_that_is_tolerated() -> None:
    handshake = make_handshake({"Host": None})
    assert is_refused_by(check_host, handshake, ())
    assert not is_refused_by(check_host, handshake, {"host-once"})
    assert not is_refused_by(check_host, make_handshake(), ())


def test_a_configuration_error_is_a_value_error() -> None:
    assert issubclass(ConfigurationError, ValueError)


@given(HANDSHAKES, HANDSHAKES)
@settings(max_examples=500)
def test_a_rule_reads_what_it_declares(one: Handshake, other: Handshake) -> None:
    for rule in RULES:
        assert rule(spliced(one, other, rule.reads)) == rule(one)
