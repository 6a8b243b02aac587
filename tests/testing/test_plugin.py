"""A user's own suite, run by pytest as users run it: with the plugin, under its marker, without it, and spread out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asgi_ws_guard import asgi

pytest_plugins = ["pytester"]

SUITE = """
import unittest

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from asgi_ws_guard import WebSocketGuardMiddleware
from asgi_ws_guard.testing import handshake_headers


async def hello(websocket):
    assert websocket.headers.get("sec-websocket-key") == websocket.query_params.get("key", "testserver==")
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


app = Starlette(routes=[WebSocketRoute("/", hello)])
app.add_middleware(WebSocketGuardMiddleware)


def greeting(path="/", **options):
    with TestClient(app).websocket_connect(path, **options) as session:
        return session.receive_text()


@pytest.fixture
def greeted():
    return greeting()


def test_function():
    assert greeting() == "hello"


def test_fixture(greeted):
    assert greeted == "hello"


class Case(unittest.TestCase):
    def test_method(self):
        self.assertEqual(greeting(), "hello")


class Strict:
    pytestmark = pytest.mark.asgi_ws_guard_strict


class TestStrict(Strict):
    def test_refusal(self):
        with pytest.raises(WebSocketDenialResponse) as refused:
            greeting()
        assert refused.value.json()["code"] == "key-length"

    def test_real_handshake(self):
        headers = handshake_headers()
        assert greeting(f"/?key={headers['sec-websocket-key'].replace('+', '%2B')}", headers=headers) == "hello"
"""
PASSING = 5

TWO_CASINGS = """
def test_two_casings():
    greeting(headers={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})


def test_body():
    with pytest.raises(WebSocketDenialResponse) as refused:
        greeting(headers={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert refused.value.json()["code"] == "key-once"
    assert '"testserver=="' in refused.value.json()["detail"]
    assert "handshake_headers()" in refused.value.json()["detail"]
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-markers --strict-config -p no:cacheprovider")
    pytester.makepyfile(SUITE)
    return pytester


def test_a_suite_passes_unchanged_and_the_marker_is_strict(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess().assert_outcomes(passed=PASSING)


def test_a_suite_passes_in_a_worker_of_xdist(suite: pytest.Pytester) -> None:
    suite.runpytest_subprocess("-n", "1").assert_outcomes(passed=PASSING)


def test_without_the_plugin_every_test_is_strict(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess(
        "-p", "no:asgi_ws_guard", "-o", "addopts=", "-W", "ignore::pytest.PytestUnknownMarkWarning"
    )
    result.assert_outcomes(passed=2, failed=2, errors=1)


def test_two_casings_of_a_key_are_reported_by_name(suite: pytest.Pytester) -> None:
    """Starlette's TestClient sets its own key beside one whose name has other capitals."""
    suite.makepyfile(SUITE + TWO_CASINGS)
    result = suite.runpytest_subprocess()
    result.assert_outcomes(passed=PASSING + 1, failed=1)
    result.stdout.fnmatch_lines(
        ['*key-once: 2 Sec-WebSocket-Key fields, wanted one; *"testserver=="*handshake_headers()*']
    )


def test_the_completion_ends_with_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from asgi_ws_guard import asgi

        def test_on():
            assert asgi.complete_scope is not None

        @pytest.mark.asgi_ws_guard_strict
        def test_off():
            assert asgi.complete_scope is None
        """
    )
    before = asgi.complete_scope
    asgi.complete_scope = None
    try:
        pytester.runpytest_inprocess().assert_outcomes(passed=2)
        assert asgi.complete_scope is None
    finally:
        asgi.complete_scope = before


BAD_DENIAL = """
import logging

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from asgi_ws_guard import ConfigurationError, Denial, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.testing import handshake_headers


async def app(scope, receive, send):
    await send({"type": "websocket.accept"})


def denies(handshake, scope):
    return Denial(401, "no token")


def told(event):
    raise ConfigurationError("an observer's own")


def connect(authorize):
    guarded = WebSocketGuardMiddleware(app, policy=Policy(authorize=authorize), observers=[told])
    with TestClient(guarded).websocket_connect("/", headers=handshake_headers()):
        pass


def test_raised():
    with pytest.raises(ConfigurationError, match="WWW-Authenticate"):
        connect(denies)


def test_an_observers_own_is_logged():
    connect(lambda handshake, scope: None)


@pytest.mark.asgi_ws_guard_strict
def test_refused():
    with pytest.raises(WebSocketDenialResponse) as refused:
        connect(denies)
    assert refused.value.status_code == 500


def test_the_level_of_the_log_does_not_matter():
    logging.getLogger("asgi_ws_guard").setLevel(logging.ERROR)
    with pytest.raises(ConfigurationError, match="WWW-Authenticate"):
        connect(denies)
"""


def test_a_denial_that_cannot_be_sent_is_raised_and_under_the_marker_refused(
    pytester: pytest.Pytester,
) -> None:
    """By what is logged: production knows nothing of tests."""

    pytester.makepyfile(BAD_DENIAL)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=4)


def test_loading_the_plugin_loads_no_guard() -> None:
    """pytest loads every installed plugin, in every project; coverage of a module starts after that, too."""
    code = "import asgi_ws_guard.testing.plugin, sys; sys.exit('asgi_ws_guard.middleware' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
