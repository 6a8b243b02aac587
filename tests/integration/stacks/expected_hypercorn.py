"""What hypercorn 0.18.0 does of its own over HTTP/1.1."""

from __future__ import annotations

from tests.integration.stacks.departures import Table, breaking, failed, hidden, ids, overtaken, own, passed, read_as

TABLES = {
    "hypercorn": Table(
        (
            own(400, "h11 wants one Host", "host-missing", *ids("host-twice*")),
            own(400, "h11 refuses NUL, VT, FF and a bare CR in a value", *ids("*-nul", "note-vt", "note-ff", "key-cr")),
            own(400, "h11 refuses VT in a value, and a space before the colon", "key-vt-after", "key-name-space"),
            own(400, "h11 wants a version of two numbers", "http-2-no-key"),
            read_as(("key-length",), "h11 takes a bare LF for the end of a line, which cuts the key", "key-lf"),
            own(400, "hypercorn upgrades HTTP/1.1 and later", "http-1.0"),
            own(
                400,
                "hypercorn wants a key, and 13 in the last version line, and answers without Sec-WebSocket-Version",
                *breaking("key-present", "version-present", "version-13"),
                *("version-13-then-8", "version-full-width", "version-nbsp", "bad-key-bad-version"),
            ),
            own(None, "hypercorn decodes the offers as ASCII, logs its error and hangs up", "subprotocol-0xe9"),
            hidden("hypercorn compares the method in upper case, and the scope has none", "method-get"),
            passed("hypercorn compares the Upgrade line with websocket as a whole", *ids("upgrade-list-*")),
            passed("hypercorn compares the Upgrade line with websocket as a whole", "upgrade-empty-elements"),
            passed("hypercorn looks at the last Connection line only", "connection-two-lines-first"),
            passed(
                "hypercorn goes over to HTTP/2 with a 101; the request is then an http scope of HTTP/2, where a key "
                "and a version mean no upgrade",
                "upgrade-h2c",
                status=101,
            ),
            overtaken(
                400,
                ("no-body",),
                "hypercorn answers what comes before an accept by a bare 400, and leaves the connection open",
                *breaking("no-body"),
            ),
            failed(
                400,
                "accepted",
                "hypercorn answers what comes before an accept by a bare 400, and never tells the application",
                "early-frame",
            ),
        )
    ),
}
