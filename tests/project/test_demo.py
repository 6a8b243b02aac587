"""The demonstration: what it prints, and above all with which status it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from example_app.case import Case
from example_app.cases import CASES
from example_app.tour import Address, compare, show

SECONDS = 60.0


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "example_app.demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


@contextmanager
def answering(answer: bytes) -> Iterator[Address]:
    """A server that gives one connection this answer, whatever it is asked, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()
        thread.join()


def test_tour_once_tells_all_and_ends_well() -> None:
    ended = demo("--once")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All handshakes were answered as they should be." in ended.stdout
    refused = re.findall(r"^  ok   (4\d\d)   ([a-z0-9]+-[a-z0-9]+) ", ended.stdout, re.MULTILINE)
    assert len(refused) >= 10
    assert ("400", "key-length") in refused and ("426", "upgrade-websocket") in refused
    assert 'Sec-WebSocket-Key is "dGVzdA==", which is 4 bytes; wanted 16' in ended.stdout
    emitted = re.search(r"Sec-WebSocket-Accept +(\S+=)", ended.stdout)
    computed = re.search(r"base64\(SHA-1\(key\+GUID\)\) +(\S+=)", ended.stdout)
    assert emitted and computed and emitted[1] == computed[1]
    assert f"accept value {emitted[1]}" in ended.stderr  # the guard's log
    assert "ERROR" not in ended.stderr and "Traceback" not in ended.stderr


def test_tour_of_an_unguarded_server_ends_with_one() -> None:
    ended = demo("--once", "--unguarded")
    assert ended.returncode == 1
    assert "A short key: 101 with no reason, wanted 400 with key-length" in ended.stdout
    assert "demo: not as it should be" in ended.stderr
    assert "All handshakes" not in ended.stdout


def test_port_in_use_is_said_and_ends_with_two() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = demo("--port", str(port))
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr and "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_after_the_tour_it_serves_until_interrupted() -> None:
    command = [sys.executable, "-W", "error", "-m", "example_app.demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = next(found[1] for line in process.stdout if (found := re.search(r"Now open (\S+)", line)))
        assert httpx.get(address, trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, log
    assert "Traceback" not in log


WRONG_101 = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@pytest.mark.parametrize(
    ("case", "answer", "said"),
    [
        ("valid", WRONG_101, "the 101 is wrong"),
        ("valid", b"HTTP/1.1 403 \r\n\r\n", "403 with no reason, wanted 101"),
        ("valid", b"", "not answered"),
        ("key-short", b"HTTP/1.1 400 \r\n\r\n", "400 with no reason, wanted 400 with key-length"),
        ("key-missing", b"HTTP/1.1 200 \r\n\r\n", "200 with no reason, wanted 400 with key-present"),
    ],
)
def test_wrong_answer_is_told(case: str, answer: bytes, said: str) -> None:
    with answering(answer) as address:
        [wrong] = show(address, CASES[case])
    assert wrong.startswith(CASES[case].label) and said in wrong


def test_nobody_there_is_told() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        [wrong] = show(nobody.getsockname(), CASES["valid"])
    assert "not sent" in wrong


@pytest.mark.parametrize(
    ("answered_by", "status", "code", "good"),
    [
        ("guard", 400, "key-length", True),
        ("guard", 400, "key-base64", False),
        ("guard", 426, "key-length", False),
        ("server", 400, "key-length", True),
        ("server", 405, None, True),
        ("server", 400, "key-base64", False),
        ("server", 500, None, False),
    ],
)
def test_a_server_that_is_first_may_say_it_in_its_own_way(
    answered_by: str, status: int, code: str | None, good: bool
) -> None:
    case = Case("short", "Key", "A short key", "", 400, "key-length", "guard" if answered_by == "guard" else "server")
    assert (compare(case, status, code) is None) is good
