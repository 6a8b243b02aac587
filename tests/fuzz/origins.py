"""Origins and hosts, and the lists of a policy, on any bytes: an Origin, 0x1E, a Host, 0x1E, an entry of a list."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import urlsplit

from asgi_ws_guard import ConfigurationError, Handshake
from asgi_ws_guard.handshake.authority import DEFAULT_PORTS, parse_authority, parse_origin
from asgi_ws_guard.handshake.http_checks import check_host
from asgi_ws_guard.handshake.validation import check_origin
from asgi_ws_guard.rules.host import HostRule, checked_hosts
from asgi_ws_guard.rules.origin import OriginRule, checked_origins
from asgi_ws_guard.testing import make_handshake
from tests.rules.origins import GROUPS

from .heads import assert_text

SEPARATOR = b"\x1e"
LISTED = ("https://example.com", "https://app.example.org:8443", "http://[::1]:3000", "app://program")
WILDCARDS = ("https://*.example.net", "http://*.example.org:8080")
ENTRIES = (*LISTED, *WILDCARDS)
HOSTS = ("example.com", "*.example.net:8443", "[::1]:3000")
TOLERANT = frozenset({"origin-once", "origin-syntax", "field-content", "host-once"})

_ORIGINS = [
    (origin if isinstance(origin, bytes) else origin.encode(), group.host.encode())
    for group in GROUPS
    for origin in (*group.allowed[:4], *group.refused[:4])
    if len(origin) < 100
]
SEEDS = (
    *(SEPARATOR.join([origin, host, b"https://*.example.com"]) for origin, host in _ORIGINS),
    *(SEPARATOR.join([b"https://a.example.net", b"[::1]:3000", entry.encode()]) for entry in (*ENTRIES, *HOSTS)),
)
WORDS = (
    *(entry.encode() for entry in (*ENTRIES, *HOSTS)),
    *(b"https://", b"http://", b"*.", b"example", b".com", b".net", b":443", b":80", b"[::", b"]", b"null", b"%2e"),
    SEPARATOR,
)


class Place(NamedTuple):
    """Scheme, host and port as urllib and ipaddress read them; the port is the scheme's own where none is written."""

    scheme: str
    host: str | IPv6Address
    port: int | None


def check(data: bytes) -> None:
    """What is read is what urllib reads; what is let in is listed, by a reading that shares no line with ours."""
    origin, host, entry = (part.decode("latin-1") for part in (*data.split(SEPARATOR, 2), b"", b"")[:3])
    _check_values(origin, host)
    handshake = make_handshake({"Origin": origin, "Host": host})
    origin, host = handshake.origin or "", handshake.host or ""  # OWS is gone
    for tolerate in (frozenset[str](), TOLERANT):
        refused = not tolerate and check_origin(handshake) is not None
        if _lets_in(ENTRIES, handshake, tolerate) and not refused:
            assert any(_covers(one, origin) for one in ENTRIES), "let in, and not listed"
        refused = refused or (not tolerate and check_host(handshake) is not None)
        if _lets_in(("same-origin",), handshake, tolerate) and not refused:
            scheme = origin.partition("://")[0].lower()
            assert scheme in DEFAULT_PORTS and _place(origin) == _place(f"{scheme}://{host}"), "another origin"
        if HostRule(HOSTS, tolerate=tolerate)(handshake) is None and (tolerate or check_host(handshake) is None):
            assert any(_covers_host(one, host) for one in HOSTS), "a host let in, and not listed"
    _check_entry(entry, handshake)


def _check_values(text: str, host: str) -> None:
    origin, authority = parse_origin(text), parse_authority(host)
    if origin is not None:
        assert parse_origin(str(origin)) == origin, "written and read: another"
        assert check_origin(make_handshake({"Origin": text})) is None, "read here, and refused there"
        assert (place := _place(text)) is None or place == _place(str(origin))
        assert place is None or (place.scheme, str(place.host)) == (origin.scheme, origin.host.strip("[]"))
    if authority is not None:
        assert parse_authority(str(authority)) == authority, "written and read: another"
        assert check_host(make_handshake({"Host": host})) is None, "read here, and refused there"
        place = _place(f"http://{host}")
        assert place is None or str(place.host) == authority.host.strip("[]")
        assert place is None or (place.port or 0) == int(authority.port or 80)


def _check_entry(entry: str, handshake: Handshake) -> None:
    """An entry of a list is refused with what would be right, or lets in what it says and nothing else."""
    try:
        checked_origins("allowed_origins", [entry])
    except ConfigurationError as error:
        assert "wanted" in str(error)
    else:
        if entry != "same-origin" and _lets_in([entry], handshake) and check_origin(handshake) is None:
            assert _covers(entry, handshake.origin or ""), "let in by an entry that does not name it"
        if entry != "same-origin" and "*" not in entry:
            assert _lets_in([entry], make_handshake({"Origin": entry})), "an entry that lets nobody in"
    try:
        checked_hosts("allowed_hosts", [entry])
    except ConfigurationError as error:
        assert "wanted" in str(error)
    else:
        if HostRule([entry])(handshake) is None and check_host(handshake) is None:
            assert _covers_host(entry, handshake.host or ""), "let in by an entry that does not name it"
        if "*" not in entry:
            assert HostRule([entry])(make_handshake({"Host": entry})) is None, "an entry that lets nobody in"


def _lets_in(
    entries: tuple[str, ...] | list[str], handshake: Handshake, tolerate: frozenset[str] = frozenset()
) -> bool:
    """Whether a rule lets a handshake in, which it says alike by the bytes and by their meaning."""
    rule = OriginRule(entries, allow_missing=False, allow_null=False, tolerate=tolerate)
    violation = rule(handshake)
    if violation is not None:
        assert_text(violation.detail)
    if handshake.origin:
        assert violation == rule._read(handshake), "the bytes let in what the reading refuses"
    return violation is None


def _place(text: str) -> Place | None:
    """None where urllib reads nothing: its ports end at 65535."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    default = DEFAULT_PORTS.get(parts.scheme)
    named = IPv6Address(host) if "[" in parts.netloc else host if host.endswith("..") else host.removesuffix(".")
    return Place(parts.scheme, named, port if port is not None else int(default) if default else None)


def _covers(entry: str, origin: str) -> bool:
    listed, seen = _place(entry.replace("*.", "", 1)), _place(origin)
    if "*" not in entry or listed is None or seen is None:
        return listed == seen
    labels = str(seen.host).removesuffix(f".{listed.host}")
    return (
        (seen.scheme, seen.port) == (listed.scheme, listed.port)
        and isinstance(seen.host, str)
        and labels != seen.host
        and all(labels.split("."))
    )


def _covers_host(entry: str, host: str) -> bool:
    """A port counts where the entry has one; a Host without one stands for 80 and for 443."""
    listed, seen = urlsplit(f"//{entry}"), _place(f"http://{host}")
    if seen is None:  # urllib reads no port above 65535; to an entry without one, any port will do
        return listed.port is None and _covers(f"http://{entry}", _without_port(host))
    ports = {seen.port} if urlsplit(f"//{host}").port is not None else {80, 443}
    if listed.port is not None and listed.port not in ports:
        return False
    return _covers(f"http://{entry.rpartition(':')[0] if listed.port is not None else entry}", _without_port(host))


def _without_port(host: str) -> str:
    name = host if host.endswith("]") else host.rpartition(":")[0] if ":" in host else host
    return f"http://{name}"
