"""The clients in JavaScript: Node's ws, the WebSocket that Node itself has, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.integration.clients.conversation import BINARY, DEADLINE, OFFERS, TEXT, Conversation
from tests.integration.test_chromium import ARGUMENTS, CHROMIUM

HERE = Path(__file__).parent
NODE = shutil.which("node")
NPM = shutil.which("npm")
INSTALLED = Path(sys.prefix, "node-clients")  # in the virtual environment, as all that the tests install
INSTALL_SECONDS = 100.0


def ws_package(url: str) -> Conversation:
    if NPM is None:
        pytest.skip("no npm on PATH to install Node's ws with (Debian: apt-get install nodejs npm)")
    return _node("ws", str(_installed()), url)


def node_itself(url: str) -> Conversation:
    return _node("built-in", "", url)


class Chromium:
    """A browser for as long as it is needed, in a thread of its own: playwright keeps an event loop running there."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "chromium")
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def __call__(self, url: str) -> Conversation:
        if CHROMIUM is None:
            pytest.skip("no chromium on PATH (Debian: apt-get install chromium)")
        return self._thread.submit(self._talk, url).result(DEADLINE)

    def close(self) -> None:
        self._thread.submit(self._close).result(DEADLINE)
        self._thread.shutdown()

    def _talk(self, url: str) -> Conversation:
        """The browser tells its own scripts nothing of the head; its debugging protocol does."""
        if self._browser is None:
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        heads: list[dict[str, Any]] = []
        with self._browser.new_context() as context:
            page = context.new_page()
            protocol = context.new_cdp_session(page)
            protocol.send("Network.enable")
            protocol.on("Network.webSocketHandshakeResponseReceived", lambda head: heads.append(head))
            page.goto(url.replace("ws://", "http://", 1))
            page.add_script_tag(path=HERE / "talk.js")
            told = page.evaluate("parameters => talk(WebSocket, ...parameters)", _parameters(url))
        fields = {name.lower(): value for name, value in heads[0]["response"]["headers"].items()}
        return _conversation({**told, "accept": fields["sec-websocket-accept"]})

    def _close(self) -> None:
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()


def _node(kind: str, directory: str, url: str) -> Conversation:
    if NODE is None:
        pytest.skip("no node on PATH (Debian: apt-get install nodejs)")
    if kind == "built-in" and not _node_has_websocket():
        pytest.skip("this node has no WebSocket of its own; 20.10 and later have")
    command = [NODE, *_flags(kind), str(HERE / "talk.mjs"), kind, directory, json.dumps(_parameters(url))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert ended.returncode == 0, ended.stderr
    return _conversation(json.loads(ended.stdout))


def _flags(kind: str) -> list[str]:
    return ["--experimental-websocket", "--no-warnings"] if kind == "built-in" else []


@cache
def _node_has_websocket() -> bool:
    assert NODE is not None
    asked = [NODE, *_flags("built-in"), "-p", "typeof WebSocket"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == "function"


@cache
def _installed() -> Path:
    """A directory with the locked packages in it, made once: whole, or not at all, whoever else makes it."""
    assert NPM is not None
    wanted = (HERE / "package-lock.json").read_text()
    if not _holds(wanted):
        fresh = Path(tempfile.mkdtemp(prefix="node-clients-", dir=sys.prefix))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, fresh)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run([NPM, "ci", *options], cwd=fresh, check=True, timeout=INSTALL_SECONDS)
        (fresh / "installed.json").write_text(wanted)
        shutil.rmtree(INSTALLED, ignore_errors=True)
        try:
            os.rename(fresh, INSTALLED)
        except OSError:  # another worker was faster
            shutil.rmtree(fresh)
    return INSTALLED


def _holds(wanted: str) -> bool:
    note = INSTALLED / "installed.json"
    return note.exists() and note.read_text() == wanted


def _parameters(url: str) -> list[Any]:
    return [url, OFFERS, TEXT, list(BINARY)]


def _conversation(told: dict[str, Any]) -> Conversation:
    text, binary = told["messages"]
    return Conversation(told["subprotocol"], text, bytes(binary), told["code"], told["accept"])
