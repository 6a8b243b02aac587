"""The rule on size: how many field lines a handshake has, and how many bytes they are on the wire."""

from __future__ import annotations

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Handshake, Policy
from asgi_ws_guard.handshake import parse_request
from asgi_ws_guard.rules.size import FIELD_BYTES, FIELD_COUNT, SizeRule
from asgi_ws_guard.testing import make_fields


def with_lines(count: int) -> Handshake:
    fields = make_fields()
    return Handshake(fields=[*fields, *((f"x-{number}", "1") for number in range(count - len(fields)))])


def refused(handshake: Handshake, policy: Policy | None = None) -> list[tuple[str, int]]:
    verdict = Guard().decide(handshake, policy or Policy())
    return [(violation.requirement.id, violation.status) for violation in verdict.refused]


def test_count_up_to_the_limit_and_over_it() -> None:
    assert refused(with_lines(FIELD_COUNT)) == []
    assert refused(with_lines(FIELD_COUNT + 1)) == [("size", 431)]


def test_bytes_up_to_the_limit_and_over_it() -> None:
    head = b"GET / HTTP/1.1\r\n" + b"".join(
        b"%s: %s\r\n" % (name.encode(), value.encode()) for name, value in Handshake(fields=make_fields()).fields
    )
    field_bytes = len(head) - len(b"GET / HTTP/1.1\r\n")
    handshake = parse_request(head + b"\r\n")
    assert SizeRule(None, field_bytes)(handshake) is None
    violation = SizeRule(None, field_bytes - 1)(handshake)
    assert violation is not None
    assert violation.detail == f"{field_bytes} bytes of fields, wanted at most {field_bytes - 1}"


def test_one_large_field_is_enough() -> None:
    handshake = Handshake(fields=[*make_fields(), ("Cookie", "x" * FIELD_BYTES)])
    assert refused(handshake) == [("size", 431)]
    assert refused(handshake, Policy(max_field_bytes=None)) == []


def test_without_limits_there_is_no_rule() -> None:
    policy = Policy(max_field_count=None, max_field_bytes=None)
    assert not any(isinstance(rule, SizeRule) for rule in policy.rules)
    assert refused(with_lines(1000), policy) == []


@pytest.mark.parametrize("name", ["max_field_count", "max_field_bytes"])
@pytest.mark.parametrize("value", [0, -1, True, 1.5, "100", float("inf")])
def test_what_is_no_limit_is_refused_at_construction(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is .*, wanted a positive whole number, or None"):
        Policy(**{name: value})  # type: ignore[arg-type]
