"""Domains under which strangers have names: a wildcard over one lets in whoever rents a name there.

Not the Public Suffix List: that has 10,000 lines, changes weekly, and would be a dependency or grow stale. Here is what
is certain and what people write: top-level domains, the registries of big countries, and hosts of many customers. What
is missing is not warned of, and a warning is all there is: a wildcard over one's own registry is nobody's mistake.
"""

from __future__ import annotations

import logging

logger = logging.getLogger("asgi_ws_guard")

# Single labels that are no top-level domain: RFC 6761, RFC 6762 with its appendix G, ICANN's "internal" (2024), and
# what routers and clusters use. Every other single label is one, or may become one.
_PRIVATE = frozenset(
    {
        *("consul", "corp", "docker", "example", "home", "internal", "intranet", "invalid", "lan", "local"),
        *("localdomain", "localhost", "private", "svc", "test"),
    }
)

# Second-level domains at which a country's registry sells names.
_COUNTRIES = {
    "ae": "ac co gov net org sch",
    "ar": "com edu gob net org",
    "au": "asn com edu gov id net org",
    "br": "com edu gov net org",
    "cn": "ac com edu gov net org",
    "co": "com edu gov net nom org",
    "es": "com edu gob nom org",
    "gr": "com edu gov net org",
    "hk": "com edu gov idv net org",
    "id": "ac biz co go my net or sch web",
    "il": "ac co gov muni net org",
    "in": "ac co edu firm gen gov ind net org res",
    "jp": "ac ad co ed go gr lg ne or",
    "ke": "ac co go me ne or",
    "kr": "ac co go ne or pe re",
    "mx": "com edu gob net org",
    "my": "com edu gov name net org",
    "ng": "com edu gov name net org",
    "nz": "ac co geek gen govt kiwi net org school",
    "pe": "com edu gob net nom org",
    "ph": "com edu gov net org",
    "pk": "com edu gov net org",
    "pl": "com edu gov net org",
    "pt": "com edu gov net org",
    "sa": "com edu gov net org",
    "sg": "com edu gov net org per",
    "th": "ac co go in mi net or",
    "tr": "com edu gen gov k12 net org web",
    "tw": "com edu gov idv net org",
    "ua": "com edu gov in net org",
    "uk": "ac co gov ltd me net nhs org plc police sch",
    "vn": "com edu gov net org",
    "za": "ac co gov net org web",
}

# Hosts that give each customer a name, tunnels and names for an address included.
_HOSTS = """
    amazonaws.com amplifyapp.com app.github.dev appspot.com awsapprunner.com azurecontainerapps.io azurefd.net
    azurestaticapps.net azurewebsites.net blob.core.windows.net blogspot.com cloudapp.azure.com cloudfront.net
    codesandbox.io csb.app deno.dev duckdns.org elasticbeanstalk.com firebaseapp.com fly.dev github.io gitlab.io
    gitpod.io glitch.me herokuapp.com hf.space lhr.life loca.lt lovable.app myshopify.com netlify.app ngrok-free.app
    ngrok-free.dev ngrok.app ngrok.dev ngrok.io nip.io now.sh onrender.com ondigitalocean.app pages.dev
    pythonanywhere.com repl.co replit.app replit.dev run.app s3.amazonaws.com serveo.net sslip.io streamlit.app surge.sh
    trycloudflare.com ts.net up.railway.app vercel.app web.app webcontainer.io wixsite.com wordpress.com workers.dev
"""

_SUFFIXES = frozenset(
    [*_HOSTS.split(), *(f"{label}.{country}" for country, labels in _COUNTRIES.items() for label in labels.split())]
)

_warned: set[tuple[str, str]] = set()


def is_public_suffix(domain: str) -> bool:
    """Whether strangers certainly have names under `domain` (lower case, without dots at its ends)."""
    if "." not in domain:
        return domain not in _PRIVATE
    return domain in _SUFFIXES or any(suffix.endswith(f".{domain}") for suffix in _SUFFIXES)


def warn_of_public_suffix(argument: str, entry: str, domain: str) -> None:
    """Log a warning where `entry` of `argument` is a wildcard over a public suffix, once in this process."""
    if (argument, entry) in _warned or not is_public_suffix(domain):
        return
    _warned.add((argument, entry))
    one = entry.replace("*.", "your-name.", 1)
    many = entry.replace("*.", "*.your-name.", 1)
    logger.warning(
        "%s has %r, which lets in everybody who has a name under %s; wanted your own: %r, or %r for its subdomains",
        *(argument, entry, domain, one, many),
    )
