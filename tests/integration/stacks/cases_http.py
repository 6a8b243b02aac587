"""Handshakes that are off, or unusual, as HTTP requests: request line, Host, bytes of field values, body."""

from __future__ import annotations

from tests.integration.stacks.case import CONNECTION, HOST, KEY, ORIGIN, PROTOCOL, UPGRADE, VERSION, Case, each
from tests.integration.stacks.wire import frame

_METHODS = [
    Case(f"method-{method}", ("method-get",), method=method)
    for method in ("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "BREW")
]

_VERSIONS_OF_HTTP = [
    Case("valid"),
    Case("http-1.0", ("http-version",), http_version="HTTP/1.0"),
    Case("http-1.2", ("http-version",), http_version="HTTP/1.2"),
    Case("http-2.0", ("http-version",), http_version="HTTP/2.0"),
    Case("http-3.0", ("http-version",), http_version="HTTP/3.0"),
    Case("http-2.0-no-key", ("http-version", "key-present"), {KEY: None}, http_version="HTTP/2.0"),
    Case("http-2-no-key", ("http-version", "key-present"), {KEY: None}, http_version="HTTP/2"),
    Case("http-1.1-no-key", ("key-present",), {KEY: None}),
]

_TARGETS = [
    Case("target-query", target="%path%?token=a%20b&x=1"),
    Case("target-absolute", target="http://example.com%path%"),
    Case("target-long", target="%path%?" + "a" * 2000),
    Case("path-encoded-lf", ("path-content",), target="/a%0A%path%"),
    Case("path-encoded-zero", ("path-content",), target="/a%00b%path%"),
    Case("path-encoded-nel", ("path-content",), target="/%C2%85%path%"),
]

_HOSTS = [
    *each(
        HOST,
        None,
        {"host-empty": b"", "host-port": b"example.com:8080", "host-ipv6": b"[::1]:80", "host-case": b"EXAMPLE.com"},
    ),
    *each(
        HOST,
        "host-once",
        {
            "host-missing": None,
            "host-twice": (b"example.com", b"example.org"),
            "host-twice-same": (b"example.com", b"example.com"),
            "host-space": b"example .com",
            "host-slash": b"example.com/chat",
            "host-user": b"user@example.com",
            "host-port-word": b"example.com:http",
        },
    ),
]

_CONTROLS = {"nul": b"\0", "bell": b"\a", "vt": b"\v", "ff": b"\f", "esc": b"\x1b", "fs": b"\x1c", "del": b"\x7f"}

_CONTENTS = [
    *each("X-Note", "field-content", {f"note-{name}": b"a" + byte + b"b" for name, byte in _CONTROLS.items()}),
    *each("X-Note", None, {"note-latin-1": b"caf\xe9", "note-utf-8": "café".encode(), "note-htab": b"a\tb"}),
    *each(
        KEY,
        "field-content",
        {
            "key-nul": b"%12%\0%3%QA==",
            "key-cr": b"%12%\r%3%QA==",
            "key-lf": b"%12%\nX-Rest: %3%QA==",
            "key-vt-after": b"%key%\v",
            "key-nbsp-before": b"\xa0%key%",
            "key-0x85-after": b"%key%\x85",
            "key-0xff": b"%12%\xff%3%QA==",
            "key-utf-8": b"%12%\xc3\xa9%3%QA==",
        },
    ),
    *each(VERSION, "field-content", {"version-full-width": "\uff11\uff13".encode(), "version-nbsp": b"13\xa0"}),
    *each(UPGRADE, "field-content", {"upgrade-0xff": b"websocket, \xff", "upgrade-kelvin": "websoc\u212aet".encode()}),
    *each(ORIGIN, "field-content", {"origin-utf-8": "http://exämple.com".encode()}),
    *each(PROTOCOL, "field-content", {"subprotocol-0xe9": b"caf\xe9"}),
]

_BODIES = [
    Case("body-length-0", (), {"Content-Length": b"0"}),
    Case("body-length", ("no-body",), {"Content-Length": b"5"}, body=b"hello"),
    Case("body-chunked", ("no-body",), {"Transfer-Encoding": b"chunked"}, body=b"5\r\nhello\r\n0\r\n\r\n"),
    Case("body-chunked-empty", ("no-body",), {"Transfer-Encoding": b"chunked"}, body=b"0\r\n\r\n"),
]

_OTHERS = [
    Case("many-fields", (), {f"X-Field-{n}": b"value" for n in range(150)}),
    Case("unknown-fields", (), {"X-Unknown": (b"a", b"b"), "Cookie": b"session=secret", "Sec-WebSocket-Future": b"1"}),
    Case("browser", (), {"User-Agent": b"Mozilla/5.0", ORIGIN: b"https://example.com", "Cache-Control": b"no-cache"}),
    Case("early-frame", body=frame(0x81, b"there and back")),
    Case("everything-wrong", ("method-get", "upgrade-websocket"), {UPGRADE: b"foo"}, method="POST"),
    Case("bad-key-bad-version", ("key-length", "version-13"), {KEY: b"%3%", VERSION: b"8"}),
    Case("plain-get", (), dict.fromkeys((UPGRADE, CONNECTION, KEY, VERSION)), meaning="http"),
    Case("plain-upgrade", (), {UPGRADE: b"foo/2", KEY: None, VERSION: None}, meaning="http"),
]

CASES = (*_VERSIONS_OF_HTTP, *_METHODS, *_TARGETS, *_HOSTS, *_CONTENTS, *_BODIES, *_OTHERS)
