"""Servers in processes of their own, and a client that does nothing but open WebSockets. On loopback only."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

from .figure import ns
from .measuring import Turn

Address: TypeAlias = tuple[str, int]

TIMEOUT = 60.0  # seconds; under valgrind all is fifty times slower
AT_ONCE = 32  # connections that are open at a time
PROCESSES = 5  # of each contestant, one after another: where its memory lies makes one faster than the next


@contextmanager
def serving(*arguments: str, under: tuple[str, ...] = ()) -> Iterator[Address]:
    """`served_app` with these arguments, run by the command `under` where there is one."""
    command = [*under, sys.executable, "-m", f"{__package__}.served_app", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"{' '.join(arguments)}: the server did not start"
            yield "127.0.0.1", int(line)
        finally:
            process.terminate()


def handshakes(address: Address, heads: list[bytes], status: bytes) -> Turn:
    """A turn that opens a connection with each of `heads`: the server's CPU time for one, in ns.

    Some more before do not count: who had the turn before has emptied the processor's caches, or has not.
    """

    def turn() -> float:
        open_and_close(address, heads[:AT_ONCE], status)
        before = cpu_time(address)
        open_and_close(address, heads, status)
        return (cpu_time(address) - before) / len(heads)

    return turn


def cpu_time(address: Address) -> int:
    """The CPU time that the server has used so far, in ns."""
    with socket.create_connection(address, TIMEOUT) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    # Without a content-length uvicorn sends one chunk: its size, the number, and the chunk that ends it.
    return int(body.split(b"\r\n")[1] if b"chunked" in head else body)


def per_second(cpu: float) -> str:
    """What a CPU time for one handshake means, as context."""
    return f"{ns(cpu)} of CPU ({1e9 / cpu:,.0f}/s)"


def open_and_close(address: Address, heads: list[bytes], status: bytes) -> None:
    """Open a connection with each head and close it, AT_ONCE at a time; `status` is what each has to be answered."""
    for first in range(0, len(heads), AT_ONCE):
        _open_at_once(address, heads[first : first + AT_ONCE], status)


def _open_at_once(address: Address, heads: list[bytes], status: bytes) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address, TIMEOUT)) for _ in heads]
        for client, head in zip(clients, heads, strict=True):
            client.sendall(head)
        for client in clients:
            answer = b""
            while b"\r\n\r\n" not in answer:
                received = client.recv(65536)
                assert received, f"no answer, {answer!r}"
                answer += received
            assert answer.startswith(b"HTTP/1.1 " + status), answer
