"""What gunicorn 27.0.1 does of its own with its asgi worker."""

from __future__ import annotations

from tests.integration.stacks.departures import CONTROL_BYTES, Table, breaking, ids, own, passed

TABLES = {
    "gunicorn": Table(
        (
            own(400, "gunicorn reads HTTP/1.0 and 1.1", "http-1.2", "http-2.0", "http-3.0", *ids("http-2*-no-key")),
            own(400, "gunicorn wants a method in upper case", "method-get"),
            own(400, "gunicorn wants at most one Host", *ids("host-twice*")),
            own(400, "gunicorn refuses control bytes in a value", *CONTROL_BYTES, "key-lf"),
            own(400, "gunicorn refuses a space before the colon", "key-name-space"),
            own(431, "gunicorn takes 100 field lines of 8190 bytes", "many-fields", "key-9000-bytes"),
            passed("gunicorn compares the last Upgrade line with websocket as a whole", *ids("upgrade-list-*")),
            passed("gunicorn compares the last Upgrade line with websocket as a whole", "upgrade-empty-elements"),
            passed("gunicorn looks at the last Connection line only", "connection-two-lines-first"),
            own(
                426,
                "gunicorn compares the last version line before it looks at the key, and names version 13",
                *breaking("version-present", "version-13"),
                *("draft-76", "bad-key-bad-version", "version-13-then-8", "version-full-width"),
            ),
            own(400, "gunicorn reads the last key line", *breaking("key-present", "key-base64", "key-length")),
            own(400, "gunicorn reads the last key line", "key-good-then-bad", "key-good-then-empty"),
            own(400, "gunicorn reads the last key line", "key-0xff", "key-utf-8"),
        ),
        closes="gunicorn has no Denial Response extension: the guard sends websocket.close, and the client reads a 403",
    ),
}
