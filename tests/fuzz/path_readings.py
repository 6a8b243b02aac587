"""The readings of a path, on any bytes: what a router does (two bytes), the path, 0x1E, the root_path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote

from asgi_ws_guard.policy.patterns import ReadPatterns
from asgi_ws_guard.policy.readings import canonical, readings

SEPARATOR = b"\x1e"
GUARDED = "/admin/ws"
PATTERNS = ReadPatterns([(0, GUARDED)])
MOST = 160  # readings of one path: a guard looks each up in all its patterns

# What routers, and what stands between them and the guard, were seen to do to a path, in the order in which they do it.
# Seen nowhere, and not read: a NUL that ends a path decoded once more; dots resolved before slashes are merged.
STEPS: tuple[Callable[[str], str], ...] = (
    lambda path: path.partition("\0")[0],
    lambda path: unquote(path),
    lambda path: unquote(path),
    lambda path: path.replace("\\", "/"),
    lambda path: path.removesuffix("\n"),
    lambda path: re.sub("//+", "/", path),
    lambda path: posixpath.normpath(re.sub("//+", "/", path)) if path.startswith("/") else path,
    lambda path: path.rstrip("/") or "/",
    lambda path: path.casefold(),
    lambda path: "/" + path.lstrip("/"),
)
ROOTS: tuple[Callable[[str, str], str], ...] = (
    lambda path, root: path,
    lambda path, root: less(path, root),
    lambda path, root: "/" + path.split(root, 1)[1].lstrip("/") if root and root in path else path,
)

_PATHS = (
    *(GUARDED, "/", "", f"{GUARDED}/", f"/{GUARDED}", f"{GUARDED}\n", f"{GUARDED}\x00x", "/admin//ws", "/./admin/ws"),
    *("/x/../admin/ws", "/admin%2Fws", "/admin%252fws", "/%61dmin/ws", "/ADMIN/ws", "/admin\\ws", "/admin/ws;a=b"),
    *("/x/admin/ws", "/xadmin/ws", "/admin/x/ws", "admin/ws", "http://a/admin/ws", "/\u0131dm\u0131n", "/admin/ws."),
)
_ALL, _NONE = b"\x03\xff\x01", b"\x00\x00\x00"
SEEDS = tuple(
    steps + path.encode() + SEPARATOR + root
    for steps in (_ALL, _NONE, b"\x03\xff\x02")
    for path in _PATHS
    for root in (b"", b"/x", b"/admin")
)
WORDS = (
    *(
        GUARDED.encode(),
        b"/admin",
        b"//",
        b"/../",
        b"/./",
        b"%2F",
        b"%2e",
        b"%5c",
        b"%00",
        b"%0A",
        b"%25",
        b"\\",
        b"/x",
    ),
    SEPARATOR,
    *_ALL.split(),
)


def check(data: bytes) -> None:
    """The path less its root_path comes first; they are few; where a router arrives at a route, a reading is its."""
    bits = int.from_bytes(data[:2], "big")
    way = data[2] % len(ROOTS) if len(data) > 2 else 0
    path, _, root_path = (part.decode("utf-8", "surrogateescape") for part in data[3:].partition(SEPARATOR))
    client_chosen = way == 2
    found = readings(path, root_path, client_chosen=client_chosen)
    first = found[0]
    assert (first.path, first.canonical, first.certain) == (less(path, root_path), False, True), "another path first"
    assert len(found) <= MOST, "too many"
    assert len(found) < 3 or len(set(found)) == len(found), "one twice"  # two are not worth a look
    assert max(len(reading.path) for reading in found) <= 3 * len(path + root_path) + 2, "longer than folding makes it"
    assert canonical(path).startswith("/") and "//" not in canonical(path)
    arrived = ROOTS[way](path, root_path)
    for place, step in enumerate(STEPS):
        if bits >> place & 1:
            arrived = step(arrived)
    if arrived == GUARDED:
        assert any(PATTERNS(reading) == 0 for reading in found), "a router arrives where no reading does"


def less(path: str, root_path: str) -> str:
    """`path` without `root_path`, where that is all of it or ends at a slash of it."""
    inner = path.removeprefix(root_path)
    return inner if inner[:1] in ("", "/") else path


def work(size: int) -> None:
    """A path of about `size` characters of each kind, for a test of the time that its readings take."""
    for part in ("/", "/.", "/../a", "%2F", "%25", "/a", "\n", ";", "\\", "%", "\u0130"):
        readings("/admin" + part * (size // len(part)) + "/ws", "/admin", client_chosen=True)
