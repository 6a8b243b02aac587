"""Which pages may open a WebSocket (RFC 6455 §10.2): the defence against cross-site WebSocket hijacking.

Browsers send cookies along whichever site's page opens the socket, and hold no answer back from it. The Origin field
is what no page can forge; a program that is no browser can, so this is no authentication.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TypeAlias

from ..handshake import Handshake, Violation
from ..handshake.authority import Origin, is_same_authority, parent_domains, parse_authority, parse_origin
from ..handshake.fields import shown
from ..handshake.http_checks import check_host
from ..handshake.masking import masked_address
from ..handshake.reads import Reads, reads
from ..handshake.requirements import violated
from ..handshake.validation import check_origin
from .base import ConfigurationError, is_refused_by

SAME_ORIGIN = "same-origin"
WILDCARD = "://*."
OriginEntry: TypeAlias = "str | re.Pattern[str]"

_NO_HOST = (b"", b".", b":")  # how a Host starts that names no host


class OriginRule:
    """Allows the origins that `entries` name, as a container might: `Origin in rule`.

    entries        "same-origin", origins, https://*.example.com wildcards, compiled patterns; checked already
    allow_missing  whether a handshake without Origin, which no browser sends, is allowed
    allow_null     whether "null" is: sandboxed frames, data: pages, and whoever hides behind one
    tolerate       requirements whose violations the policy lets pass
    """

    # Sec-Fetch-Site says which advice is given.
    reads: Reads = check_origin.reads | check_host.reads | {b"sec-fetch-site"}

    def __init__(
        self, entries: Iterable[OriginEntry], *, allow_missing: bool, allow_null: bool, tolerate: Collection[str] = ()
    ) -> None:
        self._exact: set[Origin] = set()
        self._wildcards: set[Origin] = set()  # their host is the domain with a dot before it
        self._patterns: list[re.Pattern[str]] = []
        self._same_origin = False
        for entry in entries:
            self._add(entry)
        self._as_sent = {str(origin).encode("ascii") for origin in self._exact}
        self._compares_bytes = self._same_origin and not tolerate
        self._allow_missing = allow_missing
        self._allow_null = allow_null
        self._tolerate = tolerate

    def __call__(self, handshake: Handshake) -> Violation | None:
        values = handshake.fields.get_raw(b"origin")
        if not values:
            return None if self._allow_missing else origin_present(handshake)
        if len(values) == 1 and (values[0] in self._as_sent or self._is_host_as_sent(values[0], handshake)):
            return None
        return self._read(handshake)

    def __contains__(self, origin: object) -> bool:
        if not isinstance(origin, Origin):
            return False
        if origin in self._exact or any(pattern.fullmatch(str(origin)) for pattern in self._patterns):
            return True
        return bool(self._wildcards) and any(
            origin._replace(host=domain) in self._wildcards for domain in parent_domains(origin.host)
        )

    def _add(self, entry: OriginEntry) -> None:
        if isinstance(entry, re.Pattern):
            self._patterns.append(entry)
        elif entry == SAME_ORIGIN:
            self._same_origin = True
        elif origin := parse_origin(entry.replace(WILDCARD, "://", 1)):
            if WILDCARD in entry:
                self._wildcards.add(origin._replace(host=f".{origin.host}"))
            else:
                self._exact.add(origin)

    def _is_host_as_sent(self, origin: bytes, handshake: Handshake) -> bool:
        """What nearly every page of one's own sends: the same bytes in both fields, which need no parsing.

        Whether they are well-formed, `validate` has said; where that is tolerated, the bytes are no proof.
        """
        hosts = handshake.fields.get_raw(b"host")
        if not self._compares_bytes or len(hosts) != 1 or hosts[0][:1] in _NO_HOST:
            return False
        return origin in (b"https://" + hosts[0], b"http://" + hosts[0])

    def _read(self, handshake: Handshake) -> Violation | None:
        text = handshake.origin
        if text == "null" and self._allow_null:
            return None
        origin = parse_origin(text) if text else None
        if origin is not None and (origin in self or self._is_same_origin(origin, handshake)):
            return None
        if is_refused_by(check_origin, handshake, self._tolerate):
            return None
        if self._same_origin and origin is not None and is_refused_by(check_host, handshake, self._tolerate):
            return None
        return violated("origin-allowed", self._detail(handshake))

    def _is_same_origin(self, origin: Origin, handshake: Handshake) -> bool:
        host = parse_authority(handshake.host or "")
        return self._same_origin and host is not None and is_same_authority(origin, host)

    def _detail(self, handshake: Handshake) -> str:
        from .origin_advice import advice  # here: only who is refused waits for its import

        text = handshake.origin
        if text is None:
            return f"{len(handshake.fields.get_all('origin'))} Origin fields, of which none can be trusted"
        seen = shown(masked_address(text), 100)
        if not self._same_origin:
            return f"Origin is {seen}, which is not in allowed_origins; {advice(text, None)}"
        host = "there is no Host" if handshake.host is None else f"Host is {shown(masked_address(handshake.host), 100)}"
        wanted = "wanted the same host and port in both, or the origin in allowed_origins"
        return f"Origin is {seen} and {host}; {wanted}; {advice(text, handshake)}"


@reads(b"origin")
def origin_present(handshake: Handshake) -> Violation | None:
    """Refuses who sends no Origin."""
    if "origin" in handshake.fields:
        return None
    return violated("origin-allowed", "no Origin, wanted one, as every browser sends it")


def checked_origins(name: str, allowed: object) -> str | tuple[OriginEntry, ...]:
    """`allowed_origins` as it is kept: "*", "same-origin", or a tuple of entries. ConfigurationError on the rest."""
    if isinstance(allowed, str):
        if allowed in ("*", SAME_ORIGIN):
            return allowed
        raise ConfigurationError(f'{name} is the string {allowed!r}, wanted "same-origin", "*" or a list')
    if isinstance(allowed, re.Pattern) or not isinstance(allowed, Iterable):
        raise ConfigurationError(f'{name} is {allowed!r}, wanted "same-origin", "*" or a list')
    return tuple([_checked_entry(entry) for entry in allowed])


def _checked_entry(entry: object) -> OriginEntry:
    if isinstance(entry, re.Pattern) and isinstance(entry.pattern, str):
        return entry
    if not isinstance(entry, str):
        raise ConfigurationError(f"allowed_origins has {entry!r}, wanted a string, or a compiled pattern of one")
    from .origin_advice import corrected  # here: most deployments list no origin

    if entry != SAME_ORIGIN and (wanted := corrected(entry)) is not None:
        raise ConfigurationError(f"allowed_origins has {entry!r}, {wanted}")
    if WILDCARD in entry and (origin := parse_origin(entry.replace(WILDCARD, "://", 1))):
        from .public_suffixes import warn_of_public_suffix  # here: few deployments have a wildcard

        warn_of_public_suffix("allowed_origins", entry, origin.host)
    return entry
