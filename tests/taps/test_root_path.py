"""Whose root_path it is: on daphne, a field of the request says what it is, and is not in the scope."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wire.client import handshake
from tests.wire.stacks import running

EVIL = "Origin: https://evil.example"
DAPHNE = "daphne -b 127.0.0.1 -p {port} {options} {app}"


@pytest.mark.parametrize("options", ["", "--root-path /case"])
def test_the_whole_path_counts_where_the_client_chose_what_is_taken_off(options: str, tmp_path: Path) -> None:
    """The application routes by scope["path"]; strict by default, and lax for what is left of it."""
    command = DAPHNE.replace("{options}", options)
    with running(command, tmp_path, app="tests.taps.rootless:app") as server:
        for field, status in (([], 403), (["Daphne-Root-Path: /admin"], 403), (["Daphne-Root-Path: /public"], 403)):
            with server.connect() as peer:
                peer.send(handshake("/admin/public/ws", EVIL, *field))
                assert int(peer.read_head().split()[1]) == status, field
        with server.connect() as peer:
            peer.send(handshake("/public/ws", EVIL))
            assert peer.read_head().startswith(b"HTTP/1.1 101 ")
        with server.connect() as peer:  # what the deployment has configured is taken off, and the rest is what counts
            peer.send(handshake("/case/public/ws", EVIL))
            assert int(peer.read_head().split()[1]) == (101 if options else 403)
