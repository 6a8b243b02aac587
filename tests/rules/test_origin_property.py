"""An origin is allowed only if its host is an allowed one or a true subdomain of one, as another parser reads it."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from asgi_ws_guard import Guard, Policy
from asgi_ws_guard.handshake.authority import DEFAULT_PORTS
from asgi_ws_guard.testing import make_handshake

LISTED = ("https://example.com", "https://app.example.org:8443", "http://localhost:3000")
WILDCARDS = ("https://*.example.net", "http://*.example.org:8080")
TOLERANT = frozenset({"origin-once", "origin-syntax", "field-content", "host-once"})

_NAMES = (
    "example.com",
    "example.org",
    "example.net",
    "evil.org",
    "localhost",
    "app",
    "a.",
    "443",
    "8443",
    "3000",
    "80",
)
_MARKS = ("https://", "http://", "HTTPS://", "null", "//", "..", "[::1]", "%2e", "%00", "\x00", "\xa0", "\t")
PARTS = st.sampled_from([*_NAMES, *_MARKS, *"./:@#?%\\-_!*,;' [ ]"])
ORIGINS = st.one_of(
    st.lists(PARTS, max_size=6).map("".join),
    st.tuples(st.sampled_from(["https://", "http://"]), st.lists(PARTS, max_size=5).map("".join)).map("".join),
    st.text(max_size=40),
)


def allows(policy: Policy, origin: str, host: str = "example.com") -> bool:
    return Guard(policy).decide(make_handshake({"Origin": origin.encode(), "Host": host.encode()}), policy).allowed


def read(origin: str) -> tuple[str, str, int | None]:
    """Scheme, host and port by the standard library's parser, which shares no line with ours."""
    parts = urlsplit(origin.strip(" \t"))
    port = parts.port if parts.port is not None else int(DEFAULT_PORTS[parts.scheme])
    return parts.scheme, (parts.hostname or "").removesuffix("."), port


def is_listed(origin: str) -> bool:
    scheme, host, port = read(origin)
    if (scheme, host, port) in [read(entry) for entry in LISTED]:
        return True
    for entry in WILDCARDS:
        of_entry = read(entry)
        domain = of_entry[1].removeprefix("*")
        if (scheme, port) == (of_entry[0], of_entry[2]) and host.endswith(domain) and all(host.split(".")):
            return True
    return False


@given(origin=ORIGINS)
@example(origin="https://example.com.")
@example(origin="https://a.example.net")
@example(origin="https://example.net")
def test_only_what_is_listed_is_allowed(origin: str) -> None:
    for policy in (
        Policy(allowed_origins=[*LISTED, *WILDCARDS]),
        Policy(allowed_origins=[*LISTED, *WILDCARDS], tolerate=TOLERANT),
    ):
        if allows(policy, origin):
            assert is_listed(origin)


@given(origin=ORIGINS, host=st.one_of(st.lists(PARTS, max_size=4).map("".join), st.just("example.com")))
@example(origin="https://example.com", host="example.com:443")
@example(origin="https://.", host=".")
def test_only_ones_own_host_is_the_same_origin(origin: str, host: str) -> None:
    for policy in (Policy(), Policy(tolerate=TOLERANT)):
        if allows(policy, origin, host):
            scheme, of_origin, port = read(origin)
            assert read(f"{scheme}://{host}") == (scheme, of_origin, port)


@given(label=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True), entry=st.sampled_from(LISTED))
def test_what_is_listed_is_allowed_and_its_neighbours_are_not(label: str, entry: str) -> None:
    policy = Policy(allowed_origins=LISTED)
    scheme, _, authority = entry.partition("://")
    assert allows(policy, entry.upper())
    for neighbour in (f"{label}.{authority}", f"{label}{authority}", f"{authority}.{label}"):
        assert not allows(policy, f"{scheme}://{neighbour}")
    assert allows(Policy(allowed_origins=[f"{scheme}://*.{authority}"]), f"{scheme}://{label}.{authority}")
