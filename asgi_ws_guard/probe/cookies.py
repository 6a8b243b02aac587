"""A cookie file as a Cookie field's value: what curl and browsers' extensions export, or plain NAME=VALUE lines."""

from __future__ import annotations

from .target import Target


def cookie_value(text: str, target: Target) -> str:
    """The cookies of `text` that are for `target`. ValueError where a line is neither form."""
    cookies = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.removeprefix("#HttpOnly_").strip()
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) == 7:  # domain, its subdomains too, path, TLS only, expiry, name, value: the Netscape form
            if _is_for(target, columns[0], columns[2], columns[3]):
                cookies.append(f"{columns[5]}={columns[6]}")
        elif "=" in line:
            cookies.append(line.removeprefix("Cookie:").strip(" ;"))
        else:
            raise ValueError(
                f"line {number} of the cookie file is neither NAME=VALUE nor the seven columns of a cookie jar"
            )
    return "; ".join(cookies)


def _is_for(target: Target, domain: str, path: str, tls_only: str) -> bool:
    wanted = domain.lstrip(".").lower()
    host = target.host.lower()
    same = host == wanted or (domain.startswith(".") and host.endswith(f".{wanted}"))
    return same and target.path.startswith(path) and (target.secure or tls_only.upper() != "TRUE")
