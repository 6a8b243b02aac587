"""uvicorn from the command line with a door: an application is guarded with no change of code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.wire.client import TEXT, frame, handshake, server_frame
from tests.wire.stacks import running

UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port}"
MODULE = "asgi_ws_guard.servers.uvicorn"
BARE = "tests.wire.app:application"
DOORS: Mapping[str, str] = {
    "ws": f"{UVICORN} --ws {MODULE}:AutoWebSocketsProtocol",
    "http": f"{UVICORN} --http {MODULE}:AutoHTTPProtocol",
    "both": f"{UVICORN} --http {MODULE}:H11Protocol --ws {MODULE}:WSProtocol",
}


@pytest.mark.parametrize("name", DOORS)
def test_a_bare_application_is_guarded(name: str, tmp_path: Path) -> None:
    with running(DOORS[name], tmp_path, app=BARE) as server:
        with server.connect() as peer:
            peer.send(handshake("/chat"))
            assert peer.read_head().startswith(b"HTTP/1.1 101 ")
            peer.send(frame(TEXT, b"there and back"))
            assert peer.read(16) == server_frame(TEXT, b"there and back")
        with server.connect() as peer:
            peer.send(handshake("/bad", key="hello"))
            assert peer.read_head().startswith(b"HTTP/1.1 400 ")
            assert json.loads(peer.read_to_end())["code"] == "key-base64"
        assert server.records("/bad").all == ()
        log = server.log().splitlines()
    assert [line for line in log if not line.startswith("INFO:")] == []
    assert sum('"WebSocket /chat" [accepted]' in line for line in log) == 1
    assert not any("/bad" in line for line in log)
    told = [line for line in server.guard_log().splitlines() if "WebSocket /" in line]
    assert [line.split(" from ")[0] for line in told] == ["INFO WebSocket /chat", "WARNING WebSocket /bad"]


def test_a_policy_file_that_cannot_work_is_said_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('allowed_hostz = ["example.com"]\n')
    with (
        pytest.raises(RuntimeError, match=r"policy\.toml: .*allowed_hostz"),
        running(DOORS["ws"], tmp_path, app=BARE, environment={"ASGI_WS_GUARD_POLICY": str(file)}),
    ):
        pytest.fail("the server started")
