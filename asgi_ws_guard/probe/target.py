"""What is probed, and what the user wants in every handshake: address, path, TLS, own fields."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..handshake.fields import escaped, shown
from ..handshake.masking import is_secret, masked_address, masked_value, without

_PORTS = {"ws": 80, "wss": 443, "http": 80, "https": 443}

SECRET_LENGTH = 4  # characters: what is shorter is no secret, and stands in half of all texts
NAME_LENGTH = 40  # characters: what is longer is no subprotocol's name but somebody's token


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

    def __repr__(self) -> str:
        return f"Target({self.label!r})"

    @property
    def label(self) -> str:
        """The URL as reports have it: they are passed on, so without its query and its password."""
        return masked_address(self.url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the user gave and no report shows: values of fields that promise it, offers too long for a name."""
        query = self.path.partition("?")[2]
        found = {query, *(offer for offer in self.offers if len(offer) > NAME_LENGTH)}
        for pair in query.split("&"):
            found.add(pair.partition("=")[2])
        for name, value in self.fields:
            if is_secret(name):  # of a cookie each value alone, of Authorization what stands behind the scheme
                pairs = value.split(";") if name.lower() == "cookie" else []
                found.update((value, value.partition(" ")[2], *(pair.partition("=")[2].strip() for pair in pairs)))
        # The longest first, since one may hold another.
        return tuple(sorted((each for each in found if len(each) >= SECRET_LENGTH), key=len, reverse=True))

    def told(self, text: str) -> str:
        """Text that quotes the server, for a report: as one line, without what the user would not have it repeat."""
        return escaped(self.struck(text), None, letters=True)

    def struck(self, text: str) -> str:
        """Text without the secrets; a value may have been cut where it was quoted, and escaped."""
        for secret in self.secrets:
            for form in {secret, escaped(secret, None)}:
                text = without(form, text)
        return text

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
    headers: Sequence[tuple[str, str]] = (),
    origin: str | None = None,
    subprotocols: Sequence[str] = (),
    cookies: str | None = None,
    insecure: bool = False,
    server_name: str | None = None,
) -> Target:
    """The target that `url` and the options name. ValueError, in one line, where they name none."""
    # Not `handshake.authority`: that reads a field of a handshake; a URL that somebody types may have a password in it.
    parts = urlsplit(url if "://" in url else f"ws://{url}")
    if parts.scheme not in _PORTS:
        raise ValueError(f"{_shown(url)}: the scheme is {shown(parts.scheme)}, wanted ws, wss, http or https")
    if not parts.hostname or any(character <= " " or character > "~" for character in url):
        raise ValueError(f"{_shown(url)} is no address; wanted ws://HOST[:PORT]/PATH")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise ValueError(f"{_shown(url)}: the port is no number up to 65535") from None
    fields, offers = list(headers), tuple(subprotocols)
    fields += [("Origin", origin)] if origin else []
    fields += [("Cookie", cookies)] if cookies else []
    _check_fields([*fields, *(("Sec-WebSocket-Protocol", offer) for offer in offers)])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme in ("wss", "https")
    return Target(url, parts.hostname, port, path, secure, insecure, server_name, offers, tuple(fields))


def _check_fields(fields: list[tuple[str, str]]) -> None:
    for name, value in fields:
        if not name or any(ord(character) > 255 or character in "\r\n\0" for character in name + value):
            seen = f"{shown(name)}: {shown(masked_value(name, value))}"
            raise ValueError(f"the field {seen} cannot be sent; wanted Name: value on one line")


def _shown(url: str) -> str:
    return shown(masked_address(url), 200)
