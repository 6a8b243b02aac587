"""Which hosts are ours (RFC 9110 §7.4): against DNS rebinding, where a stranger's name leads a browser to our address.

There the browser takes us for the stranger's own server: Origin and Host agree, so no rule on origins sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..handshake import Handshake, Violation
from ..handshake.authority import Authority, parent_domains, parse_authority
from ..handshake.fields import shown
from ..handshake.http_checks import check_host
from ..handshake.masking import masked_address
from ..handshake.reads import Reads
from ..handshake.requirements import violated
from .base import ConfigurationError, is_refused_by

_FORM = "wanted a host, with a port where that counts: 'example.com', '*.example.com', 'example.com:8443', '[::1]'"


class HostRule:
    """Allows the hosts that `entries` name: "example.com", "*.example.com" for its subdomains, either with a port.

    An entry without a port stands for any; a Host without a port stands for 80 and for 443, since TLS may end before
    us. `tolerate` are the requirements whose violations the policy lets pass.
    """

    reads: Reads = check_host.reads

    def __init__(self, entries: Iterable[str], *, tolerate: Collection[str] = ()) -> None:
        authorities = [authority for entry in entries if (authority := parse_authority(entry)) is not None]
        self._exact = {authority for authority in authorities if not authority.host.startswith("*.")}
        self._wildcards = {a._replace(host=a.host[1:]) for a in authorities if a.host.startswith("*.")}
        self._as_sent = {authority.host.encode("ascii") for authority in self._exact if not authority.port}
        self._tolerate = tolerate

    def __call__(self, handshake: Handshake) -> Violation | None:
        values = handshake.fields.get_raw(b"host")
        if len(values) == 1 and values[0] in self._as_sent:
            return None
        host = parse_authority(handshake.host or "")
        if host is not None and host in self:
            return None
        if is_refused_by(check_host, handshake, self._tolerate):
            return None
        if handshake.host is None:
            return violated("host-allowed", f"{len(values)} Host fields, wanted one that is in allowed_hosts")
        return violated(
            "host-allowed", f"Host is {shown(masked_address(handshake.host), 100)}, which is not in allowed_hosts"
        )

    def __contains__(self, host: object) -> bool:
        if not isinstance(host, Authority):
            return False
        ports = (host.port, "") if host.port else ("", "80", "443")
        if any(Authority(host.host, port) in self._exact for port in ports):
            return True
        return bool(self._wildcards) and any(
            Authority(domain, port) in self._wildcards for domain in parent_domains(host.host) for port in ports
        )


def checked_hosts(name: str, allowed: object) -> tuple[str, ...] | None:
    """`allowed_hosts` as it is kept; None where it is off. ConfigurationError on what is no host."""
    if allowed is None:
        return None
    if isinstance(allowed, str):
        raise ConfigurationError(f"{name} is the string {allowed!r}, wanted a list: [{allowed!r}]")
    if not isinstance(allowed, Iterable) or isinstance(allowed, bytes):
        raise ConfigurationError(f"{name} is {allowed!r}, wanted a list, or None for every host")
    hosts = tuple(allowed)
    if not hosts:
        raise ConfigurationError(f"{name} is empty and would refuse everything; wanted None for every host")
    for host in hosts:
        if (wanted := _corrected(host)) is not None:
            raise ConfigurationError(f"{name} has {host!r}, {wanted}")
        authority = parse_authority(host)
        if authority is not None and authority.host.startswith("*."):
            from .public_suffixes import warn_of_public_suffix  # here: few deployments have a wildcard

            warn_of_public_suffix(name, host, authority.host[2:])
    return hosts


def _corrected(entry: object) -> str | None:
    """What an entry should have been ("wanted ..."), None where it is right."""
    if not isinstance(entry, str):
        return _FORM
    if entry == "*":
        return "wanted allowed_hosts=None for every host, or a list of some"
    if "://" in entry:
        return f"wanted it without a scheme: {entry.split('://', 1)[1].split('/')[0]!r}"
    if entry.startswith("."):
        return f"wanted a wildcard for its subdomains: {'*' + entry!r}"
    authority = parse_authority(entry)
    if authority is None or not authority.host or len(authority.port) > 5 or int(authority.port or 0) > 65535:
        return _FORM
    if not authority.host.startswith("*."):
        return _FORM if "*" in authority.host else None
    return None if parent_domains("x" + authority.host[1:]) else _FORM
