"""The example application, asked over real sockets: its page, the firing of handshakes, the playground and the chat."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from asgi_ws_guard import accept_value
from example_app import create_app
from example_app.case import Case
from example_app.cases import CASES, SAMPLE_KEY
from example_app.serving import running

SECONDS = 10.0


@contextmanager
def served(guarded: bool = True) -> Iterator[httpx.Client]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(create_app(guarded), listener) as (host, port),
        httpx.Client(base_url=f"http://{host}:{port}", timeout=SECONDS, trust_env=False) as client,
    ):
        yield client


@contextmanager
def started(*arguments: str) -> Iterator[httpx.Client]:
    """A program that says on stderr where uvicorn runs, ended by the Ctrl-C that people end it with."""
    command = [sys.executable, "-W", "error", "-m", *arguments, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr
        try:
            said = ""
            while not (found := re.search(r"http://\S+", said)):
                said += process.stderr.readline() or pytest.fail(f"it ended early:\n{said}")
            with httpx.Client(base_url=found[0], timeout=SECONDS, trust_env=False) as client:
                yield client
        finally:
            process.send_signal(signal.SIGINT)
            _, log = process.communicate(timeout=SECONDS)
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def site() -> Iterator[httpx.Client]:
    with served() as client:
        yield client


def fire(client: httpx.Client, case: str) -> Any:
    response = client.post(f"/fire/{case}")
    assert response.status_code == 200, response.text
    return response.json()


def join(client: httpx.Client, path: str = "/chat") -> ClientConnection:
    return connect(f"ws://127.0.0.1:{client.base_url.port}{path}", proxy=None, open_timeout=SECONDS)


def heard(member: ClientConnection, kind: str) -> Any:
    """The next message of this kind."""
    while (message := json.loads(member.recv(timeout=SECONDS)))["kind"] != kind:
        pass
    return message


# The page


def test_page_comes_with_all_that_it_needs(site: httpx.Client) -> None:
    page = site.get("/")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    for local in re.findall(r'(?:src|href)="(static/[^"]+)"', page.text):
        assert site.get(f"/{local}").status_code == 200


def test_page_loads_nothing_from_elsewhere(site: httpx.Client) -> None:
    texts = [site.get(path).text for path in ("/", "/static/page.js", "/static/style.css")]
    addresses = {address for text in texts for address in re.findall(r"https?://[^'\"\s]+", text)}
    assert addresses == {"http://www.w3.org/2000/svg"}  # a namespace, which nobody loads


def test_page_tells_what_the_key_is_for_and_what_it_is_not(site: httpx.Client) -> None:
    text = " ".join(re.sub(r"<[^>]+>", "", site.get("/").text).split())
    for subject in (
        "cache",
        "No password",
        "GUID is printed",
        "Setting the key from JavaScript",
        "White space",
        "console",
    ):
        assert subject in text


# Firing


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_fired_case_is_answered_as_it_says(site: httpx.Client, case: Case) -> None:
    fired = fire(site, case.id)
    answer = fired["answer"]
    if case.answered_by == "nobody":  # wsproto keeps the field to itself
        assert (answer["status"], fired["answered_by"]) == (101, "application")
    elif case.status == 101:
        assert (answer["status"], fired["verified"]) == (101, [])
        assert [flag["id"] for flag in fired["handshake"]["violations"]] == ([case.code] if case.code else [])
    elif case.answered_by == "guard":
        assert (answer["status"], answer["problem"]["code"]) == (case.status, case.code)
        assert (fired["answered_by"], fired["connection"]) == ("guard", "closed")
        assert fired["handshake"]["outcome"] == "denied"
    else:  # the server was first; with the wire adapted it may be the guard, in the words of the table
        assert fired["answered_by"] in ("server", "guard")
        assert 400 <= answer["status"] < 500


def test_answer_is_shown_as_it_came(site: httpx.Client) -> None:
    answer = fire(site, "key-short")["answer"]
    assert answer["head"][0].startswith("HTTP/1.1 400")
    assert "content-type: application/problem+json" in answer["head"]
    assert json.loads(answer["body"]) == answer["problem"]


def test_control_byte_is_spelled_out_on_the_page(site: httpx.Client) -> None:
    assert {"text": "Sec-WebSocket-Key: dGhlIHNhbXBs\\x01SBub25jZQ==", "mark": "changed"} in fire(site, "key-control")[
        "request"
    ]


def test_unknown_case_is_refused_with_the_names_of_the_known(site: httpx.Client) -> None:
    response = site.post("/fire/rm-rf")
    assert response.status_code == 404
    assert "no such case" in response.json()["detail"] and "key-short" in response.json()["detail"]


def test_firing_wants_a_post(site: httpx.Client) -> None:
    assert site.get("/fire/key-short").status_code == 405


def test_no_client_names_the_address_that_is_dialled(site: httpx.Client) -> None:
    elsewhere = {"host": "192.0.2.1:9", "x-forwarded-host": "192.0.2.1:9"}
    fired = site.post("/fire/valid?host=192.0.2.1&port=9", headers=elsewhere, json={"host": "192.0.2.1"}).json()
    assert {"text": f"Host: 127.0.0.1:{site.base_url.port}", "mark": ""} in fired["request"]
    assert fired["answer"]["status"] == 101


@pytest.mark.parametrize(("server", "status"), [(None, 501), (("/run/app.sock", None), 501), ("closed", 502)])
def test_server_that_cannot_be_dialled_is_said(server: Any, status: int) -> None:
    app = create_app()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        address = nobody.getsockname() if server == "closed" else server

        async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "server": address}, receive, send)

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=elsewhere)
            async with httpx.AsyncClient(transport=transport, base_url="http://example") as client:
                return await client.post("/fire/valid")

        response = asyncio.run(ask())
    assert response.status_code == status
    assert "dialled" in response.json()["detail"]


# The memory of recent handshakes


def test_handshakes_are_told_the_newest_first(site: httpx.Client) -> None:
    fire(site, "key-short")
    fire(site, "valid")
    newest, before = site.get("/handshakes").json()[:2]
    assert (newest["outcome"], newest["status"], newest["violations"]) == ("accepted", 101, [])
    assert (before["outcome"], before["status"], before["violations"][0]["id"]) == ("denied", 400, "key-length")


def test_memory_is_bounded_and_keeps_no_query() -> None:
    with served() as client:
        for _ in range(35):
            with join(client, "/chat?token=hunter2"):
                pass
        told = client.get("/handshakes")
    assert len(told.json()) == 30
    assert "hunter2" not in told.text


# The playground


def test_steps_lead_from_the_key_to_the_accept_value(site: httpx.Client) -> None:
    steps = site.post("/steps", json={"key": "AQIDBAUGBwgJCgsMDQ4PEA=="}).json()
    assert steps["decoded"] == "0102030405060708090a0b0c0d0e0f10"
    assert steps["concatenated"] == "AQIDBAUGBwgJCgsMDQ4PEA==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    assert steps["accept"] == accept_value("AQIDBAUGBwgJCgsMDQ4PEA==")


def test_rfc_sample_gives_the_rfc_answer_and_a_flag(site: httpx.Client) -> None:
    steps = site.post("/steps", json={"key": SAMPLE_KEY}).json()
    assert steps["sha1"] == "b37a4f2cc0624f1690f64606cf385945b2bec4ea"  # RFC 6455 §1.3
    assert steps["accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert (steps["verdict"], steps["violations"][0]["id"]) == ("flagged", "key-sample")


def test_generated_keys_are_good_and_fresh(site: httpx.Client) -> None:
    first, second = (site.post("/steps", json={"key": None}).json() for _ in range(2))
    assert first["verdict"] == second["verdict"] == "good"
    assert first["key"] != second["key"]


@pytest.mark.parametrize("body", [b"", b"key", b"[]", b'{"key": 7}', b'{"key": "\\ud800"}', b"x" * 9000])
def test_question_that_is_none_is_refused(site: httpx.Client, body: bytes) -> None:
    assert site.post("/steps", content=body).status_code == 400


def test_key_is_read_up_to_a_limit(site: httpx.Client) -> None:
    assert site.post("/steps", json={"key": "A" * 512}).status_code == 200
    assert "at most 512" in site.post("/steps", json={"key": "A" * 513}).json()["detail"]


# The chat


def test_newcomer_is_told_its_handshake(site: httpx.Client) -> None:
    with join(site) as member:
        seen = heard(member, "handshake")["handshake"]
        assert member.request and member.response
        assert seen["key"] == member.request.headers["Sec-WebSocket-Key"]
        assert seen["expected_accept"] == member.response.headers["Sec-WebSocket-Accept"]
        assert seen["outcome"] == "accepted"


def test_what_one_says_all_hear() -> None:
    with served() as client, join(client) as first, join(client) as second:
        assert heard(second, "people")["count"] == 2
        first.send(json.dumps({"name": " Ada ", "text": "hello"}))
        assert (
            heard(first, "message") == heard(second, "message") == {"kind": "message", "name": "Ada", "text": "hello"}
        )
        second.close()
        assert heard(first, "people")["count"] == 1


def test_strange_frame_ends_no_conversation(site: httpx.Client) -> None:
    with join(site) as member:
        for strange in (b"\x00", "", "no json", "[]", '{"name": 1, "text": 2}', '{"name": "Ada", "text": "  "}'):
            member.send(strange)
        member.send('{"name": "", "text": "still here"}')
        assert heard(member, "message") == {"kind": "message", "name": "somebody", "text": "still here"}


# How it is started


def test_unguarded_application_lets_a_short_key_in() -> None:
    with served(guarded=False) as client:
        fired = fire(client, "key-short")
        assert (fired["answer"]["status"], fired["answered_by"], fired["handshake"]) == (101, "application", None)
        assert client.get("/cases").json()["guarded"] is False
        with join(client) as member:
            assert heard(member, "handshake") == {"kind": "handshake", "handshake": None}


def test_started_as_a_module_the_guard_is_asked() -> None:
    with started("example_app") as client:
        assert fire(client, "key-short")["answered_by"] == "guard"


def test_plain_uvicorn_refuses_first_and_the_page_says_so() -> None:
    with started("uvicorn", "example_app:app") as client:
        assert client.get("/").status_code == 200
        assert fire(client, "key-short")["answered_by"] == "server"
        assert fire(client, "proxy-stripped")["answered_by"] == "guard"
        assert fire(client, "valid")["answer"]["status"] == 101
