"""What to do about an origin: the right form of a configured one, and the line that lets a refused one in."""

from __future__ import annotations

import re

from ..handshake import Handshake
from ..handshake.authority import DEFAULT_PORTS, Authority, Origin, parse_authority, parse_origin

# An origin that somebody wrote: what stands before and after scheme, host and port tells what went wrong.
_WRITTEN = re.compile(r"(?:([^/?#@]*)://|//)?(?:[^/?#@]*@)?([^/?#@]*)(.*)", re.DOTALL)
_WILDCARD = re.compile(r"^\*\.(?=[^.])")
_SELF = ("same-origin", "sameorigin", "self")

# Not an address: *.0.0.1 is nobody's domain.
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?")

_SHORT = 100  # characters of an origin up to which a line with it can be pasted
_PATTERN = 'for anything else a compiled pattern: re.compile(r"https://pr-[0-9]+\\.example\\.com")'
_KEEP_HOST = "nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On; Vite: changeOrigin: false"


def corrected(entry: str) -> str | None:
    """What an entry of allowed_origins should have been ("wanted ..."), None where it is right."""
    if entry == "*":
        return 'wanted allowed_origins="*" for every origin, or a list of some'
    if entry.lower() == "null":
        return "wanted allow_null_origin=True"
    if entry.strip(" '\"").lower().replace("_", "-") in _SELF:
        return 'wanted "same-origin"'
    match = _WRITTEN.fullmatch(entry.strip())
    scheme, authority, rest = match.groups() if match else (None, "", "")
    if not scheme:
        page = "http" if authority and _is_local(authority.partition(":")[0]) else "https"
        return f"wanted its scheme with it: {_example(page, authority)!r}"
    if scheme.lower() in ("ws", "wss"):
        page = "https" if scheme.lower() == "wss" else "http"
        return f"wanted the origin of the page, which is never ws or wss: {_example(page, authority)!r}"
    if not authority.isascii():
        return f"wanted the name as browsers send it: {_example(scheme, authority)!r}"
    if not _is_readable(scheme, authority):
        return f"wanted scheme://host[:port], or https://*.example.com for its subdomains; {_PATTERN}"
    if rest or entry != entry.strip() or "@" in entry:
        return f"wanted scheme, host and port and nothing else: {_example(scheme, authority)!r}"
    return None


def _is_readable(scheme: str, authority: str) -> bool:
    """Whether scheme://authority is an origin, or a wildcard for the subdomains of one."""
    origin = parse_origin(f"{scheme}://{_WILDCARD.sub('', authority)}")
    if origin is None or "*" in origin.host or len(origin.port) > 5 or int(origin.port or 0) > 65535:
        return False
    if authority.startswith("*."):
        return _DOMAIN.fullmatch(origin.host) is not None
    return origin.host != "" or origin.scheme not in DEFAULT_PORTS


def advice(origin: str, handshake: Handshake | None) -> str:
    """The usual cause of this refusal and its cure. `handshake` is given where Host was compared."""
    parsed = parse_origin(origin)
    if origin == "null":
        return "a page from a file or in a sandboxed frame says null: allow_null_origin=True lets all of them in"
    if parsed is None:
        return "wanted scheme://host[:port]"
    base = '"same-origin", ' if handshake else ""
    paste = f'allowed_origins=[{base}"{parsed}"]' if len(origin) <= _SHORT else "allowed_origins"
    if parsed.scheme not in DEFAULT_PORTS:
        return f"an application (Electron, Capacitor, Tauri, an editor or an extension) is let in by {paste}"
    host = parse_authority(handshake.host or "") if handshake else None
    if handshake is None or host is None:
        return f"if the page is yours: {paste}"
    if handshake.fields.get_all("sec-fetch-site") == ["same-origin"]:
        return f"the browser calls the two one origin, so a proxy rewrote Host, which it has to keep ({_KEEP_HOST})"
    return _cause(parsed, host, paste)


def _cause(origin: Origin, host: Authority, paste: str) -> str:
    if _is_local(origin.host):
        return f"usually a development server: {paste}; or, where it proxies to here, let it keep Host ({_KEEP_HOST})"
    if origin.host == host.host:
        return f"usually a proxy that loses the port of Host, as nginx does with $host ({_KEEP_HOST}); or {paste}"
    if _is_local(host.host):
        return (
            f"usually a proxy that rewrites Host and has to keep it ({_KEEP_HOST}); or, if the page is yours, {paste}"
        )
    return f"if the page is yours: {paste}; if a proxy rewrites Host, it has to keep it ({_KEEP_HOST})"


def _is_local(host: str) -> bool:
    """Whether a host has no public name: localhost, a container's or an upstream's name, or an address."""
    return "." not in host or host.endswith((".localhost", ".local", ".internal")) or not host[-1:].isalpha()


def _example(scheme: str, authority: str) -> str:
    """The origin that was probably meant, its name in punycode label by label.

    Not Python's own codec "idna": that is IDNA 2003, which makes another name of one with a sharp s.
    """
    import unicodedata  # here: only who made a mistake waits for its import

    default = "example.com" if scheme.lower() in DEFAULT_PORTS else ""
    name = unicodedata.normalize("NFKC", authority or default).lower()
    parts = [part if part.isascii() else f"xn--{part.encode('punycode').decode()}" for part in re.split("([.:])", name)]
    return f"{scheme.lower()}://{''.join(parts)}"
