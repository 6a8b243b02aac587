"""Real clients through the guard on every stack: each connects, negotiates, talks, and leaves in good order."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import uuid4

import pytest

from asgi_ws_guard import generate_key
from tests.integration.clients import in_javascript, in_python
from tests.integration.clients.conversation import DEADLINE, Conversation
from tests.integration.stacks.servers import STACKS, Server, Stack, serving

Client: TypeAlias = Callable[[str], Conversation]

CLIENTS: dict[str, Client] = {
    "websockets": in_python.websockets_library,
    "wsproto": in_python.wsproto_library,
    "aiohttp": in_python.aiohttp_library,
    "httpx-ws": in_python.httpx_ws_library,
    "websocket-client": in_python.websocket_client_library,
    "node-ws": in_javascript.ws_package,
    "node-itself": in_javascript.node_itself,
}
KEEP_THE_ACCEPT_VALUE_TO_THEMSELVES = ("node-itself",)
CURL = shutil.which("curl")

_WITH_WEBSOCKETS = [stack for stack in STACKS if not stack.name.endswith(("-none", "-no-ws"))]


@dataclass(frozen=True)
class Site:
    stack: Stack
    server: Server

    def path(self) -> str:
        return f"/client/{uuid4().hex}"

    def event(self, path: str) -> dict[str, object]:
        """The one event of the handshake on `path`. It is written before the application reads a first message."""
        [event] = [record for record in self.server.records() if (record["kind"], record["path"]) == ("event", path)]
        return event


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(stack, id=stack.name, marks=pytest.mark.xdist_group(stack.name)) for stack in _WITH_WEBSOCKETS
    ],
)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    stack: Stack = request.param
    with_clients_app = replace(stack, command=stack.command.replace("{app}", "tests.integration.clients.app:guarded"))
    with serving(with_clients_app, "guarded", tmp_path_factory.mktemp(f"clients-{stack.name}")) as server:
        yield Site(stack, server)


@pytest.fixture(scope="session")
def chromium() -> Iterator[in_javascript.Chromium]:
    chromium = in_javascript.Chromium()
    yield chromium
    chromium.close()


@pytest.mark.parametrize("client", [*CLIENTS, "chromium"])
def test_the_client_talks_through_the_guard(site: Site, client: str, chromium: in_javascript.Chromium) -> None:
    path = site.path()
    conversation = CLIENTS.get(client, chromium)(f"ws://127.0.0.1:{site.server.port}{path}")
    assert conversation.went_well(), conversation
    event = site.event(path)
    assert (event["outcome"], event["violations"]) == ("accepted", [])
    # granian's answer is written in Rust, where nothing of ours can look.
    assert event["verification"] == ("unobserved" if site.stack.name == "granian" else "match")
    seen = client not in KEEP_THE_ACCEPT_VALUE_TO_THEMSELVES
    assert conversation.accept == (event["expected_accept"] if seen else None)


@pytest.mark.skipif(CURL is None, reason="no curl on PATH (Debian: apt-get install curl)")
@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"Upgrade": "websocket", "Origin": "http://a b"}, 400, "origin-syntax"),
        ({}, 426, "upgrade-websocket"),
    ],
    ids=["400", "426"],
)
def test_curl_shows_the_problem(site: Site, fields: dict[str, str], status: int, code: str) -> None:
    sent = {"Connection": "Upgrade", "Sec-WebSocket-Key": generate_key(), "Sec-WebSocket-Version": "13", **fields}
    options = [option for name, value in sent.items() for option in ("--header", f"{name}: {value}")]
    url = f"http://127.0.0.1:{site.server.port}/"
    command = [str(CURL), "--silent", "--show-error", "--http1.1", "--noproxy", "*", "--include", *options, url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert ended.returncode == 0, ended.stderr
    head, _, body = ended.stdout.partition("\n\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code)
