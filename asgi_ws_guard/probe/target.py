"""What is probed, and what the user wants in every handshake: address, path, TLS, own fields."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """One server's one path. `offers` and `fields` go into each handshake, save where a case decides that field."""

    url: str
    host: str
    port: int
    path: str
    secure: bool
    insecure: bool = False
    server_name: str | None = None
    offers: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def authority(self) -> str:
        """Host as a client writes it: the port is left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The origin of a page that this server itself would serve."""
        return f"{'https' if self.secure else 'http'}://{self.authority}"

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The user's own field lines."""
        offers = [("Sec-WebSocket-Protocol", ", ".join(self.offers))] if self.offers else []
        return tuple(f"{name}: {value}".encode("latin-1") for name, value in [*offers, *self.fields])

    def blanks(self, key: str) -> Mapping[bytes, bytes]:
        """What a request's blanks are filled with."""
        host = next((value for name, value in self.fields if name.lower() == "host"), self.authority)
        values = {
            "key": key,
            "host": host,
            "path": self.path,
            "scheme": "https" if self.secure else "http",
            "origin": self.origin,
            "offers": "".join(f"{offer}, " for offer in self.offers),
            "query": f"{self.path}{'&' if '?' in self.path else '?'}probe=1",
        }
        return {name.encode(): value.encode("latin-1") for name, value in values.items()}

    def tls(self, *protocols: str) -> ssl.SSLContext | None:
        """The TLS settings, None without TLS. `protocols` are offered by ALPN."""
        if not self.secure:
            return None
        context = ssl.create_default_context()
        context.set_alpn_protocols(list(protocols))
        if self.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def parse_target(
    url: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    origin: str | None = None,
    subprotocols: tuple[str, ...] = (),
    cookies: str | None = None,
    insecure: bool = False,
    server_name: str | None = None,
) -> Target:
    """The target that `url` and the options name. ValueError, in one line, where they name none."""
    parts = urlsplit(url if "://" in url else f"ws://{url}")
    if parts.scheme not in _PORTS:
        raise ValueError(f"{url}: the scheme is {parts.scheme}, wanted ws, wss, http or https")
    if not parts.hostname or any(character <= " " or character > "~" for character in url):
        raise ValueError(f"{url!r} is no address; wanted ws://HOST[:PORT]/PATH")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise ValueError(f"{url}: the port is no number up to 65535") from None
    fields = list(headers)
    fields += [("Origin", origin)] if origin else []
    fields += [("Cookie", cookies)] if cookies else []
    _check_fields([*fields, *(("Sec-WebSocket-Protocol", offer) for offer in subprotocols)])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme in ("wss", "https")
    return Target(url, parts.hostname, port, path, secure, insecure, server_name, tuple(subprotocols), tuple(fields))


def _check_fields(fields: list[tuple[str, str]]) -> None:
    for name, value in fields:
        if not name or any(ord(character) > 255 or character in "\r\n\0" for character in name + value):
            raise ValueError(f"the field {name!r}: {value!r} cannot be sent; wanted Name: value on one line")
