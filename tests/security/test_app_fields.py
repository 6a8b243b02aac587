"""No spelling of an app's header puts a Sec-WebSocket-Accept of its own, or a second head, on the wire.

Read are the bytes that each server writes, for each message that an application can answer with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from asgi_ws_guard import accept_value
from tests.security.app_fields import ACCEPTS, BREAKS, FORMS, NO_PAIRS
from tests.wire.client import EndedError, handshake
from tests.wire.stacks import COMMANDS, Running, running

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log --http"
STACKS: Mapping[str, str] = {
    "uvicorn-h11-websockets": f"{_UVICORN} h11 --ws websockets",
    "uvicorn-httptools-sansio": f"{_UVICORN} httptools --ws websockets-sansio",
    "uvicorn-h11-wsproto": f"{_UVICORN} h11 --ws wsproto",
    "uvicorn-h11-none": f"{_UVICORN} h11 --ws none",
    "uvicorn-httptools-none": f"{_UVICORN} httptools --ws none",
    "hypercorn": COMMANDS["hypercorn-asyncio"],
    "daphne": COMMANDS["daphne"],
    "gunicorn": COMMANDS["gunicorn"],
    "granian": "granian --interface asgi --host 127.0.0.1 --port {port} {app}",
    "granian-no-ws": "granian --interface asgi --no-ws --host 127.0.0.1 --port {port} {app}",
}
NO_WEBSOCKET = tuple(name for name in STACKS if name.endswith(("-none", "-no-ws")))
WEBSOCKET = tuple(name for name in STACKS if name not in NO_WEBSOCKET)
DENIAL = tuple(name for name in WEBSOCKET if name not in ("daphne", "gunicorn"))
NO_FIELDS = ("daphne", "granian")  # of the app's in a 101

SMUGGLED = {**ACCEPTS, **BREAKS}


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """Starts the server of a stack once."""
    with ExitStack() as ends:

        @functools.cache
        def start(stack: str) -> Running:
            directory = tmp_path_factory.mktemp(stack)
            return ends.enter_context(running(STACKS[stack], directory, app="tests.security.field_app:app"))

        yield start


@pytest.mark.parametrize("stack", WEBSOCKET)
def test_an_accept_has_the_servers_own_value_alone(stack: str, serve: Callable[[str], Running]) -> None:
    server = serve(stack)
    for form in FORMS:
        path = f"/accept/{form}/1"
        head = _asked(server, handshake(path, key=KEY), body=False)
        assert head.startswith(b"HTTP/1.1 101 "), (form, head)
        assert _accepts(head) == [accept_value(KEY).encode()], (form, head)
        assert b"EVIL" not in head and (b"x-kept: 1" in head) == (stack not in NO_FIELDS), (form, head)
        [event] = server.records(path, lambda found: found.all).all
        assert event["outcome"] == "accepted" and "app-fields" in event["violations"], form
    assert server.complaints() == []


@pytest.mark.parametrize("stack", DENIAL)
def test_a_denial_with_one_is_replaced(stack: str, serve: Callable[[str], Running]) -> None:
    server = serve(stack)
    for form in SMUGGLED:
        answer = _asked(server, handshake(f"/deny/{form}/1", key=KEY))
        _assert_replaced(form, answer)
        if stack != "granian":  # which puts a right one into every denial, whoever sends it
            assert _accepts(answer) == [], (form, answer)
    assert server.complaints() == []


@pytest.mark.parametrize("stack", DENIAL)
def test_the_answer_of_another_scope_is_replaced(stack: str, serve: Callable[[str], Running]) -> None:
    """granian takes http.response.start in a websocket scope, and puts the app's fields beside its own in a 101."""
    server = serve(stack)
    for form in ACCEPTS:
        answer = _asked(server, handshake(f"/raw/{form}/1", key=KEY))
        assert answer.startswith(b"HTTP/1.1 500 ") and b'"app-answers"' in answer, (form, answer)
        assert b"EVIL" not in answer, (form, answer)
    assert server.complaints() == []


@pytest.mark.parametrize("stack", STACKS)
def test_no_body_of_an_interim_answer_is_the_next_answer(stack: str, serve: Callable[[str], Running]) -> None:
    """uvicorn with httptools writes a body behind a 100: it is the head that the client then reads (RFC 9112 §6.3)."""
    server = serve(stack)
    for request in (
        b"GET /interim/x/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        handshake("/interim/x/1", key=KEY),
    ):
        answer = _asked(server, request)
        assert b"EVIL" not in answer and not answer.startswith(b"HTTP/1.1 1"), answer


@pytest.mark.parametrize("stack", NO_WEBSOCKET)
def test_the_answer_to_a_raw_upgrade_with_one_is_replaced(stack: str, serve: Callable[[str], Running]) -> None:
    server = serve(stack)
    for form in SMUGGLED:
        answer = _asked(server, handshake(f"/raw/{form}/1", key=KEY))
        _assert_replaced(form, answer)
        assert _accepts(answer) == [], (form, answer)
    assert server.complaints() == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_answer_to_a_plain_request_with_one_is_replaced(stack: str, serve: Callable[[str], Running]) -> None:
    server = serve(stack)
    for form in ACCEPTS:
        answer = _asked(server, _plain(form))
        _assert_replaced(form, answer)
        assert _accepts(answer) == [], (form, answer)
    assert server.complaints() == []


@pytest.mark.parametrize("stack", STACKS)
def test_no_server_writes_a_line_break_in_a_plain_answer(stack: str, serve: Callable[[str], Running]) -> None:
    """Why the guard looks for none in the values of plain answers: daphne makes a space of it, the others refuse it."""
    server = serve(stack)
    for form in {**BREAKS, **NO_PAIRS}:
        answer = _asked(server, _plain(form))
        assert _accepts(answer) == [], (form, answer)
        assert not any(line.startswith(b"HTTP/") for line in answer.splitlines()[1:]), (form, answer)


def _assert_replaced(form: str, answer: bytes) -> None:
    assert answer.startswith(b"HTTP/1.1 500 ") and b'"http-101"' in answer and b"EVIL" not in answer, (form, answer)


def _plain(form: str) -> bytes:
    return f"GET /plain/{form}/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def _asked(server: Running, request: bytes, *, body: bool = True) -> bytes:
    """The answer's head, with `body` all of it: what has come when nothing came for a while, where none ends it."""
    with server.connect(deadline=1.0 if body else 10.0) as peer:
        peer.send(request)
        try:
            return peer.read_to_end() if body else peer.read_head()
        except (EndedError, TimeoutError):  # daphne and granian-no-ws may keep what failed
            return peer.buffer


def _accepts(answer: bytes) -> list[bytes]:
    """The values of all lines, however ended, that a lenient client would take for a Sec-WebSocket-Accept."""
    lines = [line.partition(":") for line in answer.decode("latin-1").replace("\r", "\n").split("\n")]
    return [value.strip().encode() for name, _, value in lines if name.strip().lower() == "sec-websocket-accept"]
