"""The rule on TLS: wss or nothing, and what the server does not tell is nothing."""

from __future__ import annotations

import pytest

from asgi_ws_guard import Handshake, Policy
from asgi_ws_guard.asgi import handshake_from_scope
from asgi_ws_guard.rules.transport import tls_required
from asgi_ws_guard.testing import make_scope


@pytest.mark.parametrize(
    ("scheme", "secure"),
    [("wss", True), ("https", True), ("ws", False), ("http", False), (None, None), ("gopher", None)],
)
def test_the_scheme_of_a_scope_tells(scheme: str | None, secure: bool | None) -> None:
    assert handshake_from_scope(make_scope(scheme=scheme)).secure is secure


def test_tls_is_enough() -> None:
    assert tls_required(Handshake(secure=True)) is None


@pytest.mark.parametrize(("secure", "cure"), [(False, "--proxy-headers"), (None, "daphne")])
def test_without_it_the_refusal_names_the_cure(secure: bool | None, cure: str) -> None:
    violation = tls_required(Handshake(secure=secure))
    assert violation is not None
    assert (violation.requirement.id, violation.status) == ("tls-required", 403)
    assert cure in violation.detail


def test_it_is_asked_for_only_where_the_policy_says_so() -> None:
    assert tls_required not in Policy().rules
    assert tls_required in Policy(require_tls=True).rules
