"""The command line: what a terminal gets of hostile servers, texts, arguments and files."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asgi_ws_guard.cli import serve
from asgi_ws_guard.cli.base import CommandError
from asgi_ws_guard.cli.explain import explained, printed
from tests.cli.running import run
from tests.diagnosis.pasted import KEY, REQUEST, RESPONSE
from tests.probe.zoo import in_thread

from .attack_set import SECRET, TEXTS, in_a_field
from .harmless import assert_harmless, assert_harmless_on_a_terminal
from .hostile_servers import RAW, Raw, Wordy

EACH_TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def on_a_terminal(*argv: str) -> bytes:
    """What the command writes to a terminal of its own, where rich draws the report and a bar."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    command = [sys.executable, "-m", "asgi_ws_guard", *argv]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        seen = b""
        try:
            while data := os.read(master, 65536):
                seen += data
        except OSError:  # Linux says EIO when the other end is gone
            pass
        finally:
            os.close(master)
    assert process.returncode in (0, 1, 2), seen
    return seen


AT_TERMINALS = (
    "clear screen",
    "window title",
    "link",
    "C1 CSI",
    "bidi override",
    "rich markup",
    "backslash",
    "NEL",
    "CR",
)


@pytest.mark.parametrize("name", AT_TERMINALS)
def test_a_server_does_not_write_to_the_terminal(name: str) -> None:
    """Its name for itself, which once set the title and cleared the screen, is read and not obeyed."""
    with in_thread(Wordy([TEXTS[name]])) as url:
        seen = on_a_terminal("probe", url, "--only", "accept-*", "--only", "response-*", "--only", "key-missing")
    text = assert_harmless_on_a_terminal(seen)
    assert "violates" in text and b"\x1b[" in seen, "this is rich's report"
    assert b"\x1b]" not in seen and b"\x1b[2J" not in seen


def test_nor_do_all_texts_in_turn_nor_what_is_no_http() -> None:
    for server in (Wordy(list(TEXTS.values())), Raw(RAW)):
        with in_thread(server) as url:
            url = url.replace("ws://", f"ws://me:{SECRET}@")
            options = ("--cookie-file", "/dev/null", "--timeout", "1", "--concurrency", "30")
            text = assert_harmless_on_a_terminal(on_a_terminal("probe", f"{url}?t={SECRET}", *options))
        assert "cases in" in text


def test_markup_of_rich_is_text() -> None:
    with in_thread(Wordy([TEXTS["rich markup"]])) as url:
        seen = on_a_terminal("probe", url, "--only", "response-*")
    assert b"[bold red]x[/] [link=https://evil.example]click[/link] :skull: [/]" in seen


@EACH_TEXT
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_command_writes_reports_that_are_harmless(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str, text: str
) -> None:
    file = tmp_path / "report"
    with in_thread(Wordy([text])) as url:
        _, out, err = run(capsys, "probe", url, "--only", "accept-value", "--format", form)
    with in_thread(Wordy([text])) as url:
        run(capsys, "probe", url, "--only", "accept-value", "--format", form, "--output", str(file))
    assert_harmless(out)
    assert_harmless(err)
    assert_harmless(file.read_bytes())


ARGUMENTS: tuple[Callable[[str], list[str]], ...] = (
    lambda text: [text],
    lambda text: ["accept", text],
    lambda text: ["accept", "-v", text],
    lambda text: ["verify", text, "x"],
    lambda text: ["verify", KEY, text],
    lambda text: ["verify", KEY, KEY, text],
    lambda text: ["requirements", text],
    lambda text: ["requirements", "--format", text],
    lambda text: ["explain", f"/nowhere/{text}".replace("\0", "")],
    lambda text: ["probe", text],
    lambda text: ["probe", f"ftp{text}://a/"],
    lambda text: ["probe", f"ws://{text}/"],
    lambda text: ["probe", f"ws://a:{text}/"],
    lambda text: ["probe", f"ws://a/{text}"],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--only", text],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--header", text.replace(":", "")],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--header", f"X: \n{text}"],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--header", f"{text}\r: x"],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--header", f"Authorization: Bearer {SECRET}\n{text}"],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--origin", f"\n{text}"],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--cookie-file", f"/nowhere/{text}".replace("\0", "")],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--fail-on", text],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--timeout", text],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--concurrency", text],
    lambda text: ["probe", "ws://127.0.0.1:1/", "--format", text],
    lambda text: ["probe", "--list", "--output", f"/nowhere/{text}".replace("\0", "")],
    lambda text: ["probe", f"ws://me:{SECRET}@127.0.0.1:1/?t={SECRET}", text],
    lambda text: ["serve", "module:app", "--policy", f"/nowhere/{text}".replace("\0", "")],
)


@EACH_TEXT
def test_arguments(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Whatever stands where: it is bad input, told in one line."""
    if "\udc80" in text:
        text = text.replace("\ud800", "")  # argv can have no more than the surrogates of undecodable bytes
    for argv in ARGUMENTS:
        code, out, err = run(capsys, *argv(text))
        assert_harmless(out)
        assert_harmless(err)
        assert code in (0, 1, 2)


PLACES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"GET /{text} HTTP/1.1\nHost: a\nSec-WebSocket-Key: x\n",
    *(
        (lambda text, line=line: "\n".join([*REQUEST, line.format(text)]))
        for line in ("X: {}", "{}: x", "{}", "Origin: {}")
    ),
    *((lambda text, line=line: "\n".join([REQUEST[0], f"{line.split(':')[0]}: {text}"])) for line in REQUEST[1:]),
    *((lambda text, line=line: "\n".join([*REQUEST, "", RESPONSE[0], f"{line}{text}"])) for line in RESPONSE[1:]),
    lambda text: "\n".join([*REQUEST, "", f"HTTP/1.1 403 {text}", f"Location: {text}", "", text]),
    lambda text: f"HTTP/1.1 302 {text}\nSec-WebSocket-Version: {text}\nLocation: {text}",
    lambda text: f"curl -H 'X: {text}' -H '{text}: 1' ws://{text}/{text}",
    lambda text: f'fetch("https://a/{text}", {{"headers": {{"Sec-Fetch-Mode": "{text}"}}, "method": "{text}"}})',
    lambda text: f'Invoke-WebRequest -Uri "https://a/{text}" `\n"X" = "{text}"',
    lambda text: (
        f"Request URL: ws://a/{text}\nRequest Method: {text}\nStatus Code: 101 {text}\nSec-WebSocket-Key: {text}"
    ),
    lambda text: f"> GET /{text} HTTP/1.1\n> Host: {text}\n< HTTP/1.1 101 {text}\n< Upgrade: {text}\n{text}",
    lambda text: f"Firefox can\u2019t establish a connection to the server at ws://{text}.",
    lambda text: f"WebSocket connection to 'ws://{text}' failed: Unexpected response code: 403 {text}",
    lambda text: f"{text}\nError during WebSocket handshake: Incorrect 'Sec-WebSocket-Accept' header value {text}",
    lambda text: f"'{text}' header is missing 'Upgrade' header is missing {text}",
)


@EACH_TEXT
def test_explain(text: str) -> None:
    """Each kind of paste, with the text wherever it may stand, as UTF-8 and as Latin-1."""
    for place in PLACES:
        for form in (text, in_a_field(text)):
            pasted = place(form)
            for encoded in (pasted.encode("utf-8", "surrogatepass"), pasted.encode("latin-1", "replace")):
                try:
                    lines = printed(explained(encoded))
                except CommandError as error:
                    lines = [str(error)]
                for line in lines:
                    assert_harmless(line, lines=False)


def test_explain_shows_the_text_as_it_was_pasted() -> None:
    """Quotes, backslashes and letters are no controls."""
    pasted = '"C:\\temp" Zürich 東京: Error during WebSocket handshake: Unexpected response code: 403'
    assert pasted in " ".join(printed(explained(pasted.encode())))
    pasted = 'GET /Zürich?q="\\ HTTP/1.1\nHost: a\nno field'
    assert 'request: GET /Zürich?q="\\ HTTP/1.1' in " ".join(printed(explained(pasted.encode())))


POLICY_FILES: tuple[str, ...] = (
    "{0}",
    '"{0}" = 1',
    'allowed_origins = "{0}"',
    'allowed_origins = ["{0}"]',
    'allowed_origins = [{{pattern = "({0}"}}]',
    'allowed_hosts = ["/{0}"]',
    'subprotocols = ["{0} "]',
    'tolerate = ["{0}"]',
    'raw_upgrades = "{0}"',
    '[paths]\n"{0}" = "off"',
    '[paths]\n"/{0}" = 1\n',
    '[paths."/{0}"]\ntolerate = ["{0}"]',
    '[paths."{0}"]\n"{0}" = 1',
    '[paths]\n"/*" = "unguarded"\n"/{0}" = "unguarded"',
    '[tool."{0}"]\nx = 1',
)


@EACH_TEXT
def test_policy_files(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setattr(serve, "environment", lambda *_, **__: {})  # the command would leave it to this process
    quoted = "".join(f"\\U{ord(c):08X}" for c in text[:500] if not "\ud800" <= c <= "\udfff")
    file = tmp_path / "policy.toml"
    for template in POLICY_FILES:
        for form in (quoted, text[:500]):
            file.write_bytes(template.format(form).encode("utf-8", "surrogatepass"))
            code, out, err = run(capsys, "serve", "no_such_module:app", "--policy", str(file), "--", "--port", "x")
            assert code == 2 and err
            # uvicorn tells of its own option on lines of its own, where the policy is none that is wrong.
            assert_harmless(out)
            assert_harmless(err)
