"""Valid opening handshakes with one thing changed, and the one requirement that the change breaks.

SERVERS.md measured most of these values on real servers; the rest follow from the grammar above each pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from asgi_ws_guard.handshake.fields import Text
from asgi_ws_guard.testing import Changes

_NONE: Changes = {}


class Row(NamedTuple):
    """One change and what it breaks; None: nothing."""

    broken: str | None
    changes: Changes = _NONE
    method: str | None = "GET"
    http_version: str = "1.1"
    upgraded: bool = False
    target: str = "/"

    def __str__(self) -> str:
        given = {**self._asdict()}
        shown = {name: value for name, value in given.items() if value != self._field_defaults.get(name)}
        return repr(shown)[:90].encode("ascii", "backslashreplace").decode()


KEY = "Sec-WebSocket-Key"
VERSION = "Sec-WebSocket-Version"
PROTOCOL = "Sec-WebSocket-Protocol"
EXTENSIONS = "Sec-WebSocket-Extensions"
GOOD_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
OTHER_KEY = "x3JJHMbDL1EzLkh9GBhXDw=="

Values = Iterable[Text | Sequence[Text] | None]


def _rows(requirement: str, field: str, values: Values) -> Iterator[Row]:
    return (Row(requirement, {field: value}) for value in values)


_METHODS = (
    "POST",
    "PUT",
    "HEAD",
    "OPTIONS",
    "DELETE",
    "PATCH",
    "CONNECT",
    "TRACE",
    "get",
    "Get",
    " GET",
    "G\u0415T",
    "",
)
_HTTP_VERSIONS = ("1.0", "0.9", "1.2", "2.0", "3.0", "1", "1.10", "01.1", "", " 1.1", "HTTP/1.1", "1.1\n", "1,1", "4")

_HOSTS: Values = (
    *(None, ["example.com", "example.com"], ["example.com", "evil.example"], ["example.com", ""]),
    *("a b", "exa\tmple", "example.com:port", "example.com:80:80", "example.com:-1", "user@example.com"),
    *("http://example.com", "example.com/path", "example.com?x", "example.com#x", "example.com, example.org"),
    *("[::1", "::1", "[::1]x", "[:::1]", "[1.2.3.4]", "[::g]", "[]", "[fe80::1%25eth0]", "[::1]]", "x[::1]"),
    *("exa<mple>", "%zz", "%4", '"example.com"', "exam\\ple", "a|b", "a^b", "{a}"),
)

_BODIES = (
    *(
        ("Content-Length", value)
        for value in ("5", "005", "-1", "+0", "0, 0", "0,5", "0x0", "", "abc", "1" * 400, "0.0")
    ),
    *(("Content-Length", lines) for lines in (["0", "5"], ["5", "5"], ["", "0"])),
    *(("Transfer-Encoding", value) for value in ("chunked", "identity", "", "gzip, chunked", "Chunked", ["a", "b"])),
)

_UPGRADES: Values = (
    *(None, "", "h2c", "websocket/13", "websockets", "web socket", '"websocket"', "websocket;x", "h2c, TLS/1.0", ","),
    *(["h2c", "TLS/1.0"], "websocket websocket", "x-websocket", "websocket=1", "web\tsocket", "WebSocket/", "[]"),
)

_CONNECTIONS: Values = (
    *(None, "", "close", "keep-alive", "Upgrades", "x-upgrade", "keep-alive, close", "up grade", '"Upgrade"', ","),
    *("Upgrade;q=1", "keep-alive Upgrade", "keep-alive;Upgrade", ["close", "keep-alive"], "websocket", "Upgrade=1"),
)

_KEYS_NOT_BASE64: Values = (
    *("", " \t", "junk!", "a", "=", "==", "===", "====", "a===", "c2hvcnQ", "dGhlIHNhbXBsZSBub25jZQ"),
    *("dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQ====", "==dGhlIHNhbXBsZSBub25jZQ"),
    *(
        "dGhlIHNhbXBsZSBub25j=Q==",
        "dGhlIHNhbXBs ZSBub25jZQ==",
        "dGhlIHNhbXBs\tZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZQ= =",
    ),
    *(
        "-_-_-_-_-_-_-_-_-_-_-w==",
        "dGhlIHNhbXBsZSBub25jZQ%3D%3D",
        '"dGhlIHNhbXBsZSBub25jZQ=="',
        "dGhl*HNhbXBsZSBub25jZQ==",
    ),
    *(
        f"{GOOD_KEY}, {OTHER_KEY}",
        f"{GOOD_KEY},",
        f"{GOOD_KEY};",
        f"{GOOD_KEY}{OTHER_KEY}",
        f"<{GOOD_KEY}>",
        GOOD_KEY * 90,
    ),
    *("123e4567-e89b-12d3-a456-426614174000", "dGhlIHNhbXBsZSBub25jZQ.."),
)

_KEYS_OF_OTHER_LENGTH: Values = (
    *(
        "AA==",
        "AAA=",
        "AAAA",
        "c2hvcnQ=",
        "testserver==",
        "Y2hhdA==",
        "MTIzNDU2Nzg5MDEyMzQ1",
        "MTIzNDU2Nzg5MDEyMzQ1Njc=",
    ),
    *("MTIzNDU2Nzg5MDEyMzQ1NjEyMzQ1Njc4OTAxMjM0NTY=", "0123456789abcdef", "0123456789abcdef0123456789abcdef"),
    *("dGhlIHNhbXBsZSBub25jZQAA", "A" * 2048, "A" * 9000, "dGhlIHNhbXBsZSBub25jZSE="),
)

_KEYS_NOT_CANONICAL: Values = tuple(
    f"AQIDBAUGBwgJCgsMDQ4P{tail}==" for tail in ("EC", "EB", "EP", "ER", "Ef", "Ex", "E/", "E+")
)

_VERSIONS: Values = (
    *("0", "7", "8", "12", "14", "25", "255", "256", "013", "+13", "-13", "1_3", "13abc", "13.0", "13.", "0x0d", "1 3"),
    *("13, 13", "13, 8", "8, 13", "13,", ",13", "13;", "13 8", '"13"', "XIII", "thirteen", "", " ", "9" * 5000),
)

_ORIGINS: Values = (
    *(
        "",
        "example.com",
        "//example.com",
        "https//x",
        "https:/a",
        "https:",
        "https://a b",
        "https://a/",
        "https://a/path",
    ),
    *(
        "https://a?x",
        "https://a#x",
        "https://user@a",
        "NULL",
        "Null",
        "null null",
        "null, null",
        "https://a, https://b",
    ),
    *(
        "https://[::1",
        "https://[1.2.3.4]",
        "https://a:port",
        "https://a:80:80",
        "1http://a",
        "*",
        "https://*\\a",
        "<a>://b",
    ),
)

_SUBPROTOCOLS: Values = (
    *("", ",", " , ,", "a b", "a/b", "a;b", '"a"', "a(b)", "a@b", "a=b", "{json}", "[a]", "a:b", "a\\b", "a<b", "a?b"),
    *(["chat", "x y"], "a, b c", "a\tb", ["", ""], "chat, {", ["", ","]),
)

_EXTENSIONS: Values = (
    *("", ",", ";", "a;", "a;=b", "a; b=", "a b", "a; b c", 'a; b="', 'a; b="c', 'a; b="c d"', 'a; b=""', 'a; b="x,y"'),
    *("a=b", "a; b=c=d", "a;;b", 'a; "b"', "(a)", "a; b='(", "a; b=c d", 'a; b="c"d', 'a; b="c\\"', 'a; b="\\ "', ";a"),
    *(["permessage-deflate", "bad;"], "permessage-deflate; client_max_window_bits=", ["", ""], "a, b;", "a; b = = c"),
)

# The byte put into a good value; white space of str.splitlines is among them, which a Latin-1 reader may split at.
_CONTROLS = (b"\x00", b"\x01", b"\x0b", b"\x0c", b"\r", b"\n", b"\r\n ", b"\x1b", b"\x1c", b"\x1e", b"\x7f")
_NOT_ASCII = (b"\x80", b"\x85", b"\xa0", b"\xff", b"\xc3\xa9", b"\xef\xbc\x91")
_GOOD_VALUES = (
    *(
        ("Host", b"example.com"),
        ("Upgrade", b"websocket"),
        ("Connection", b"Upgrade"),
        ("Origin", b"https://example.com"),
    ),
    *((KEY, GOOD_KEY.encode()), (VERSION, b"13"), (PROTOCOL, b"chat, superchat")),
    *((EXTENSIONS, b"permessage-deflate"), ("Sec-WebSocket-Accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
)


_TARGETS = (
    *("/chat%0A", "/chat%0a?x=1", "/%00", "/ch%00at", "/a%0D%0Ab", "/%1b[31m", "/%7F", "/%C2%85", "/chat%C2%9F/"),
    *("/\x01", "/a\x85b", "/%E2%82%AC%09", "/%FF%0A", "/%%0A"),
)


def _bad_bytes() -> Iterator[Row]:
    for name, value in _GOOD_VALUES:
        for byte in _CONTROLS + _NOT_ASCII:
            yield Row("field-content", {name: value[:2] + byte + value[2:]})
        yield Row("field-content", {name: value + b"\x00"})
        yield Row("field-content", {name: b"\x85" + value})
        yield Row("field-content", {name: [value, b"\x00"]})
    for name in ("Cookie", "User-Agent", "Authorization", "X-Anything"):
        yield from (Row("field-content", {name: b"a" + byte + b"b"}) for byte in _CONTROLS)
    yield Row("field-content", {"Sec-WebSocket-Key1": b"4 @1 \xe9 46546xW%0l 1 5"})


BROKEN: tuple[Row, ...] = (
    *(Row("method-get", method=method) for method in _METHODS),
    *(Row("http-version", http_version=version) for version in _HTTP_VERSIONS),
    Row("http-version", {"Host": None}, http_version="1.0"),
    *(Row("path-content", target=target) for target in _TARGETS),
    *_rows("host-once", "Host", _HOSTS),
    *_bad_bytes(),
    *(Row("no-body", {name: value}) for name, value in _BODIES),
    *_rows("upgrade-websocket", "Upgrade", _UPGRADES),
    *_rows("connection-upgrade", "Connection", _CONNECTIONS),
    Row("key-present", {KEY: None}),
    *_rows(
        "key-once", KEY, ([GOOD_KEY, GOOD_KEY], [GOOD_KEY, OTHER_KEY], ["hello", GOOD_KEY], [GOOD_KEY, ""], ["", ""])
    ),
    *_rows("key-base64", KEY, _KEYS_NOT_BASE64),
    *_rows("key-length", KEY, _KEYS_OF_OTHER_LENGTH),
    *_rows("key-canonical", KEY, _KEYS_NOT_CANONICAL),
    Row("version-present", {VERSION: None}),
    *_rows("version-once", VERSION, (["13", "13"], ["13", "8"], ["8", "13"], ["13", ""], ["", "13"], ["8", "8"])),
    *_rows("version-13", VERSION, _VERSIONS),
    *_rows(
        "origin-once", "Origin", (["https://a", "https://a"], ["https://a", "https://b"], ["null", "null"], ["", ""])
    ),
    *_rows("origin-syntax", "Origin", _ORIGINS),
    *_rows("subprotocol-token", PROTOCOL, _SUBPROTOCOLS),
    *_rows("subprotocol-unique", PROTOCOL, ("a, a", ["a", "a"], "a, b, a", ["a, b", "b"], "a,,a", ["a", "b,a"])),
    *_rows("extension-syntax", EXTENSIONS, _EXTENSIONS),
)


def over(http_version: str) -> tuple[Row, ...]:
    """What can still be broken over HTTP/2 and HTTP/3: all but the key and the hop-by-hop fields."""
    bare: Changes = {"Host": None, "Upgrade": None, "Connection": None, KEY: None}
    rows = (
        Row("version-present", {VERSION: None}),
        Row("version-13", {VERSION: "8"}),
        Row("version-once", {VERSION: ["13", "13"]}),
        Row("origin-syntax", {"Origin": "example.com"}),
        Row("origin-once", {"Origin": ["null", "null"]}),
        Row("subprotocol-token", {PROTOCOL: "a b"}),
        Row("subprotocol-unique", {PROTOCOL: "a, a"}),
        Row("extension-syntax", {EXTENSIONS: "a;"}),
        Row("no-body", {"Content-Length": "5"}),
        Row("field-content", {"Cookie": b"a\x01b"}),
        Row("field-content", {"Host": b"exa\x85mple.com"}),
        Row("field-content", {KEY: b"dGhl\x01IHNhbXBsZSBub25jZQ=="}),
        Row("field-content", {"Origin": b"https://\xff"}),
        Row("method-get", method="POST"),
        Row("path-content", target="/chat%0A"),
    )
    return tuple(row._replace(changes={**bare, **row.changes}, http_version=http_version) for row in rows)


# A server vouched for Upgrade and Connection: absent is fine, wrong is not.
UPGRADED: tuple[Row, ...] = tuple(
    row._replace(method=None, upgraded=True)
    for row in BROKEN
    if row.method == "GET" and None not in (row.changes.get("Upgrade", ""), row.changes.get("Connection", ""))
)
