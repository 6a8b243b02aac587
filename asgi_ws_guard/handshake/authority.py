"""Hosts and origins as values that can be compared: case folded, default ports and one trailing dot dropped.

The one reader of both: `validation` asks it whether there is one, the rules which one.
A name with a trailing dot is the same DNS name, and "https://example.com:443" the same origin as without the port.
"""

from __future__ import annotations

from typing import NamedTuple

from .lazy_pattern import LazyPattern

# By the scheme of the Origin, which is the page's. ws and wss are what some clients that are no browsers put there.
DEFAULT_PORTS = {"http": "80", "ws": "80", "https": "443", "wss": "443"}

# Host = uri-host [ ":" port ], uri-host as in RFC 3986 §3.2.2                RFC 9110 §7.2
# Departure: no comma, which reg-name allows. daphne joins two Host lines with one, and no host has it in its name.
_REG_NAME = r"(?:[A-Za-z0-9\-._~!$&'()*+;=]|%[0-9A-Fa-f]{2})*"
_IP_LITERAL = r"\[[0-9A-Fa-f:.]+\]"
_HOST = LazyPattern(rf"({_IP_LITERAL}|{_REG_NAME})(?::([0-9]*))?")

# origin = "null" / scheme "://" host [ ":" port ]                            RFC 6454 §6.2, §7.1
# Departure: one origin, where the grammar has a list; no browser sends a list. An empty host is what file:// has.
_SCHEME = LazyPattern(r"([A-Za-z][A-Za-z0-9+.\-]*)://")

# What a wildcard may stand for: whole labels, of what a DNS name really has in it (RFC 1123 §2.1, and "_").
_LABELS = LazyPattern(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
NAME_LENGTH = 253  # the longest DNS name, in characters


class Authority(NamedTuple):
    """A host, an IP literal in brackets and in its shortest form, and a port; "" where none is written."""

    host: str
    port: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


class Origin(NamedTuple):
    """Scheme, host and port of an origin; the port is "" where it is the scheme's own, the host may be (file://)."""

    scheme: str
    host: str
    port: str

    def __str__(self) -> str:
        return f"{self.scheme}://{Authority(self.host, self.port)}"


def parse_authority(text: str) -> Authority | None:
    """The value of a Host field; None where it is none."""
    match = _HOST.fullmatch(text)
    if match is None:
        return None
    host, port = match.groups()
    if host.startswith("["):
        host = _ip_literal(host)
        if host is None:
            return None
    else:
        host = host.lower()
        if not host.endswith(".."):  # with an empty label it is no name, and must not become one when it is read again
            host = host.removesuffix(".")
    # Not int(): a peer may send a port of a million digits.
    return Authority(host, (port.lstrip("0") or "0") if port else "")


def parse_origin(text: str) -> Origin | None:
    """The value of an Origin field; None where it is none, and for "null", which is nobody's."""
    match = _SCHEME.compiled.match(text)
    authority = parse_authority(text[match.end() :]) if match else None
    if match is None or authority is None:
        return None
    scheme, (host, port) = match[1].lower(), authority
    return Origin(scheme, host, "" if port == DEFAULT_PORTS.get(scheme) else port)


def is_same_authority(origin: Origin, host: Authority) -> bool:
    """Whether a page of `origin` asks the server that it came from, which it addressed as `host`.

    The schemes are not compared, since TLS may end before us: a Host without a port stands for the default one of
    the page's scheme. Only pages that a server can have sent count: app://example.com is somebody's program.
    """
    default = DEFAULT_PORTS.get(origin.scheme)
    if default is None or not origin.host:
        return False
    return origin.host == host.host and (origin.port or default) == (host.port or default)


def parent_domains(host: str) -> list[str]:
    """The domains that `host` is a true subdomain of, each with its leading dot; empty for what is no DNS name."""
    if len(host) > NAME_LENGTH or not _LABELS.fullmatch(host):
        return []
    return [host[place:] for place, character in enumerate(host) if character == "."]


def _ip_literal(text: str) -> str | None:
    from ipaddress import AddressValueError, IPv6Address  # here: few hosts are IP literals, and its import is not small

    try:
        return f"[{IPv6Address(text[1:-1])}]"
    except AddressValueError:
        return None
