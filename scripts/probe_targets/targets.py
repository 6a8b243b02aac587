"""The servers of the results table, one row each. To add one, add a row."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = sys.executable
UVICORN_WS = ("websockets", "websockets-sansio", "wsproto")
# The guard's middleware, and its adapters at the door of HTTP and of each WebSocket implementation.
DOOR = "asgi_ws_guard.servers.uvicorn"
DOORS = {
    "websockets": "WebSocketProtocol",
    "websockets-sansio": "WebSocketsSansIOProtocol",
    "wsproto": "WSProtocol",
}
HEAD_FIRST = {"h11": "H11Protocol", "httptools": "AutoHTTPProtocol"}


@dataclass(frozen=True)
class Target:
    """A server: its name in the table, the command (with {port}), and whose versions to print.

    behind    the command of a server behind it, on {backend}      config    a template that is filled in first
    """

    name: str
    command: tuple[str, ...]
    packages: tuple[str, ...]
    behind: tuple[str, ...] = ()
    config: str = ""

    @property
    def versions(self) -> str:
        """Versions as NAME NUMBER, or "" where something is not installed."""
        found = [_version(package) for package in self.packages]
        return ", ".join(found) if all(found) else ""


def _uvicorn(http: str, ws: str, app: str = "asgi_app:app", port: str = "{port}") -> tuple[str, ...]:
    options = ("--http", http, "--ws", ws, "--port", port, "--log-level", "critical", "--app-dir", str(HERE))
    return (PYTHON, "-m", "uvicorn", app, *options)


def _targets() -> Iterator[Target]:
    for http in ("h11", "httptools"):
        for ws in UVICORN_WS:
            library = "wsproto" if ws == "wsproto" else "websockets"
            yield Target(f"uvicorn {http} + {ws}", _uvicorn(http, ws), ("uvicorn", http, library))
    for http, head_first in HEAD_FIRST.items():
        for ws, protocol in DOORS.items():
            library = "wsproto" if ws == "wsproto" else "websockets"
            command = _uvicorn(f"{DOOR}:{head_first}", f"{DOOR}:{protocol}", "guarded_app:app")
            yield Target(f"uvicorn {http} + {ws}, guarded", command, ("uvicorn", http, library))
    where = ("--bind", "127.0.0.1:{port}")
    yield Target("hypercorn", (PYTHON, "-m", "hypercorn", "asgi_app:app", *where), ("hypercorn", "wsproto"))
    yield Target("daphne", (PYTHON, "-m", "daphne", "-p", "{port}", "asgi_app:app"), ("daphne", "autobahn"))
    granian = ("--interface", "asgi", "--port", "{port}", "--no-log", "asgi_app:app")
    yield Target("granian", (PYTHON, "-m", "granian", *granian), ("granian",))
    gunicorn = ("-k", "asgi", *where, "--log-level", "critical", "asgi_app:app")
    yield Target("gunicorn -k asgi", (PYTHON, "-m", "gunicorn", *gunicorn), ("gunicorn",))
    for name in ("websockets", "aiohttp", "tornado"):
        yield Target(name, (PYTHON, str(HERE / "servers.py"), name, "{port}"), (name,))
    yield Target("ws (Node)", ("node", str(HERE / "ws.js"), "{port}"), ("npm:ws",))
    default = _uvicorn("httptools", "websockets-sansio", port="{backend}")
    nginx = ("nginx", "-e", "stderr", "-c", "{config}")
    yield Target("nginx before uvicorn", nginx, ("bin:nginx", "uvicorn"), default, "nginx.conf")
    haproxy = ("haproxy", "-f", "{config}")
    yield Target("HAProxy before uvicorn", haproxy, ("bin:haproxy", "uvicorn"), default, "haproxy.cfg")


TARGETS = tuple(_targets())


def _version(package: str) -> str:
    kind, _, name = package.rpartition(":")
    if kind == "npm":
        return _npm(name)
    if kind == "bin":
        return _binary(name)
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _npm(name: str) -> str:
    script = f"process.stdout.write(JSON.stringify(require('{name}/package.json').version))"
    if not shutil.which("node"):
        return ""
    done = subprocess.run(["node", "-e", script], cwd=HERE, capture_output=True, text=True, timeout=30)
    return f"{name} {json.loads(done.stdout)}" if done.returncode == 0 else ""


def _binary(name: str) -> str:
    if not shutil.which(name):
        return ""
    done = subprocess.run([name, "-v"], capture_output=True, text=True, timeout=30)
    number = re.search(r"\d+\.\d+(?:\.\d+)?", done.stdout + done.stderr)
    return f"{name} {number[0]}" if number else name
