"""Handshakes that are off, or unusual, as RFC 6455 reads them: Upgrade, Connection, key, version, origin, offers."""

from __future__ import annotations

from tests.integration.stacks.case import CONNECTION, EXTENSIONS, KEY, ORIGIN, PROTOCOL, UPGRADE, VERSION, Case, each

_UPGRADES = [
    *each(
        UPGRADE,
        None,
        {
            "upgrade-mixed-case": b"WebSocket",
            "upgrade-upper-case": b"WEBSOCKET",
            "upgrade-ows": b"\t websocket \t",
            "upgrade-list-first": b"websocket, h2c",
            "upgrade-list-last": b"h2c, websocket",
            "upgrade-two-lines": (b"h2c", b"websocket"),
            "upgrade-empty-elements": b",websocket,,",
        },
    ),
    *each(
        UPGRADE,
        "upgrade-websocket",
        {
            "upgrade-stripped": None,
            "upgrade-empty": b"",
            "upgrade-h2c": b"h2c",
            "upgrade-versioned": b"websocket/13",
            "upgrade-plural": b"websockets",
            "upgrade-prefixed": b"x-websocket",
            "upgrade-inner-space": b"web socket",
            "upgrade-quoted": b'"websocket"',
            "upgrade-true": b"true",
        },
    ),
]

_CONNECTIONS = [
    *each(
        CONNECTION,
        None,
        {
            "connection-lower-case": b"upgrade",
            "connection-upper-case": b"UPGRADE",
            "connection-list-last": b"keep-alive, Upgrade",
            "connection-list-first": b"Upgrade, keep-alive",
            "connection-list-tight": b"keep-alive,Upgrade",
            "connection-list-tab": b"keep-alive,\tUpgrade\t",
            "connection-empty-elements": b",,Upgrade,",
            "connection-two-lines-last": (b"keep-alive", b"Upgrade"),
            "connection-two-lines-first": (b"Upgrade", b"keep-alive"),
        },
    ),
    *each(
        CONNECTION,
        "connection-upgrade",
        {
            "connection-stripped": None,
            "connection-empty": b"",
            "connection-close": b"close",
            "connection-keep-alive": b"keep-alive",
            "connection-plural": b"Upgrades",
            "connection-prefixed": b"x-upgrade",
            "connection-suffixed": b"upgrade-insecure-requests",
            "connection-inner-space": b"Up grade",
            "connection-quoted": b'"Upgrade"',
            "connection-websocket": b"websocket",
        },
    ),
]

# What a proxy that knows no WebSocket makes of a good handshake: hop-by-hop fields are its own to remove.
_PROXIES = [
    Case("proxy-both-stripped", ("upgrade-websocket", "connection-upgrade"), {UPGRADE: None, CONNECTION: None}),
    Case("proxy-close", ("upgrade-websocket", "connection-upgrade"), {UPGRADE: None, CONNECTION: b"close"}),
    Case("proxy-keep-alive", ("upgrade-websocket", "connection-upgrade"), {UPGRADE: None, CONNECTION: b"keep-alive"}),
]

_KEYS = [
    *each(KEY, None, {"key-ows": b" \t%key% \t", "key-ows-tab": b"\t%key%"}),
    *each(KEY, None, {"key-not-canonical": b"%15%QB=="}, flags=("key-canonical",)),
    *each(
        KEY,
        None,
        {"key-of-the-rfc": b"dGhlIHNhbXBsZSBub25jZQ==", "key-all-zeros": b"AAAAAAAAAAAAAAAAAAAAAA=="},
        flags=("key-sample",),
    ),
    Case("key-name-lower-case", (), {KEY: None, "sec-websocket-key": b"%key%"}),
    Case("key-name-upper-case", (), {KEY: None, "SEC-WEBSOCKET-KEY": b"%key%"}),
    *each(KEY, "key-present", {"key-missing": None}),
    *each(
        KEY,
        "key-once",
        {
            "key-twice-same": (b"%key%", b"%key%"),
            "key-twice": (b"%16%", b"%16%"),
            "key-bad-then-good": (b"hello", b"%16%"),
            "key-good-then-bad": (b"%16%", b"hello"),
            "key-good-then-empty": (b"%16%", b""),
            "key-three-times": (b"%16%", b"%16%", b"%16%"),
        },
    ),
    Case("key-twice-two-casings", ("key-once",), {"sec-websocket-key": b"%16%"}),
    *each(
        KEY,
        "key-base64",
        {
            "key-empty": b"",
            "key-blank": b" \t ",
            "key-junk": b"!@#$%^&*()",
            "key-word": b"hello",
            "key-base64url": b"-_%15%==",
            "key-unpadded": b"%15%QA",
            "key-half-padded": b"%15%QA=",
            "key-padded-twice": b"%key%==",
            "key-padding-only": b"==",
            "key-percent-encoded": b"%15%QA%3D%3D",
            "key-inner-space": b"%12% %3%QA==",
            "key-inner-tab": b"%12%\t%3%QA==",
            "key-comma": b"%key%,",
            "key-two-on-a-line": b"%16%, %16%",
            "key-quoted": b'"%key%"',
            "key-obs-fold": b"%12%\r\n %3%QA==",
        },
    ),
    *each(
        KEY,
        "key-length",
        {
            "key-1-byte": b"%1%",
            "key-15-bytes": b"%15%",
            "key-17-bytes": b"%17%",
            "key-24-bytes": b"%24%",
            "key-32-bytes": b"%32%",
            "key-testserver": b"testserver==",
            "key-2-kib": b"%1536%",
            "key-9000-bytes": b"%6750%",
        },
    ),
    Case("draft-76", ("key-present", "version-present"), {KEY: None, VERSION: None, "Sec-WebSocket-Key1": b"4 @1  46"}),
    Case("key-name-space", ("key-present",), {KEY: None, "Sec-WebSocket-Key ": b"%key%"}),
]

_VERSIONS = [
    *each(VERSION, None, {"version-ows": b" \t13\t "}),
    *each(VERSION, "version-present", {"version-missing": None}),
    *each(
        VERSION,
        "version-once",
        {"version-13-twice": (b"13", b"13"), "version-13-then-8": (b"13", b"8"), "version-8-then-13": (b"8", b"13")},
    ),
    *each(
        VERSION,
        "version-13",
        {
            "version-empty": b"",
            **{f"version-{number}": b"%d" % number for number in (0, 7, 8, 9, 10, 11, 12, 14, 25, 255, 256, 1300)},
            "version-013": b"013",
            "version-13.0": b"13.0",
            "version-13abc": b"13abc",
            "version-+13": b"+13",
            "version--13": b"-13",
            "version-1_3": b"1_3",
            "version-hex": b"0xd",
            "version-inner-space": b"1 3",
            "version-quoted": b'"13"',
            "version-list-same": b"13, 13",
            "version-list": b"13, 8",
            "version-list-last": b"8, 13",
            "version-word": b"thirteen",
        },
    ),
]

_ORIGINS = [
    *each(
        ORIGIN,
        None,
        {
            "origin-http": b"http://example.com",
            "origin-port": b"https://example.com:8443",
            "origin-ipv6": b"http://[::1]:8080",
            "origin-null": b"null",
            "origin-extension": b"chrome-extension://abcdefghijklmnop",
        },
    ),
    *each(
        ORIGIN,
        "origin-once",
        {
            "origin-twice": (b"http://example.com", b"http://example.org"),
            "origin-twice-same": (b"http://example.com", b"http://example.com"),
        },
    ),
    *each(
        ORIGIN,
        "origin-syntax",
        {
            "origin-empty": b"",
            "origin-host-only": b"example.com",
            "origin-path": b"http://example.com/chat",
            "origin-slash": b"http://example.com/",
            "origin-user": b"http://user@example.com",
            "origin-port-word": b"http://example.com:http",
            "origin-list": b"http://example.com, http://example.org",
        },
    ),
]

_SUBPROTOCOLS = [
    *each(
        PROTOCOL,
        None,
        {
            "subprotocol-one": b"chat",
            "subprotocol-two": b"chat, superchat",
            "subprotocol-two-lines": (b"chat", b"superchat"),
            "subprotocol-empty-elements": b"chat,,superchat",
            "subprotocol-two-casings": b"chat, Chat",
            "subprotocol-punctuation": b"!#$&'*+-.^_`|~",
        },
    ),
    *each(
        PROTOCOL,
        "subprotocol-token",
        {
            "subprotocol-empty": b"",
            "subprotocol-commas": b" , ,",
            "subprotocol-space": b"my chat",
            "subprotocol-slash": b"chat/1",
            "subprotocol-quoted": b'"chat"',
            "subprotocol-semicolon": b"chat;q=1",
        },
    ),
    *each(
        PROTOCOL,
        "subprotocol-unique",
        {"subprotocol-twice": b"chat, chat", "subprotocol-twice-on-two-lines": (b"chat", b"chat")},
    ),
]

_EXTENSIONS = [
    *each(
        EXTENSIONS,
        None,
        {
            "extension-deflate": b"permessage-deflate; client_max_window_bits",
            "extension-two-offers": b"permessage-deflate; server_no_context_takeover, permessage-deflate",
            "extension-two-lines": (b"x-a", b"x-b; c=1"),
            "extension-quoted": b'x-a; b="token"',
        },
    ),
    *each(
        EXTENSIONS,
        "extension-syntax",
        {
            "extension-empty": b"",
            "extension-no-name": b"; client_max_window_bits",
            "extension-no-parameter": b"permessage-deflate;",
            "extension-no-value": b"permessage-deflate; server_max_window_bits=",
            "extension-space": b"permessage deflate",
            "extension-quoted-space": b'x-a; b="not a token"',
            "extension-open-quote": b'x-a; b="token',
        },
    ),
]

CASES = (*_UPGRADES, *_CONNECTIONS, *_PROXIES, *_KEYS, *_VERSIONS, *_ORIGINS, *_SUBPROTOCOLS, *_EXTENSIONS)
