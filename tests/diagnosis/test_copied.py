"""Requests are read as browsers copy them: as cURL, as fetch, as PowerShell."""

from __future__ import annotations

import pytest

from .pasted import KEY, said


def test_copy_as_curl() -> None:
    text = said(
        "curl 'ws://localhost:8000/chat' \\",
        "  -H 'Upgrade: websocket' \\",
        "  -H 'Origin: http://localhost:8000' \\",
        "  -H 'Sec-WebSocket-Version: 12' \\",
        "  -H 'Connection: Upgrade' \\",
        f"  -H 'Sec-WebSocket-Key: {KEY}'",
        end="\n",
    )
    assert 'line 4: version-13: Sec-WebSocket-Version is "12"' in text


def test_copy_as_curl_for_cmd() -> None:
    lines = ['curl ^"http://localhost:8000/chat^" ^', '  -H ^"Upgrade: websocket^" ^', '  -H ^"Connection: Upgrade^" ^']
    lines += [f'  -H ^"Sec-WebSocket-Key: {KEY}^" ^', '  -H ^"Sec-WebSocket-Version: 13^"']
    assert "right: a valid opening handshake" in said(*lines, end="\n")


def test_copy_as_powershell() -> None:
    text = said(
        'Invoke-WebRequest -UseBasicParsing -Uri "http://localhost:8000/chat" `',
        "-Headers @{",
        '"Upgrade"="websocket"',
        '  "Connection"="Upgrade"',
        f'  "Sec-WebSocket-Key"="{KEY}"',
        "}",
        end="\n",
    )
    assert "missing: version-present" in text


def test_curl_over_https_speaks_http_2() -> None:
    assert "--http1.1" in said(f"curl https://server.example.com/chat -H 'Sec-WebSocket-Key: {KEY}'")


@pytest.mark.parametrize("call", ["fetch", "await fetch"])
def test_copy_as_fetch(call: str) -> None:
    text = said(
        f'{call}("http://localhost:8000/chat", {{',
        '  "headers": {',
        f'    "sec-websocket-key": "{KEY}",',
        '    "sec-websocket-version": "13"',
        "  },",
        '  "body": null,',
        '  "method": "GET"',
        "});",
        end="\n",
    )
    assert "fetch() and XMLHttpRequest cannot open a WebSocket" in text and "new WebSocket(url)" in text
