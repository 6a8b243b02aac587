"""All that a router behind the guard may take a path for: the policy of each reading has its say.

A guard that reads a path in one way, before a router that reads it in another, guards what nobody asks for. Measured,
557 spellings of one route on five routers and five servers: Starlette's `$` matches before a line feed; Litestar drops
doubled and trailing slashes, and takes root_path off wherever in the path it stands; Channels and Quart drop leading
slashes, and take root_path off in the middle of a segment; Quart reads what does not begin with a slash as a URL. Some
proxies resolve dot segments or backslashes, and a route may be told to fold case.

So a path is read as it came, with its slashes as these routers have them, and in a canonical form, in which all that
anybody may do is done at once. The first are for routes with parameters, which take dots, letters and encodings as they
are; the last is for what else may happen on the way to a route without: whichever part of it a router does, what it
arrives at has the same canonical form as the route.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..handshake.lazy_pattern import LazyPattern
from ..handshake.target import CONTROL, percent_decoded

# A path that is its own canonical form, whatever is done to it: lower case, no dot begins a segment, no slash ends it.
_PLAIN = LazyPattern(r"/|(?:/[a-z0-9_~!$&'()*+,:;=@\-][a-z0-9_~!$&'()*+,:;=@\-.]*)+")

# "%2525" is "%" once more encoded each time. Taken off at once, so that what a client sends costs one look at it.
_ENCODED_AGAIN = LazyPattern(r"%(?:25)+(?=[0-9A-Fa-f]{2})")
_TIMES = 2  # that more than that is decoded was seen nowhere
_SEGMENTS = 4  # of middlewares and mounts on the way to a route; more were seen nowhere
_SLASHES = LazyPattern(r"//+")


class Reading(NamedTuple):
    """One reading of a path.

    path       str
    canonical  whether it is to be looked up among patterns in canonical form
    ended      whether it has lost a slash at its end
    certain    whether no pattern's matching it means the default policy; else only a pattern's counts
    """

    path: str
    canonical: bool
    ended: bool
    certain: bool


def is_plain(path: str) -> bool:
    """Whether there is but one reading of `path`."""
    return _PLAIN.fullmatch(path) is not None


def readings(path: str, root_path: str = "", *, client_chosen: bool = False) -> list[Reading]:
    """The readings of a path that a server has decoded (str), the one that Starlette's routes have first.

    client_chosen  root_path is what the client says it is, as on daphne
    """
    found: list[Reading] = []
    for base in (path, *_as_url(path)):
        inner = route_path(base, root_path)
        _add(found, inner, True)
        if root_path:
            for other, certain in _beside(inner, base, root_path, client_chosen):
                _add(found, other, certain)
    return found if len(found) < 3 else list(dict.fromkeys(found))


def route_path(path: str, root_path: str) -> str:
    """The path as the routes of an application mounted at `root_path` read it: without that.

    As Starlette does, so that a pattern is written as the route that it is about. Servers differ in whether `path`
    starts with `root_path` at all (uvicorn's does, hypercorn's and daphne's may not): then it stays.
    """
    if not root_path or not path.startswith(root_path):
        return path
    inner = path[len(root_path) :]
    return inner if inner[:1] in ("", "/") else path


def canonical(path: str) -> str:
    """`path` with all done to it that some router or proxy does: what is left of its spelling is its route's."""
    for _ in range(_TIMES):
        if "%" not in path:
            break
        path = percent_decoded(_ENCODED_AGAIN.compiled.sub("%", path))
    path = _resolved(path.replace("\\", "/").casefold())
    # After that: "/a/\n/.." is "/a" to who takes the line feed for a name.
    return _resolved(CONTROL.compiled.sub("", path)) if CONTROL.search(path) else path


def _resolved(path: str) -> str:
    """`path` without dot segments and empty ones."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/" + "/".join(segments)


def _add(found: list[Reading], path: str, certain: bool) -> None:
    found.append(Reading(path, False, False, certain))
    if is_plain(path):
        return
    # What routers do and no more: of a route with parameters, dots, letters and encodings are its own.
    for form in (path, path.removesuffix("\n")) if path.endswith("\n") else (path,):
        merged = _SLASHES.compiled.sub("/", f"/{form}")
        stripped, ended = merged.rstrip("/") or "/", form.endswith("/")
        if form != path:
            found.append(Reading(form, False, False, certain))
        if ended or merged != form:
            found.append(Reading(f"/{form.lstrip('/')}", False, False, certain))
            found.append(Reading(merged, False, False, certain))
            found.append(Reading(stripped, False, ended, certain))
        found.append(Reading(stripped.casefold(), True, ended, certain))
    found.append(_canonical(path, certain))
    if "\0" in path:
        found.append(_canonical(path.partition("\0")[0], certain))


def _canonical(path: str, certain: bool) -> Reading:
    return Reading(canonical(path), True, path.endswith(("/", "\\")), certain)


def _as_url(path: str) -> list[str]:
    """What does not begin with a slash is a URL to Quart, which leaves its scheme, authority and parameters out."""
    if path.startswith("/"):
        return []
    from urllib.parse import urlparse  # here, since few send such; and it is what Quart asks

    try:
        return [urlparse(path).path]
    except ValueError:
        return []


def _beside(inner: str, path: str, root_path: str, client_chosen: bool) -> Iterator[tuple[str, bool]]:
    """What the path is to a router that takes root_path off in another way than Starlette, or not at all."""
    if inner != path:
        yield path, client_chosen
    elif root_path in path:
        yield from ((taken, True) for taken in _taken_off(path, root_path))


def _taken_off(path: str, root_path: str) -> Iterator[str]:
    """`path` without the first root_path in it, for the routes outside of the mounts and middlewares on the way to it.

    A middleware may take segments off the path before that, which are in no root_path; a mount adds its own to
    root_path and leaves them in the path; and Litestar takes all of that off where it first stands.
    """
    segments = path.strip("/").split("/", _SEGMENTS)[:_SEGMENTS]
    for end in range(len(segments) + 1):
        for start in range(end + 1):
            root = "/".join((root_path, *segments[start:end]))
            if root in path:
                yield "/".join(("", *segments[:end], path.split(root, 1)[1].lstrip("/")))
