"""The readings of a path, on any bytes: whether the client chose the root_path, the path, 0x1E, the root_path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

# By name: the target was there before the module (see `targets`).
readings: Callable[[str, str, bool], Iterable[str]] = import_module("asgi_ws_guard.path_readings").readings

SEPARATOR = b"\x1e"
MOST = 64  # readings of one path: a guard matches each against all its patterns
_PATHS = (
    *("/", "", "/admin/ws", "/admin/ws/", "//admin/ws", "/admin/ws\n", "/admin/ws\x00", "/admin//ws", "/./admin/ws"),
    *("/x/../admin/ws", "/admin%2Fws", "/admin%2fws", "/%61dmin/ws", "/ADMIN/ws", "/admin\\ws", "/admin/ws;a=b"),
    *("/admin/ws%0A", "/%252e%252e/admin", "/admin/ws.", "/admin/ws ", "/\u0131dm\u0131n", "/xadmin/ws"),
)
_ROOTS = ("", "/x", "/", "/x/", "/admin", "/admin/ws", "x")
SEEDS = tuple(
    f"{flag}{path}\x1e{root}".encode() for flag in "01" for path in _PATHS for root in _ROOTS[:3] + _ROOTS[-3:]
)
WORDS = (
    *(b"/admin/ws", b"//", b"/../", b"/./", b"%2F", b"%2e", b"%00", b"%0A", b"%25", b"\n", b"\x00", b"\\", b";", b"/x"),
    SEPARATOR,
)


def check(data: bytes) -> None:
    """Never raises; the path as it is, less its root_path, is the first; few, each once, and each time the same."""
    path, _, root_path = (part.decode("utf-8", "surrogateescape") for part in data[1:].partition(SEPARATOR))
    client_chosen = data[:1] == b"1"
    found = tuple(readings(path, root_path, client_chosen))
    assert found[0] == less(path, root_path), "the first is the path as it is"
    assert all(isinstance(reading, str) for reading in found)
    assert len(set(found)) == len(found) <= MOST, "too many, or one twice"
    assert tuple(readings(path, root_path, client_chosen)) == found
    if client_chosen:
        assert path in found, "a root_path that the client chose hides the path"
    assert max(map(len, found)) <= 3 * len(path) + 2, "longer than folding its case can make it"


def work(size: int) -> None:
    """A path of about `size` characters that has everything in it, for a test of the time that it takes."""
    for part in ("/", "/.", "/../a", "%2F", "%25", "/a", "\n", ";", "\\", "%", "\u0130"):
        readings("/admin" + part * (size // len(part)) + "/ws", "/admin", True)


def less(path: str, root_path: str) -> str:
    """`path` without `root_path`, where that ends at a slash of it or is all of it."""
    if root_path and (path == root_path or path.startswith(f"{root_path}/")):
        return path[len(root_path) :]
    return path
