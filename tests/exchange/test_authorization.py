"""`authorize`: the deployment's own word, asked last, before the app. Whatever goes wrong with it refuses."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from asgi_ws_guard import ConfigurationError, Handshake, Policy
from asgi_ws_guard.asgi import Scope
from asgi_ws_guard.policy.denial import Denial
from asgi_ws_guard.policy.policy import Authorize
from asgi_ws_guard.testing import make_scope
from tests.asgi_driver import ACCEPT, REQUEST, Application, Guarded, guard_records

BEARER = Denial(401, "no token", {"WWW-Authenticate": "Bearer"})


def guarded(authorize: Authorize, **policy: Any) -> tuple[Guarded, Application]:
    app = Application(ACCEPT)
    return Guarded(app, policy=Policy(authorize=authorize, **policy)), app


async def allows(handshake: Handshake, scope: Scope) -> None:
    assert handshake.key
    assert scope["type"] in ("websocket", "http")


async def denies(handshake: Handshake, scope: Scope) -> Denial:
    return BEARER


def denies_plainly(handshake: Handshake, scope: Scope) -> Denial:
    return BEARER


async def raises(handshake: Handshake, scope: Scope) -> None:
    raise LookupError("the store is down")


def denies_without_saying_how_to_log_in(handshake: Handshake, scope: Scope) -> Denial:
    return Denial(401, "no token")


def returns_false(handshake: Handshake, scope: Scope) -> Any:
    return False


def returns_true(handshake: Handshake, scope: Scope) -> Any:
    return True


def test_who_is_allowed_reaches_the_app() -> None:
    guard, app = guarded(allows)
    assert guard.drive(make_scope()).status == 101
    assert len(app.scopes) == 1
    assert guard.watcher.event.violations == ()


@pytest.mark.parametrize("authorize", [denies, denies_plainly])
@pytest.mark.parametrize("kind", ["websocket", "http"])
def test_a_denial_is_the_answer_with_its_own_status_and_fields(authorize: Authorize, kind: str) -> None:
    guard, app = guarded(authorize)
    connection = guard.drive(make_scope(type=kind))
    assert connection.status == 401
    assert connection.fields.get_all("www-authenticate") == ["Bearer"]
    assert connection.fields.get_all("connection") == ["close"]
    assert b'"code": "authorized"' in connection.body
    assert b"no token" in connection.body
    assert app.scopes == []
    assert (guard.watcher.event.outcome, guard.watcher.event.status) == ("denied", 401)


@pytest.mark.parametrize("authorize", [raises, returns_false, returns_true])
def test_what_goes_wrong_in_it_refuses_and_is_logged(authorize: Authorize, caplog: pytest.LogCaptureFixture) -> None:
    guard, app = guarded(authorize)
    connection = guard.drive(make_scope())
    assert connection.status == 500
    assert b"store" not in connection.body
    assert app.scopes == []
    assert guard.watcher.ids == ["authorized"]
    said = guard_records(caplog.records, logging.ERROR)
    assert any("authorize" in record.getMessage() for record in said)


def test_it_is_not_asked_about_what_the_rules_refuse() -> None:
    asked: list[Handshake] = []
    guard, _ = guarded(lambda handshake, scope: asked.append(handshake))
    assert guard.drive(make_scope({"Origin": "https://evil.example"})).status == 403
    assert asked == []


def test_report_only_asks_it_and_lets_everyone_in() -> None:
    guard, app = guarded(denies, report_only=True)
    assert guard.drive(make_scope()).status == 101
    assert len(app.scopes) == 1
    assert guard.watcher.ids == ["authorized"]
    assert guard.watcher.event.report_only


def test_it_may_be_tolerated_on_a_path() -> None:
    guard, _ = guarded(denies, tolerate={"authorized"})
    assert guard.drive(make_scope()).status == 101
    assert guard.watcher.ids == ["authorized"]


def test_a_raw_upgrade_that_is_rejected_is_no_matter_for_it() -> None:
    guard, _ = guarded(raises, raw_upgrades="reject")
    assert guard.drive(make_scope(type="http"), [REQUEST]).status == 501
    assert guard.watcher.ids == ["raw-upgrade"]


def test_a_401_that_may_not_be_sent_is_a_configuration_error_in_tests() -> None:
    """RFC 9110 §15.5.2 wants WWW-Authenticate. In production the handshake is refused and the log says why."""
    guard, _ = guarded(denies_without_saying_how_to_log_in)
    assert isinstance(guard.drive(make_scope()).raised, ConfigurationError)


@pytest.mark.asgi_ws_guard_strict
def test_a_401_that_may_not_be_sent_refuses_in_production(caplog: pytest.LogCaptureFixture) -> None:
    guard, _ = guarded(denies_without_saying_how_to_log_in)
    connection = guard.drive(make_scope())
    assert connection.status == 500 and connection.raised is None
    assert any("WWW-Authenticate" in str(record.exc_info) for record in guard_records(caplog.records))
