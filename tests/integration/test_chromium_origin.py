"""Another site's page in a real Chromium: it cannot open the guarded WebSocket until its origin is listed."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from asgi_ws_guard import Policy, WebSocketGuardMiddleware
from tests.uvicorn_thread import Watcher, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "no-first-run")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", *(f"--{name}" for name in QUIET)]
# The first message, or how it ended without one.
OPEN = """url => new Promise(resolve => {
    const socket = new WebSocket(url);
    socket.onmessage = event => { resolve(event.data); socket.close(); };
    socket.onclose = event => resolve(`closed with ${event.code}`);
})"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH (Debian: apt-get install chromium)"),
    pytest.mark.xdist_group("chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    """Another site's server: another port is another origin."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>another site</title><link rel=icon href='data:,'>")

    async def frame(request: Request) -> HTMLResponse:
        return HTMLResponse("ok", headers={"content-security-policy": "sandbox allow-scripts"})

    with running(Starlette(routes=[Route("/", page), Route("/sandboxed", frame)]), "wsproto") as port:
        yield port


async def _greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("secret of whoever is logged in")
    await websocket.receive()


async def _own_page(request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>own page</title><link rel=icon href='data:,'>")


def answered(browser: Browser, page_url: str, policy: Policy) -> tuple[str, Watcher, int]:
    """What a page got of the guarded WebSocket; {port} in its URL is the guarded server's."""
    watcher = Watcher()
    app = Starlette(routes=[Route("/", _own_page), WebSocketRoute("/chat", _greet)])
    guard = WebSocketGuardMiddleware(app, policy=policy, observers=[watcher])
    with running(guard, "wsproto") as port, browser.new_context() as context:
        page = context.new_page()
        page.goto(page_url.format(port=port))
        said: str = page.evaluate(OPEN, f"ws://127.0.0.1:{port}/chat")
    return said, watcher, port


def test_own_page_gets_in(browser: Browser) -> None:
    said, watcher, _ = answered(browser, "http://127.0.0.1:{port}/", Policy())
    assert said == "secret of whoever is logged in"
    assert watcher.event().outcome == "accepted"


def test_another_sites_page_does_not_and_the_log_names_it(
    browser: Browser, other_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "asgi_ws_guard"):
        said, watcher, port = answered(browser, f"http://127.0.0.1:{other_port}/", Policy())
    assert said == "closed with 1006"
    event = watcher.event()
    assert (event.outcome, event.status) == ("denied", 403)
    [line] = [record.getMessage() for record in caplog.records if record.name == "asgi_ws_guard"]
    assert f'Origin is "http://127.0.0.1:{other_port}" and Host is "127.0.0.1:{port}"' in line
    assert f'allowed_origins=["same-origin", "http://127.0.0.1:{other_port}"]' in line


def test_another_sites_page_gets_in_where_it_is_listed(browser: Browser, other_port: int) -> None:
    policy = Policy(allowed_origins=["same-origin", f"http://127.0.0.1:{other_port}"])
    said, watcher, _ = answered(browser, f"http://127.0.0.1:{other_port}/", policy)
    assert said == "secret of whoever is logged in"
    assert watcher.event().outcome == "accepted"


def test_a_sandboxed_page_says_null_and_stays_out(browser: Browser, other_port: int) -> None:
    url = f"http://127.0.0.1:{other_port}/sandboxed"
    said, watcher, _ = answered(browser, url, Policy())
    assert said == "closed with 1006"
    event = watcher.event()
    assert event.handshake.origin == "null"
    assert [violation.requirement.id for violation in event.violations] == ["origin-allowed"]
    assert answered(browser, url, Policy(allow_null_origin=True))[0] == "secret of whoever is logged in"


def test_chromium_sends_no_fetch_metadata_on_a_handshake(browser: Browser) -> None:
    """If this fails, docs/decisions/sec-fetch-site.md has to be thought over."""
    _, watcher, _ = answered(browser, "http://127.0.0.1:{port}/", Policy())
    names = {name.lower() for name, _ in watcher.event().handshake.fields}
    assert "origin" in names
    assert not {name for name in names if name.startswith("sec-fetch-")}
