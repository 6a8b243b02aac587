"""Origins that were, are or could be let in: for each policy and Host, which are allowed and which are not.

The groups carry the names of those whose check let the like of it through, or kept out what it should not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asgi_ws_guard import Policy

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"


@dataclass(frozen=True)
class Group:
    """Origins under one policy and one Host."""

    name: str
    policy: Policy
    host: str
    allowed: tuple[str | bytes, ...] = ()
    refused: tuple[str | bytes, ...] = ()


def rows() -> Iterator[tuple[Group, str | bytes, bool]]:
    for group in GROUPS:
        for origin in group.allowed:
            yield group, origin, True
        for origin in group.refused:
            yield group, origin, False


GROUPS = (
    Group(
        "same origin, TLS or none before us",
        Policy(),
        "example.com",
        allowed=(
            *("https://example.com", "http://example.com", "wss://example.com", "ws://example.com:80"),
            *("https://example.com:443", "http://example.com:80", "https://example.com:", "https://example.com:0443"),
            *("HTTPS://EXAMPLE.COM", "https://Example.Com", "https://example.com.", "https://EXAMPLE.COM.:443"),
        ),
        refused=(
            *("https://example.com:80", "http://example.com:443", "https://example.com:8443", "http://example.com:0"),
            *("https://example.com:4430", "https://example.com:65979", "https://example.com:" + "9" * 5000),
            *("https://evil.org", "http://evil.org:80", "https://sub.example.com", "https://www.example.com"),
            *("https://com", "https://example", "https://example.co", "https://xample.com", "https://example.com.."),
            *("https://examp1e.com", "https://example-com", "https://exampleXcom", "https://example.com.com"),
        ),
    ),
    Group(
        "suffix and prefix matches: Bokeh (CVE-2026-21883), Phoenix, Channels, and many a startswith",
        Policy(),
        "dashboard.corp",
        allowed=("https://dashboard.corp",),
        refused=(
            *("https://dashboard.corp.evil.org", "https://dashboard.corpevil.org", "https://dashboard.corp-evil.org"),
            *("https://evildashboard.corp", "https://evil-dashboard.corp", "https://evil.dashboard.corp"),
            *("https://evil.org.dashboard.corp", "https://dashboard.corp.evil.org:443", "https://dashboardxcorp"),
        ),
    ),
    Group(
        "userinfo, path, query and fragment: parsers that stop at another place than the browser (Spring, url-parse)",
        Policy(),
        "example.com",
        refused=(
            *("https://example.com@evil.org", "https://evil.org@example.com", "https://user:example.com@evil.org"),
            *("https://evil.org:443@example.com", "https://example.com:443@evil.org", "https://@example.com"),
            *("https://evil.org#example.com", "https://evil.org?example.com", "https://evil.org/example.com"),
            *("https://evil.org#@example.com", "https://evil.org/@example.com", "https://evil.org\\@example.com"),
            *("https://evil.org\\.example.com", "https://example.com\\evil.org", "https://evil.org;example.com"),
            *("https://example.com/", "https://example.com/chat", "https://example.com?", "https://example.com#"),
        ),
    ),
    Group(
        "characters that Safari and others once let stand in a name: regular expressions with an open end",
        Policy(),
        "example.com",
        refused=tuple(f"https://example.com{mark}.evil.org" for mark in "!$&'()*+;=,`{}|^~_-\"<> "),
    ),
    Group(
        "escapes and other alphabets: what another parser may turn into a dot, a slash or an end",
        Policy(),
        "example.com",
        refused=(
            *("https://example.com%2eevil.org", "https://example.com%00.evil.org", "https://evil.org%00example.com"),
            *("https://evil.org%2f.example.com", "https://evil.org%23.example.com", "https://evil.org%40example.com"),
            *("https://example%2ecom", "https://%65xample.com", "https://example.com%", "https://example.com%zz"),
            *(b"https://example.com\x00", b"https://example.com\x00.evil.org", b"https://evil.org\x00example.com"),
            *(b"https://example.com\x0b", b"https://ex\tample.com", b"https://example.com\xa0", b"\xa0https://x.org"),
            *(
                name.encode()
                for name in ("https://ex\u0430mple.com", "https://example\u3002com", "https://\uff45xample.com")
            ),
            *("https://xn--exmple-4nf.com", b"https://example.com\x85", b"https://example.com\x7f"),
        ),
    ),
    Group(
        "no origins at all, or several",
        Policy(),
        "example.com",
        refused=(
            *("null", "Null", "NULL", "", "undefined", "None", "*", "same-origin", "https://*", "about:blank"),
            *("example.com", "//example.com", "://example.com", "https:example.com", "https:/example.com"),
            *("https:///example.com", "https//example.com", "https:// example.com", "1https://example.com"),
            *("https://example.com https://evil.org", "https://evil.org https://example.com"),
            *("https://example.com, https://evil.org", "https://evil.org,https://example.com", "null, null"),
            *("data:text/html,example.com", "blob:https://example.com/1", "filesystem:https://example.com/x"),
            *("https://", "https://.", "https://:443", "https://[example.com]", "https://[::1", "https://::1"),
            *("https://example.com:443:443", "https://example.com:-1", "https://example.com:443a", "https://[]"),
        ),
    ),
    Group(
        "programs with the name of a server",
        Policy(),
        "localhost",
        allowed=("http://localhost", "https://localhost", "http://localhost."),
        refused=(
            *("capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://localhost", "app://."),
            *("file://", "file://localhost", "chrome-extension://localhost", "moz-extension://localhost"),
            *("vscode-webview://localhost", "ftp://localhost", "javascript://localhost", "about://localhost"),
            *("http://localhost.evil.org", "http://evil.localhost", "http://localhost:3000", "http://127.0.0.1"),
        ),
    ),
    Group(
        "ports: Tornado and gorilla compare them as text, others not at all",
        Policy(),
        "example.com:8000",
        allowed=("http://example.com:8000", "https://example.com:8000", "http://EXAMPLE.com.:08000"),
        refused=(
            *("http://example.com", "https://example.com", "http://example.com:80", "http://example.com:80000"),
            *("http://example.com:8001", "http://example.com:800", "http://example.com8000", "http://example.com:"),
        ),
    ),
    Group(
        "the default port of TLS, written out by a proxy",
        Policy(),
        "example.com:443",
        allowed=("https://example.com", "https://example.com:443", "http://example.com:443"),
        refused=("http://example.com", "http://example.com:80", "https://example.com:8443"),
    ),
    Group(
        "the default port of http, written out",
        Policy(),
        "example.com:80",
        allowed=("http://example.com", "http://example.com:80"),
        refused=("https://example.com", "https://example.com:443"),
    ),
    Group(
        "a Host in upper case with a trailing dot",
        Policy(),
        "EXAMPLE.com.",
        allowed=("https://example.com", "https://example.com.", "http://EXAMPLE.COM"),
        refused=("https://example.com..", "https://example.org."),
    ),
    Group(
        "a Host with an empty port",
        Policy(),
        "example.com:",
        allowed=("https://example.com", "http://example.com"),
        refused=("https://example.com:8443",),
    ),
    Group(
        "an empty Host", Policy(), "", refused=("https://", "http://", "https://example.com", "file://", "https://.")
    ),
    Group(
        "IPv6: one address, many spellings",
        Policy(),
        "[2001:db8::1]:8000",
        allowed=(
            *("http://[2001:db8::1]:8000", "http://[2001:DB8::1]:8000", "http://[2001:db8:0:0:0:0:0:1]:8000"),
            *("https://[2001:0db8::0001]:8000",),
        ),
        refused=(
            *("http://[2001:db8::1]", "http://[2001:db8::2]:8000", "http://[2001:db8::1]:8001", "http://[::1]:8000"),
            *("http://2001:db8::1:8000", "http://[2001:db8::1%25eth0]:8000", "http://[2001:db8::1]evil.org:8000"),
            *("http://[2001:db8::1].evil.org:8000", "http://[2001:db8::1::]:8000", "http://[v1.x]:8000"),
        ),
    ),
    Group(
        "IPv4: webpack-dev-server took any address for its own (CVE-2025-30360)",
        Policy(),
        "127.0.0.1:8000",
        allowed=("http://127.0.0.1:8000",),
        refused=(
            *("http://127.0.0.2:8000", "http://127.1:8000", "http://2130706433:8000", "http://0x7f.0.0.1:8000"),
            *("http://127.0.0.1.evil.org:8000", "http://127.0.0.1.nip.io:8000", "http://localhost:8000"),
            *("http://[::ffff:127.0.0.1]:8000", "http://10.0.0.1:8000", "http://0.0.0.0:8000", "http://[::1]:8000"),
        ),
    ),
    Group(
        "punycode is compared as it is sent",
        Policy(),
        "xn--bcher-kva.example",
        allowed=("https://xn--bcher-kva.example", "https://XN--BCHER-KVA.example"),
        refused=(
            "https://bucher.example",
            "https://xn--bcher-kva.example.org",
            "b\u00fccher".encode(),
            "https://bcher",
        ),
    ),
    Group(
        "a list: here the scheme counts, and the page's own origin only where it is listed",
        Policy(allowed_origins=["https://app.example.com", "http://localhost:3000", "file://", EXTENSION]),
        "api.example.com",
        allowed=(
            *("https://app.example.com", "https://app.example.com:443", "HTTPS://APP.EXAMPLE.COM.", "file://"),
            *("http://localhost:3000", EXTENSION),
        ),
        refused=(
            *("http://app.example.com", "https://app.example.com:8443", "wss://app.example.com", "null"),
            *("https://api.example.com", "https://sub.app.example.com", "https://app.example.com.evil.org"),
            *("https://localhost:3000", "http://localhost:3001", "http://localhost", "file://evil.org", "file:///"),
            *("chrome-extension://", "chrome-extension://bbcdefghijklmnopabcdefghijklmnop", EXTENSION + ".evil.org"),
            *(EXTENSION.replace("chrome", "moz"), "https://" + EXTENSION.split("//")[1]),
        ),
    ),
    Group(
        "wildcards: whole labels of true subdomains (Phoenix //*.x, coder's path.Match, Spring's patterns)",
        Policy(allowed_origins=["https://*.example.com", "http://*.localhost:3000"]),
        "api.example.com",
        allowed=(
            *("https://a.example.com", "https://a.b.example.com", "https://A.EXAMPLE.com.", "https://a_b.example.com"),
            *("https://a.example.com:443", "https://xn--bcher-kva.example.com", "https://evil.org.example.com"),
            *("http://x.localhost:3000", "https://1.2.3.4.example.com"),
        ),
        refused=(
            *("https://example.com", "https://notexample.com", "https://.example.com", "https://a..example.com"),
            *("https://a.example.com.evil.org", "https://example.com.evil.org", "https://aexample.com"),
            *("http://a.example.com", "https://a.example.com:8443", "https://a.examplexcom", "https://a.example.com.."),
            *("https://a%2eexample.com", "https://evil.org%2f.example.com", "https://evil.org!.example.com"),
            *("https://*.example.com", "https://evil.org'.example.com", "https://evil.org~.example.com"),
            *("https://evil.org/.example.com", "https://evil.org?.example.com", "https://evil.org#.example.com"),
            *("https://evil.org@a.example.com", "https://evil.org:443.example.com", f"https://{'a.' * 200}example.com"),
            *("http://localhost:3000", "http://x.localhost", "http://x.localhost:3001", "https://x.localhost:3000"),
        ),
    ),
    Group(
        "same origin and a list together",
        Policy(allowed_origins=["same-origin", "https://*.example.org", "capacitor://localhost"]),
        "example.com",
        allowed=("https://example.com", "http://example.com", "https://a.example.org", "capacitor://localhost"),
        refused=("https://example.org", "https://a.example.com", "capacitor://example.com", "null", "https://evil.org"),
    ),
    Group(
        "patterns match the whole: Jupyter's allow_origin_pat was matched at the start alone",
        Policy(
            allowed_origins=[
                re.compile(r"https://pr-[0-9]+\.preview\.example\.com"),
                re.compile(r"vscode-webview://[a-z0-9-]+"),
                re.compile(r"http://localhost(:[0-9]+)?"),
            ]
        ),
        "api.example.com",
        allowed=(
            *("https://pr-17.preview.example.com", "https://PR-1.preview.example.com:443", "vscode-webview://1a2b-3c"),
            *("http://localhost", "http://localhost:5173", "http://localhost:80"),
        ),
        refused=(
            *("https://pr-17.preview.example.com.evil.org", "https://pr-17.preview.example.com:8443", "null"),
            *(
                "https://evil.pr-17.preview.example.com",
                "https://pr-x.preview.example.com",
                "http://localhost.evil.org",
            ),
            *("https://pr-1.previewxexample.com", "https://pr-17.preview.example.com\n", "vscode-webview://"),
        ),
    ),
    Group(
        "any origin that is one",
        Policy(allowed_origins="*"),
        "example.com",
        allowed=("https://evil.org", "null", "file://", "app://.", "https://example.com"),
        refused=("https://evil.org/", "evil.org", "Null", "https://a, https://b"),
    ),
    Group(
        "no origin: for programs alone",
        Policy(allowed_origins=[]),
        "example.com",
        refused=("https://example.com", "null", "file://"),
    ),
    Group(
        "null, where it is let in",
        Policy(allow_null_origin=True),
        "example.com",
        allowed=("null", "https://example.com"),
        refused=("Null", "null.", "https://null", "https://evil.org"),
    ),
)
