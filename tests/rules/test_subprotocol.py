"""The rule on subprotocols: who makes offers has to offer one of ours, and where it is required, everybody."""

from __future__ import annotations

import pytest

from asgi_ws_guard import ConfigurationError, Guard, Handshake, Policy
from asgi_ws_guard.testing import Changes, make_fields, make_handshake

OCPP = Policy(subprotocols=["ocpp2.0.1", "ocpp1.6"])
REQUIRED = OCPP.replace(require_subprotocol=True)
ANY = Policy(require_subprotocol=True)


def refused(policy: Policy, offers: str | list[str] | None) -> list[str]:
    handshake = make_handshake({"Sec-WebSocket-Protocol": offers})
    return [violation.requirement.id for violation in Guard(policy).decide(handshake, policy).refused]


@pytest.mark.parametrize("policy", [OCPP, REQUIRED, ANY])
@pytest.mark.parametrize("offers", ["ocpp1.6", "ocpp1.6, ocpp2.0.1", "x, ocpp1.6", ["x", "ocpp2.0.1"]])
def test_one_of_ours_is_enough(policy: Policy, offers: str | list[str]) -> None:
    assert refused(policy, offers) == []


@pytest.mark.parametrize("offers", ["ocpp1.5", "OCPP1.6", "ocpp1.60", "x, y", ["x", "y"]])
def test_none_of_ours(offers: str | list[str]) -> None:
    assert refused(OCPP, offers) == refused(REQUIRED, offers) == ["subprotocol-required"]
    assert refused(ANY, offers) == []


def test_no_offer() -> None:
    assert refused(OCPP, None) == []
    assert refused(REQUIRED, None) == refused(ANY, None) == ["subprotocol-required"]


def test_malformed_offers_are_said_once_and_never_let_in() -> None:
    assert refused(REQUIRED, "") == ["subprotocol-token"]
    assert refused(REQUIRED.replace(tolerate={"subprotocol-token"}), "") == ["subprotocol-required"]


def test_offers_that_only_the_server_saw_count() -> None:
    handshake = Handshake(fields=make_fields(), subprotocols=["ocpp1.6"])
    assert Guard(REQUIRED).decide(handshake, REQUIRED).allowed


def test_a_refusal_names_ours_and_never_theirs() -> None:
    changes: Changes = {"Sec-WebSocket-Protocol": "bearer-secret"}
    [violation] = Guard(OCPP).decide(make_handshake(changes), OCPP).refused
    assert violation.status == 400
    assert "ocpp2.0.1, ocpp1.6" in violation.detail
    assert "secret" not in violation.detail


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("chat", r"\['chat'\]"),
        (["a, b"], "a token"),
        ([""], "a token"),
        ([7], "a token"),
        (7, "a list"),
        (b"x", "a list"),
    ],
)
def test_what_no_client_can_offer_is_refused_at_construction(value: object, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match=wanted):
        Policy(subprotocols=value)  # type: ignore[arg-type]
