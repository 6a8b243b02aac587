"""daphne and gunicorn cannot deny by ASGI: each refusal takes the place of their bare 403, and arrives whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS
from tests.integration.stacks.case import Case
from tests.integration.stacks.cases import CASES
from tests.integration.stacks.expected import TABLES
from tests.integration.stacks.wire import Answer, exchange
from tests.wire.client import handshake
from tests.wire.stacks import COMMANDS, Running, running

SERVERS = ("daphne", "gunicorn")
APPS = ("app", "starlette")

# What is no fault of the head but of policy or application: the path says which.
OTHERS: Mapping[str, tuple[str, str]] = {
    "origin": ("origin-allowed", "Origin: https://other.example"),
    "host": ("host-allowed", "X-Note: the host is example.com"),
    "tls": ("tls-required", "X-Note: this is ws"),
    "subprotocol": ("subprotocol-required", "Sec-WebSocket-Protocol: other"),
    "size": ("size", "X-Note: one too many"),
    "authorize": ("authorized", "X-Note: nobody"),
    "returns": ("app-answers", "X-Note: the application returns"),
    "sleeps": ("accept-timeout", "X-Note: the application waits"),
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((server, app), id=f"{server}-{app}", marks=pytest.mark.xdist_group(f"refusals-{server}-{app}"))
        for server in SERVERS
        for app in APPS
    ],
)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Running]]:
    server, app = request.param
    directory = tmp_path_factory.mktemp(f"refusals-{server}-{app}")
    with running(COMMANDS[server], directory, app=f"tests.wire.app:{app}") as found:
        yield server, found


def _problem(answer: Answer, status: int) -> dict[str, Any]:
    """The problem in a whole answer of the guard, with which the connection has ended."""
    assert answer.status == status
    assert answer.get_all("content-type") == ["application/problem+json"]
    assert answer.get_all("cache-control") == ["no-store"]
    assert "close" in answer.options("connection")
    assert (answer.ended, answer.rest) == (True, b"")
    problem = answer.json()
    assert problem["status"] == status
    return problem


def test_each_malformed_handshake_that_reaches_asgi(served: tuple[str, Running]) -> None:
    server, found = served
    assert isinstance(found.address, int)
    port = found.address
    table = TABLES[server]
    nonce = os.urandom(4).hex()
    denied = [case for case in CASES if table.expected(case).kind == "denied" and case.method != "HEAD"]
    assert len(denied) > 25

    def send(case: Case) -> Answer:
        return exchange(port, case.request(nonce), 4.0, to_the_end=True)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, denied))
    for case, answer in zip(denied, answers, strict=True):
        breaks = table.expected(case).breaks
        problem = _problem(answer, REQUIREMENTS[breaks[0]].status)
        assert [violation["code"] for violation in problem["violations"]] == list(breaks), case.id
        for requirement in breaks:
            for name, value in REQUIREMENTS[requirement].response_fields:
                assert value.lower() in ", ".join(answer.get_all(name.lower())).lower(), case.id
        records = found.records(case.path(nonce))
        [event] = records.of("event")
        assert (event["outcome"], event["status"]) == ("denied", REQUIREMENTS[breaks[0]].status), case.id
        assert (event["violations"], event["verification"]) == (list(breaks), "not-applicable"), case.id
        assert records.of("app") == [], case.id
    assert found.complaints() == []


@pytest.mark.parametrize("name", OTHERS)
def test_each_refusal_by_policy_or_for_the_application(served: tuple[str, Running], name: str) -> None:
    _, found = served
    assert isinstance(found.address, int)
    code, line = OTHERS[name]
    path = f"/{name}/{os.urandom(4).hex()}"
    answer = exchange(found.address, handshake(path, line), 6.0, to_the_end=True)
    status = 401 if name == "authorize" else REQUIREMENTS[code].status
    problem = _problem(answer, status)
    assert (problem["code"], answer.get_all("www-authenticate")) == (code, ["Bearer"] if name == "authorize" else [])
    assert bool(answer.get_all("retry-after")) == (name == "sleeps")
    records = found.records(path, lambda records: records.of("event"))
    [event] = records.of("event")
    outcome = "failed" if name in ("returns", "sleeps") else "denied"
    assert (event["outcome"], event["status"], event["violations"]) == (outcome, status, [code])
    assert found.complaints() == []


def test_a_close_of_the_application_stays_the_servers_403(served: tuple[str, Running]) -> None:
    _, found = served
    assert isinstance(found.address, int)
    path = f"/closes/{os.urandom(4).hex()}"
    answer = exchange(found.address, handshake(path), 6.0, to_the_end=True)
    assert (answer.status, answer.ended) == (403, True)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    [event] = found.records(path, lambda records: records.of("event")).of("event")
    assert (event["outcome"], event["status"], event["violations"]) == ("refused", 403, [])
