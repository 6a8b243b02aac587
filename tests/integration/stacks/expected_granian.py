"""What granian 2.8.7 does of its own, with and without WebSockets."""

from __future__ import annotations

from tests.integration.stacks.departures import CONTROL_BYTES, Table, breaking, hidden, ids, own, passed, read_as, valid

_NO_HOST = "granian writes an empty Host into the scope of a request that has none"

_HYPER = (
    own(400, "hyper reads HTTP/1.0 and 1.1", "http-1.2", "http-2.0", "http-3.0", *ids("http-2*-no-key")),
    own(400, "hyper refuses control bytes in a value", *CONTROL_BYTES),
    own(400, "hyper refuses obs-fold and a space before the colon", "key-obs-fold", "key-name-space"),
    own(431, "hyper takes 100 field lines", "many-fields"),
    read_as(("key-length",), "hyper takes a bare LF for the end of a line, which cuts the key", "key-lf"),
)

TABLES = {
    "granian": Table(
        (
            *_HYPER,
            hidden(_NO_HOST, "host-missing", like="host-empty"),
            hidden("granian upgrades every method, and a websocket scope has none", *ids("method-*")),
            own(
                400,
                "granian wants a key, and 13 in the first version line, and answers without Sec-WebSocket-Version",
                *breaking("key-present", "version-present", "version-13"),
                *("version-8-then-13", "version-full-width", "version-nbsp", "bad-key-bad-version"),
            ),
        ),
        adds="granian adds Connection, Upgrade and a Sec-WebSocket-Accept to every answer in a websocket scope",
    ),
    "granian-no-ws": Table(
        (
            *_HYPER,
            hidden(_NO_HOST, "host-missing", like="host-empty", outcome="passed"),
            passed("granian upgrades nothing when told so", *valid()),
        )
    ),
}
