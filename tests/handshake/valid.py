"""Opening handshakes that differ from the plain one and break nothing: refusing one of these is a fault of ours."""

from __future__ import annotations

from asgi_ws_guard.testing import Changes

from .broken import EXTENSIONS, GOOD_KEY, KEY, PROTOCOL, VERSION, Row

_CHANGES: tuple[Changes, ...] = (
    {},
    # A fresh key every time; any 16 bytes, those of the documents included.
    *(
        {KEY: key}
        for key in (GOOD_KEY, "AAAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w==", "+/+/+/+/+/+/+/+/+/+/+w==")
    ),
    # OWS round a value is no part of it.
    *({KEY: padded} for padded in (f" {GOOD_KEY}", f"{GOOD_KEY} ", f"\t{GOOD_KEY}\t ", f"{GOOD_KEY}\t")),
    *({VERSION: padded} for padded in (" 13", "13\t", " \t13 ")),
    *({"Upgrade": " websocket\t"}, {"Connection": "\tUpgrade "}, {"Host": " example.com "}, {"Origin": " null "}),
    # Names and tokens are compared without case.
    *({"Upgrade": value} for value in ("WebSocket", "WEBSOCKET", "wEBsOCKET")),
    *({"Connection": value} for value in ("upgrade", "UPGRADE", "uPGRADE")),
    # Lists are lists.
    *(
        {"Upgrade": value}
        for value in ("websocket, h2c", "h2c, websocket", ",websocket,", ["h2c", "websocket"], "a/1,websocket")
    ),
    *(
        {"Connection": value}
        for value in ("keep-alive, Upgrade", "Upgrade,keep-alive", "keep-alive ,\tUpgrade", ", ,Upgrade,,")
    ),
    *(
        {"Connection": value}
        for value in (["keep-alive", "Upgrade"], ["Upgrade", "keep-alive"], ["", "Upgrade"], "close, Upgrade")
    ),
    # Hosts.
    *(
        {"Host": host}
        for host in ("", "localhost", "example.com:8000", "example.com:", "EXAMPLE.com", "example.com.", "127.0.0.1:80")
    ),
    *(
        {"Host": host}
        for host in ("[::1]", "[::1]:8000", "[2001:db8::ff00:42:8329]", "[::ffff:1.2.3.4]", "xn--bcher-kva.example")
    ),
    *(
        {"Host": host}
        for host in ("a_b.example", "%41.example", "unix%3A%2Ftmp", ":8000", "a!$&'()*+;=b", "testserver", "-")
    ),
    # Origins.
    *(
        {"Origin": origin}
        for origin in (None, "null", "https://example.com", "http://localhost:3000", "https://EXAMPLE.com:443")
    ),
    *(
        {"Origin": origin}
        for origin in ("file://", "https://[::1]:8443", "chrome-extension://abcdefghijklmnop", "capacitor://localhost")
    ),
    *(
        {"Origin": origin}
        for origin in ("moz-extension://4bd3", "app+x-1.0://a", "HTTPS://a", "https://a:", "vscode-webview://0h4k")
    ),
    # No body.
    *({"Content-Length": value} for value in ("0", "00", ["0", "0"], " 0 ", ["0", "00"])),
    # Offers.
    *(
        {PROTOCOL: offers}
        for offers in ("chat", "chat, superchat", "a,,b", ["a", "b"], ",a", "a ,\tb", "graphql-ws, v12.stomp")
    ),
    *(
        {PROTOCOL: offers}
        for offers in ("A, a", "!#$%&'*+-.^_`|~09azAZ", ["a", ""], "ocpp1.6, ocpp2.0.1", ", , x , ,", "x" * 5000)
    ),
    *(
        {EXTENSIONS: offers}
        for offers in ("permessage-deflate", "permessage-deflate; client_max_window_bits", "a, a", ["a", "b; c=d"])
    ),
    *(
        {EXTENSIONS: offers}
        for offers in ('a; b="c"', 'a; b="\\c\\d"', "a;b;c", "a ; b = c ; d", 'a; b = "c" , d', ",a,,b,", ["", "a"])
    ),
    *(
        {EXTENSIONS: offers}
        for offers in ("permessage-deflate; server_max_window_bits=10, permessage-deflate", "x-a; b=1; b=2")
    ),
    # What the handshake does not speak of: ignored (§4.2.1 item 10), whatever text is in it.
    *({"Cookie": b"a=\xff\xfe; b=\x85"}, {"X-Anything": "caf\u00e9".encode()}, {"User-Agent": "a\tb"}, {"X-Empty": ""}),
    *({"Sec-WebSocket-Accept": "whatever"}, {"Sec-WebSocket-Other": "whatever"}, {"X-Many": ["a"] * 200}),
    *(
        {"Authorization": "Bearer x"},
        {"Keep-Alive": "timeout=5"},
        {"TE": "trailers"},
        {"X-Forwarded-For": "1.2.3.4, 5.6.7.8"},
    ),
)

_EXTENDED: Changes = {"Upgrade": None, "Connection": None, KEY: None}

VALID: tuple[Row, ...] = (
    *(Row(None, changes) for changes in _CHANGES),
    Row(None, method=None),
    *(
        Row(None, target=target)
        for target in ("/a%20b", "/%E2%82%AC", "/%250A", "/x?y=%0A%00", "/\xe9", "/%", "/%zz", "*")
    ),
    # A server vouched for the two hop-by-hop fields.
    *(Row(None, {"Upgrade": None, "Connection": None}, method=method, upgraded=True) for method in (None, "GET")),
    Row(None, {"Upgrade": None}, method=None, upgraded=True),
    Row(None, {"Connection": None}, method=None, upgraded=True),
    # HTTP/2 and HTTP/3: no key, no hop-by-hop field, mostly no Host either; what is there in spite of it is not judged.
    *(
        Row(None, changes, method, version)
        for version in ("2", "3")
        for method in (None, "CONNECT", "GET")
        for changes in (
            _EXTENDED,
            {**_EXTENDED, "Host": None},
            {**_EXTENDED, PROTOCOL: "chat", EXTENSIONS: "permessage-deflate"},
            {**_EXTENDED, "Origin": "https://example.com", "Content-Length": "0"},
            {**_EXTENDED, KEY: "hello"},
        )
    ),
)
