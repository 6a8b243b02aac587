"""What uvicorn 0.54.0 does of its own: its two HTTP parsers, its three WebSocket libraries, and none."""

from __future__ import annotations

from tests.integration.stacks.departures import (
    CONTROL_BYTES,
    Departure,
    Table,
    breaking,
    failed,
    hidden,
    ids,
    own,
    passed,
    read_as,
    valid,
)

_H11 = (
    own(400, "h11 wants one Host", "host-missing", *ids("host-twice*")),
    own(400, "h11 refuses NUL, VT, FF and a bare CR in a value", *ids("*-nul", "*-vt*", "*-ff", "key-cr")),
    own(400, "h11 refuses a space before the colon", "key-name-space"),
    own(400, "h11 wants a version of two numbers", "http-2-no-key"),
)

_HTTPTOOLS = (
    own(400, "llhttp knows the versions 0.9, 1.0, 1.1 and 2.0", "http-1.2", "http-3.0", "http-2-no-key"),
    own(400, "llhttp knows a list of methods, in upper case", "method-get", "method-BREW"),
    own(400, "llhttp refuses control bytes in a value", *CONTROL_BYTES, "key-lf"),
    own(400, "llhttp refuses obs-fold and a space before the colon", "key-obs-fold", "key-name-space"),
)

# What all three libraries share: uvicorn decides about the upgrade, and makes the scope.
_UPGRADING = (
    hidden("uvicorn writes http_version 1.1 into a websocket scope, whatever the request said", *ids("http-[123].?")),
    passed("uvicorn compares the Upgrade line with websocket as a whole", *ids("upgrade-list-*", "upgrade-empty-*")),
    passed("uvicorn looks at the last Connection line only", "connection-two-lines-first"),
)

_HTTPTOOLS_UPGRADING = (
    passed("httptools leaves OWS at the end of a value, and uvicorn compares the whole", "upgrade-ows"),
)

_KEYS_NOT_ASCII = ids("key-nbsp-before", "key-0x85-after", "key-0xff", "key-utf-8")

# Checked by websockets before ASGI.
_KEYS_AND_VERSIONS = (*breaking("key-*", "version-*"), *ids("http-*-no-key"), *_KEYS_NOT_ASCII, "key-lf")

_LEGACY = (
    own(400, "uvicorn rebuilds the head with the method in it, and websockets reads GET only", *ids("method-*")),
    own(426, "websockets reads the Upgrade lines as one element each, and wants one", "upgrade-two-lines"),
    own(
        None,
        "websockets quotes the value in a 400, cannot encode it, and hangs up",
        "version-full-width",
        "version-nbsp",
    ),
    own(
        500,
        "websockets makes surrogates of what is not ASCII, which nobody can encode again: a traceback and a 500",
        *ids("note-latin-1", "note-utf-8", "origin-utf-8", "subprotocol-0xe9"),
        *_KEYS_NOT_ASCII,
    ),
    own(400, "websockets refuses control bytes in a value", *ids("note-bell", "note-esc", "note-fs", "note-del")),
    own(400, "websockets takes 128 field lines", "many-fields"),
    own(400, "websockets checks key and version: a bare 400, without Sec-WebSocket-Version", *_KEYS_AND_VERSIONS),
)

_SANSIO = (
    own(
        None,
        "websockets takes 8192 bytes a line and 128 lines, and no control byte or body; uvicorn drops its error",
        *ids("note-bell", "note-esc", "note-fs", "note-del"),
        *breaking("no-body"),
        "key-9000-bytes",
        "many-fields",
    ),
    own(405, "uvicorn rebuilds the head with the method in it, and websockets reads GET only", *ids("method-*")),
    own(426, "websockets reads the Upgrade lines as one element each, and wants one", "upgrade-two-lines"),
    own(400, "websockets checks key and version: a bare 400, without Sec-WebSocket-Version", *_KEYS_AND_VERSIONS),
    own(400, "websockets reads version and offers as ASCII", "version-full-width", "version-nbsp", "subprotocol-0xe9"),
    own(400, "websockets wants one Origin", *breaking("origin-once")),
    own(400, "websockets reads the offers by their grammar", *breaking("subprotocol-token", "extension-syntax")),
)

_WSPROTO = (
    own(400, "uvicorn rebuilds the head with the method in it, and wsproto reads GET only", *ids("method-*")),
    own(400, "wsproto wants one Host", *ids("host-missing", "host-twice*")),
    own(400, "wsproto wants a key and a version to be there", *breaking("key-present", "version-present")),
    own(400, "wsproto wants a version that is not empty, and a key", "version-empty", "http-2.0-no-key"),
    own(426, "wsproto compares the last version line, and answers with Sec-WebSocket-Version", *breaking("version-13")),
    own(426, "wsproto compares the last version line", "version-13-then-8", "version-full-width", "version-nbsp"),
    own(426, "wsproto looks at the version before the key, at which it does not look", "bad-key-bad-version"),
    own(None, "wsproto decodes the offers as ASCII and raises, and uvicorn hangs up", "subprotocol-0xe9"),
    failed(None, "failed", "wsproto reads the offers when it accepts, and raises", "extension-no-value"),
    hidden("uvicorn leaves Sec-WebSocket-Extensions out of the scope on wsproto", *breaking("extension-syntax")),
)

_NONE = (passed("without a WebSocket library uvicorn upgrades nothing", *valid()),)

_LF = (read_as(("key-length",), "h11 takes a bare LF for the end of a line, which cuts the key", "key-lf"),)

_UNSUPPORTED = {
    "Unsupported upgrade request.": "uvicorn says so before ASGI, of each Upgrade that it does not read as websocket",
}
_NO_LIBRARY = {
    "No supported WebSocket library detected.": "uvicorn adds this to each unsupported upgrade with --ws none",
}


def _table(*departures: Departure) -> Table:
    return Table(departures, log_lines=_UNSUPPORTED)


TABLES = {
    "uvicorn-h11-websockets": _table(*_H11, *_LEGACY, *_UPGRADING),
    "uvicorn-h11-websockets-sansio": _table(*_H11, *_SANSIO, *_UPGRADING),
    "uvicorn-h11-wsproto": _table(*_H11, *_LF, *_WSPROTO, *_UPGRADING),
    "uvicorn-h11-none": Table((*_H11, *_LF, *_NONE), log_lines=_UNSUPPORTED | _NO_LIBRARY),
    "uvicorn-httptools-websockets": _table(*_HTTPTOOLS, *_LEGACY, *_UPGRADING, *_HTTPTOOLS_UPGRADING),
    "uvicorn-httptools-websockets-sansio": _table(*_HTTPTOOLS, *_SANSIO, *_UPGRADING, *_HTTPTOOLS_UPGRADING),
    "uvicorn-httptools-wsproto": _table(*_HTTPTOOLS, *_WSPROTO, *_UPGRADING, *_HTTPTOOLS_UPGRADING),
    "uvicorn-httptools-none": Table((*_HTTPTOOLS, *_NONE), log_lines=_UNSUPPORTED | _NO_LIBRARY),
}
