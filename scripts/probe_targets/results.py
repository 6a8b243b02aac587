"""Starts each server of `targets`, probes it, and writes the table of docs/probe-results.md."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from targets import HERE, TARGETS, Target

from asgi_ws_guard import probe
from asgi_ws_guard.probe.report import FAILING

OUTPUT = HERE.parent.parent / "docs" / "probe-results.md"
TIMEOUT = 3.0
GROUPS = tuple(dict.fromkeys(case.group for case in probe.CASES))


def main() -> int:
    names = sys.argv[1:]
    if names == ["-l"]:
        print("\n".join(target.name for target in TARGETS))
        return 0
    rows, missing = [], []
    for target in TARGETS:
        if names and target.name not in names:
            continue
        if not target.versions:
            missing.append(target)
            continue
        with running(target) as port:
            report = probe.run(f"ws://127.0.0.1:{port}/ws", timeout=TIMEOUT, concurrency=20)
        print(f"{target.name:<36} {report.counts} {report.seconds:.1f} s", file=sys.stderr)
        rows.append((target, report))
    text = page(rows, missing)
    if names:
        print(text)
    else:
        OUTPUT.write_text(text, encoding="utf-8")
    return 0


@contextmanager
def running(target: Target) -> Iterator[int]:
    """The server, and the one behind it, started in a directory of their own; yields the port."""
    with tempfile.TemporaryDirectory() as directory:
        port, backend = free_port(), free_port()
        values = {"port": str(port), "backend": str(backend), "directory": directory, "config": ""}
        if target.config:
            values["config"] = str(Path(directory) / target.config)
            template = (HERE / target.config).read_text(encoding="utf-8")
            Path(values["config"]).write_text(filled(template, values), encoding="utf-8")
        processes = []
        try:
            for command, listening in ((target.behind, backend), (target.command, port)):
                if command:
                    processes.append(start([filled(word, values) for word in command]))
                    wait_for(listening, processes[-1], target.name)
            yield port
        finally:
            for process in processes[::-1]:
                stop(process)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=HERE, stdout=quiet, stderr=quiet, start_new_session=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """The whole process group: gunicorn, granian and nginx have workers."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    process.wait(5)


def wait_for(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as connection:
            connection.settimeout(1)
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"{name} did not start")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def page(rows: list[tuple[Target, probe.Report]], missing: list[Target]) -> str:
    """The whole page in Markdown."""
    day = datetime.now(timezone.utc).strftime("%d %B %Y")
    lines = [
        "# What the probe finds in real servers",
        "",
        f"Made by `scripts/probe-results` on {day}, Python {platform.python_version()}, {platform.system()},",
        "over loopback; each row is the run of",
        f"`asgi-ws-guard probe ws://127.0.0.1:PORT/ws --timeout {TIMEOUT:g} --concurrency 20`.",
        "Each server runs with its defaults and an application that accepts. A case is one handshake with one thing",
        "changed, so one mistake of a server may show in many cases. `asgi-ws-guard probe --list` has them all.",
        "",
        '"Guarded" is the same application under `WebSocketGuardMiddleware`, with `--http` and `--ws` of',
        "`asgi_ws_guard.servers.uvicorn` (docs/servers.md). What stays uvicorn's own there is `value-utf-8`, on",
        "`websockets` alone: that implementation, which is deprecated, decodes the head as ASCII, and answers 500.",
        "",
        "| server | cases | conforms | lenient | violates | unanswered | seconds | versions |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for target, report in rows:
        counts = " | ".join(str(report.counts[name]) for name in ("conforms", "lenient", "violates", "unanswered"))
        lines.append(f"| {target.name} | {report.total} | {counts} | {report.seconds:.1f} | {target.versions} |")
    lines += [""] + [f"Not installed here: {target.name}." for target in missing]
    lines += _by_group(rows) + _findings(rows)
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _by_group(rows: list[tuple[Target, probe.Report]]) -> list[str]:
    groups = [*GROUPS, "http2"]
    lines = [
        "",
        "## Cases that conform, by group",
        "",
        f"| server | {' | '.join(groups)} |",
        "|---" * (len(groups) + 1) + "|",
    ]
    for target, report in rows:
        cells = []
        for group in groups:
            results = report.groups.get(group, [])
            good = sum(result.outcome == "conforms" for result in results)
            cells.append(f"{good}/{len(results)}" if results else "")
        lines.append(f"| {target.name} | {' | '.join(cells)} |")
    return lines


def _findings(rows: list[tuple[Target, probe.Report]]) -> list[str]:
    lines = ["", "## What violates, and what stays unanswered", ""]
    for target, report in rows:
        lines.append(f"**{target.name}**" + ("" if report.of(*FAILING) else ": nothing."))
        for outcome in FAILING:
            if ids := [f"`{result.case.id}`" for result in report.of(outcome)]:
                lines += ["", f"{outcome}: {', '.join(ids)}"]
        lines.append("")
    return lines


if __name__ == "__main__":
    sys.exit(main())
