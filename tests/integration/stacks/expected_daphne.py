"""What daphne 4.2.3 (Twisted 26.10, autobahn 26.10) does of its own."""

from __future__ import annotations

from tests.integration.stacks.departures import Table, breaking, hidden, ids, own, passed, read_as

# int() reads 8, 013, +13 and 1_3 as versions that autobahn knows; those reach the guard.
_VERSIONS = set(breaking("version-13")) - {"version-8", "version-013", "version-+13", "version-1_3"}

TABLES = {
    "daphne": Table(
        (
            hidden("autobahn strips as str.strip does, NBSP too", "key-nbsp-before", "version-nbsp"),
            hidden("daphne's scope has no http_version", "http-1.0"),
            own(400, "autobahn reads HTTP/1.0 and 1.1", "http-1.2", "http-2.0", "http-3.0", *ids("http-2*-no-key")),
            own(405, "autobahn wants GET", *ids("method-*")),
            own(400, "autobahn wants a Host, and a number for its port", "host-missing", "host-port-word"),
            read_as(("host-once",), "daphne joins lines by a comma, which no host has", *ids("host-twice*")),
            own(400, "Twisted refuses NUL and all that str.splitlines splits at", *ids("*-nul", "note-[vf]*")),
            own(400, "Twisted refuses all that str.splitlines splits at", *ids("key-vt-*", "key-0x85-*")),
            own(400, "autobahn refuses a CR or LF in the key, as any other byte", "key-cr", "key-lf"),
            passed("daphne compares the Upgrade line with websocket as a whole", *ids("upgrade-list-*")),
            passed("daphne compares the Upgrade line with websocket as a whole", "upgrade-empty-elements"),
            passed("daphne reads the first Upgrade line only", "upgrade-two-lines"),
            own(400, "autobahn wants the option upgrade", *breaking("connection-upgrade")),
            own(400, "autobahn wants a key of 24 characters in one line", *breaking("key-*")),
            own(400, "autobahn wants a key of 24 characters in one line", "key-0xff", "key-utf-8"),
            own(400, "autobahn wants one version line", *breaking("version-present", "version-once")),
            own(400, "autobahn wants a version that it knows", *_VERSIONS, "version-full-width"),
            own(400, "autobahn reads the origin as a URL", "origin-empty", "origin-host-only", "origin-port-word"),
            read_as(("origin-syntax",), "daphne joins lines by a comma, which no origin has", *breaking("origin-once")),
            own(400, "autobahn wants offers that differ", *breaking("subprotocol-unique"), "subprotocol-commas"),
            own(500, "daphne decodes the offers as UTF-8: a traceback", "subprotocol-0xe9"),
        ),
        closes="daphne has no Denial Response extension: the guard sends websocket.close, and the client reads a 403",
    ),
}
