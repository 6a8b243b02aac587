"""Real servers under the spellings: each told which deployment to run, and asked for what came of it."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from asgi_ws_guard.servers.uvicorn import guarded
from tests.integration.stacks import servers
from tests.security.deployments import Deployment
from tests.security.judged import Outcome
from tests.security.served import DEPLOYMENT, NUMBER, Served
from tests.security.spellings import ROOT, Spelling
from tests.wire.client import EndedError, Peer
from tests.wire.in_process import serving

_TOLD = 5.0  # seconds for an event to be told that is due at once

_APP = "tests.security.served:app"
COMMANDS: Mapping[str, str] = {
    "hypercorn": f"hypercorn {_APP} --bind 127.0.0.1:{{port}}",
    "daphne": f"daphne -b 127.0.0.1 -p {{port}} {_APP}",
    "granian": f"granian --interface asgi --host 127.0.0.1 --port {{port}} {_APP}",
    "gunicorn": f"gunicorn -k asgi --workers 1 --bind 127.0.0.1:{{port}} {_APP}",
}
UVICORNS = {
    "uvicorn-h11-wsproto": ("h11", "wsproto"),
    "uvicorn-httptools-sansio": ("httptools", "websockets-sansio"),
}


class Facts:
    """What was recorded, by the numbers of the handshakes."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], list[str]] = defaultdict(list)

    def __call__(self, kind: str, number: str, seen: str) -> None:
        self.of[kind, number].append(seen)

    def read(self) -> None:
        """Take in what was recorded meanwhile."""


class FileFacts(Facts):
    """Those of another process, one a line of a file that grows."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._lines = file.open()
        self._begun = ""

    def close(self) -> None:
        self._lines.close()

    def read(self) -> None:
        *whole, self._begun = (self._begun + self._lines.read()).split("\n")
        for record in map(json.loads, whole):
            self(record["kind"], record["number"], record["path"])


class Asked(NamedTuple):
    """A server that answers. `root_path` is what it was told and leaves to the client to ask for, "" for nothing."""

    port: int
    facts: Facts
    root_path: str = ""

    def outcomes(self, deployment: Deployment, spellings: Sequence[Spelling], origin: str) -> list[Outcome]:
        """What comes of each spelling, one after another; the events are waited for where there is a guard."""
        numbers = [str(next(_NUMBERS)) for _ in spellings]
        asked = zip(spellings, numbers, strict=True)
        statuses = [_status(self.port, _head(spelling, deployment, origin, number)) for spelling, number in asked]
        told = {number for number, status in zip(numbers, statuses, strict=True) if status in (101, 403)}
        end = time.monotonic() + _TOLD
        while True:
            self.facts.read()
            if deployment.guard == "nowhere" or all(("event", number) in self.facts.of for number in told):
                break
            if time.monotonic() > end:
                break
            time.sleep(0.01)  # another thread or process records them: there is nothing to wait on
        return [
            Outcome(status, *(tuple(self.facts.of.get((kind, number), ())) for kind in ("reached", "event")))
            for number, status in zip(numbers, statuses, strict=True)
        ]


@contextmanager
def process(name: str, directory: Path) -> Iterator[Asked]:
    """The server of that name, with "-root" behind it for one that is told ROOT."""
    name, _, root = name.partition("-")
    command = COMMANDS[name] + (f" --root-path {ROOT}" if root else "")
    with servers.serving(servers.Stack(name, command), "guarded", directory) as server:
        facts = FileFacts(directory / "record.jsonl")
        try:
            yield Asked(server.port, facts, ROOT if root else "")
        finally:
            facts.close()


@contextmanager
def uvicorn(http: Any, ws: str, root_path: str = "") -> Iterator[Asked]:
    """A uvicorn in a thread; each handshake names its deployment. It puts root_path before what is asked for."""
    facts = Facts()
    with serving(Served(facts), http=http, ws=ws, root_path=root_path) as port:
        yield Asked(port, facts)


@contextmanager
def uvicorn_with_door(http: Any, ws: str, deployment: Deployment, *, explicit: bool) -> Iterator[Asked]:
    """One that runs `deployment` behind a door, whose guard is the one that it finds there, or the only one."""
    facts = Facts()
    served = Served(facts)
    if explicit:
        app, guard = deployment.unguarded.app(served.reached), deployment.door([served.event])
    else:
        app, guard = deployment.app(served.reached, [served.event]), None
    with serving(app, http=http, ws=guarded(ws, guard)) as port:
        yield Asked(port, facts)


_NUMBERS = itertools.count()


def _head(spelling: Spelling, deployment: Deployment, origin: str, number: str) -> bytes:
    fields = {
        "Host": "example.com",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "Xt1SwIQ0S0Kuz4lNRZ3D2A==",
        "Sec-WebSocket-Version": "13",
        "Origin": origin,
        "X-Forwarded-Host": "forwarded.example",
        DEPLOYMENT: str(deployment),
        NUMBER: number,
    }
    if spelling.root_path is not None:
        fields["Daphne-Root-Path"] = spelling.root_path
    lines = [f"{name}: {value}".encode() for name, value in fields.items()]
    return b"\r\n".join([b"GET " + spelling.target + b" HTTP/1.1", *lines, b"", b""])


def _status(port: int, head: bytes) -> int | None:
    """The status of the answer, None where there is none."""
    with contextlib.suppress(EndedError), Peer(port) as peer:
        peer.send(head)
        return int(peer.read_head().split()[1])
    return None
