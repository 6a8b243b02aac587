"""The example's page in a real Chromium: opens the WebSocket, fires handshakes, plays with keys, and no complaint."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from example_app import create_app
from example_app.cases import SAMPLE_KEY
from example_app.serving import running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "no-first-run")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", *(f"--{name}" for name in QUIET)]

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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page, just opened; at the end nothing may stand in its console."""
    said: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        said.append(f"{message.type}: {message.text}")

    def on_error(error: Error) -> None:
        said.append(f"uncaught: {error}")

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(create_app(), listener) as (host, port),
        browser.new_context(reduced_motion="reduce") as context,
    ):
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", on_error)
        page.goto(f"http://{host}:{port}/")
        yield page
    assert said == []


def test_websocket_opens_and_its_handshake_is_shown(page: Page) -> None:
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#state")).to_have_text("open, 1 person in the room")
    handshake = page.locator("#handshake")
    expect(handshake.locator(".pill")).to_have_text("accepted")
    assert len(handshake.locator(".key").inner_text()) == 24
    assert len(handshake.locator(".accept").first.inner_text()) == 28
    expect(page.locator("#handshakes tr")).to_have_count(1)


def test_markup_in_a_message_stays_text(page: Page) -> None:
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_label("Your name").fill("<i>Ada</i>")
    page.get_by_label("Message").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#log li").last).to_have_text("<i>Ada</i> <img src=x onerror=alert(1)>")


def test_closed_websocket_is_said_and_opens_again(page: Page) -> None:
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#log")).to_contain_text("Closed with code 1000")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#state")).to_contain_text("open, 1 person")


def test_malformed_handshake_is_fired_and_its_refusal_shown(page: Page) -> None:
    page.get_by_role("button", name="A short key").click()
    result = page.locator("#result")
    expect(result.locator(".status")).to_have_text("400")
    expect(result.locator(".verdict")).to_contain_text("The guard refused it")
    expect(result.locator("ins")).to_have_text("Sec-WebSocket-Key: dGVzdA==")
    expect(result).to_contain_text('"code": "key-length"')
    expect(page.locator("#handshakes")).to_contain_text("key-length")


def test_refusal_by_the_server_is_told_from_the_guards(page: Page) -> None:
    page.get_by_role("button", name="No key").click()
    result = page.locator("#result")
    expect(result.locator("del")).to_contain_text("Sec-WebSocket-Key")
    expect(result.locator(".verdict")).to_contain_text("The server refused it by itself")


def test_every_case_has_a_button_that_leads_to_a_result(page: Page) -> None:
    for button in page.locator("#cases button").all():
        button.click()
        expect(page.locator("#result h3")).to_have_text(button.inner_text())


def test_playground_computes_the_steps_on_both_sides(page: Page) -> None:
    page.get_by_label("Sec-WebSocket-Key").fill(SAMPLE_KEY)
    expect(page.locator("#step-accept code")).to_have_text("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    expect(page.locator("#steps .agree.yes")).to_have_count(3)
    expect(page.locator("#diagnosis")).to_contain_text("key-sample")


def test_playground_agrees_on_keys_that_no_server_should_take(page: Page) -> None:
    for key in ("", "b'short'", "ключ", "tab\tinside"):
        page.get_by_label("Sec-WebSocket-Key").fill(key)
        expect(page.locator("#step-concatenated mark")).to_have_text(key)
        expect(page.locator("#steps .agree.yes")).to_have_count(3)
        expect(page.locator("#diagnosis")).to_contain_text("The guard refuses it")


def test_playground_generates_a_good_key(page: Page) -> None:
    expect(page.locator("#diagnosis")).to_contain_text("A good key")
    before = page.get_by_label("Sec-WebSocket-Key").input_value()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_label("Sec-WebSocket-Key")).not_to_have_value(before)
    expect(page.locator("#step-decoded")).to_contain_text("16 bytes")


def test_browser_without_crypto_subtle_leaves_the_sum_to_the_server(page: Page) -> None:
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")  # as on plain http elsewhere
    page.reload()
    expect(page.locator("#step-accept .agree")).to_contain_text("server only")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_at_the_side(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Stripped by a proxy").click()
    expect(page.locator("#result .status")).to_have_text("426")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
