"""The instructions of one handshake through a real uvicorn, counted by valgrind: the one figure that knows no noise.

Those of the process alone, without the kernel's. What waits for memory takes longer than its share of them says.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from .requests import BAD_KEY, handshake_head
from .served import open_and_close, serving

FEW, MANY = 128, 512  # handshakes: the difference of two runs is what they cost, without the start of Python

_COUNTED = re.compile(r"I\s+refs:\s+([0-9,]+)")

WAYS: dict[str, tuple[str, ...]] = {"unguarded": (), "guarded": ("--guard", "middleware")}
REFUSED: dict[str, tuple[str, ...]] = {
    "refused by an app that denies all": ("--guard", "denying-app"),
    "refused by the middleware, WARNING on": ("--guard", "middleware"),
    "refused at the door, WARNING on": ("--guard", "door"),
}


def instructions() -> list[tuple[str, str]]:
    """What, and how many thousand instructions of the server; nothing where there is no valgrind."""
    if shutil.which("valgrind") is None:
        return []
    found = []
    for ws in ("websockets-sansio", "wsproto"):
        for name, arguments in WAYS.items():
            found.append((f"{name}, {ws}", _thousands(("--ws", ws, *arguments), handshake_head(), b"101")))
    for name, arguments in REFUSED.items():
        found.append((f"{name}, wsproto", _thousands(("--ws", "wsproto", *arguments), handshake_head(BAD_KEY), b"400")))
    return found


def _thousands(arguments: tuple[str, ...], head: bytes, status: bytes) -> str:
    few, many = (_counted(arguments, [head] * number, status) for number in (FEW, MANY))
    return f"{(many - few) / (MANY - FEW) / 1000:,.0f}k"


def _counted(arguments: tuple[str, ...], heads: list[bytes], status: bytes) -> int:
    with TemporaryDirectory() as directory:
        log = Path(directory, "log")
        valgrind = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
        with serving(*arguments, under=(*valgrind, f"--log-file={log}")) as address:
            open_and_close(address, heads, status)
        counted = _COUNTED.search(log.read_text(encoding="utf-8"))
        assert counted is not None, log.read_text(encoding="utf-8")
        return int(counted[1].replace(",", ""))
