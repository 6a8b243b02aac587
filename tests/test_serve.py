"""An application served by uvicorn under a policy file, its code untouched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asgi_ws_guard import ConfigurationError, Policy, WebSocketGuardMiddleware
from asgi_ws_guard.cli.serve import split
from asgi_ws_guard.serve import APPLICATION, IS_FACTORY, environment, guarded
from tests.integration.stacks.wire import exchange

ROOT = Path(__file__).parents[1]
DEADLINE = 20.0  # seconds to start and to stop

ENTRY = "from asgi_ws_guard import cli; from asgi_ws_guard.cli import serve; cli.COMMANDS = (serve,); exit(cli.main())"

APPLICATION_CODE = '''
async def app(scope, receive, send):
    """Accepts every WebSocket and echoes, answers 204 to everything else."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})

def make():
    return app
'''
POLICY_FILE = 'allowed_origins = ["https://app.example.com"]\n[paths."/devices/*"]\ntolerate = ["key-length"]\n'
HEAD = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nOrigin: {origin}\r\n\r\n"
)
KEY, LONG_KEY = "x5RMiiVOQqyqDgjn6bXYkw==", "6f1d3a5c9b7e2048d1c6a3f08e5b7924"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "untouched.py").write_text(APPLICATION_CODE)
    (tmp_path / "policy.toml").write_text(POLICY_FILE)
    return tmp_path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def command(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command line with these arguments, run as its users do: from the directory of their application."""
    return subprocess.Popen(
        [sys.executable, "-c", ENTRY, "serve", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextmanager
def serving(directory: Path, *arguments: str) -> Iterator[tuple[int, list[str]]]:
    """The port of a running server, and a list that has its log once the block is left."""
    port, log = free_port(), list[str]()
    process = command(directory, *arguments, "--host", "127.0.0.1", "--port", str(port), "--no-access-log")
    try:
        end = time.monotonic() + DEADLINE
        while True:
            try:
                exchange(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                break
            except OSError:  # nobody listens yet: there is nothing to wait on but the clock
                assert process.poll() is None and time.monotonic() < end, process.communicate()[0].decode()
                time.sleep(0.02)
        yield port, log
    finally:
        process.terminate()
        log.extend(process.communicate(timeout=DEADLINE)[0].decode().splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("untouched:app", "--policy", "policy.toml", "--", "--ws", "wsproto"),
        ("--policy", "policy.toml", "untouched:make", "--", "--ws", "wsproto", "--factory"),
        ("untouched:app", "--policy", "policy.toml", "--", "--ws", "wsproto", "--workers", "2"),
    ],
)
def test_the_application_is_guarded_as_the_file_says(directory: Path, arguments: tuple[str, ...]) -> None:
    with serving(directory, *arguments) as (port, log):

        def ask(path: str, key: str, origin: str = "https://app.example.com") -> int | None:
            return exchange(port, HEAD.format(path=path, key=key, origin=origin).encode()).status

        assert ask("/chat", KEY) == 101
        assert ask("/chat", LONG_KEY) == 400
        assert ask("/devices/7", LONG_KEY) == 101
        assert ask("/chat", KEY, "https://evil.org") == 403
    [refusal] = [line for line in log if "origin-allowed" in line]
    assert 'Origin is "https://evil.org"' in refusal
    assert not any("Traceback" in line for line in log)


def test_a_wrong_policy_is_said_once_and_nothing_is_served(directory: Path) -> None:
    (directory / "policy.toml").write_text("allowed_origin = []\n")
    process = command(directory, "untouched:app", "--policy", "policy.toml", "--", "--workers", "2")
    said = process.communicate(timeout=DEADLINE)[0].decode()
    assert process.returncode == 2
    [line] = said.splitlines()
    assert line.startswith("asgi-ws-guard serve: policy.toml: unknown key 'allowed_origin' in a policy; did you mean")


def test_options_before_and_behind_the_dashes() -> None:
    assert split(["--policy", "p.toml", "--", "--port", "1"], None) == ("p.toml", ["--port", "1"])
    assert split(["--port", "1", "--policy", "p.toml"], "other.toml") == ("p.toml", ["--port", "1"])
    assert split(["--", "--policy", "x"], "p.toml") == ("p.toml", ["--policy", "x"])
    assert split([], None) == (None, [])


@pytest.mark.parametrize(
    ("application", "says"),
    [
        (None, "is not set"),
        ("tests", "wanted 'module:attribute'"),
        ("tests.test_serve:", "wanted 'module:attribute'"),
        ("tests.nowhere:app", "no module 'tests.nowhere'"),
        ("nowhere.tests:app", "no module 'nowhere'"),
        ("tests.test_serve:nothing", "'tests.test_serve' has no 'nothing'"),
        ("tests.test_serve:ROOT", "wanted an ASGI application"),
    ],
)
def test_an_application_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, application: str | None, says: str
) -> None:
    monkeypatch.delenv(APPLICATION, raising=False)
    if application is not None:
        monkeypatch.setenv(APPLICATION, application)
    with pytest.raises(ConfigurationError, match=says):
        guarded()


def test_a_module_that_lacks_another_says_so_itself(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "lacking_another.py").write_text("import nowhere_to_be_found\n")
    monkeypatch.syspath_prepend(directory)
    monkeypatch.setenv(APPLICATION, "lacking_another:app")
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        guarded()


def test_what_is_guarded_is_found_through_the_environment(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(directory)
    variables = environment("tests.test_serve:guarded", "policy.toml", is_factory=False)
    assert IS_FACTORY not in variables
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)  # a worker may start elsewhere
    app = guarded()
    assert isinstance(app, WebSocketGuardMiddleware)
    wrapped: object = app.app
    assert wrapped is guarded
    assert app.guard.policy == Policy(allowed_origins=["https://app.example.com"])
