"""Sizes: large but possible heads are answered, whether by 101 or by a refusal, and never by silence."""

from __future__ import annotations

from ..case import EITHER, REFUSED, SHOULD_OPEN, Case
from .base import EXTENSIONS, HOST, KEY, PROTOCOL, VALID, VERSION, maker

_case = maker(
    "limits",
    mistake="the server breaks over a large head, or falls silent: refuse it with 431 (414 for the target)",
    note="RFC 6455 §10.4 and RFC 6585 §5 leave the limits to the server; that it answers is asked.",
)

CASES: tuple[Case, ...] = (
    _case(
        "limits-fields-60", "size", "60 more fields", VALID.add(*(b"X-Probe-%d: 1" % n for n in range(60))), SHOULD_OPEN
    ),
    _case(
        "limits-fields-200", "size", "200 more fields", VALID.add(*(b"X-Probe-%d: 1" % n for n in range(200))), EITHER
    ),
    _case(
        "limits-fields-2000",
        "size",
        "2000 more fields",
        VALID.add(*(b"X-Probe-%d: 1" % n for n in range(2000))),
        EITHER,
    ),
    _case("limits-cookie-4-kib", "size", "a cookie of 4 KiB", VALID.add(b"Cookie: a=" + b"b" * 4096), SHOULD_OPEN),
    _case("limits-value-9-kib", "size", "a field of 9 KiB", VALID.add(b"X-Probe: " + b"a" * 9216), EITHER),
    _case("limits-value-60-kib", "size", "a field of 60 KiB", VALID.add(b"X-Probe: " + b"a" * 61440), EITHER),
    _case("limits-name-1-kib", "size", "a field name of 1 KiB", VALID.add(b"X-" + b"a" * 1024 + b": 1"), EITHER),
    _case("limits-target-9-kib", "size", "a target of 9 KiB", VALID.but(target=b"{query}&a=" + b"a" * 9216), EITHER),
    _case("limits-key-9-kib", "size", "a key of 9 KiB", VALID.put(KEY, "QUJD" * 2304), REFUSED),
    _case("limits-version-9-kib", "size", "a version of 9 KiB", VALID.put(VERSION, "13" * 4608), REFUSED),
    _case("limits-host-9-kib", "size", "a Host of 9 KiB", VALID.put(HOST, "a" * 9216), EITHER),
    _case(
        "limits-offers-1000",
        "size",
        "1000 subprotocols",
        VALID.put(PROTOCOL, ", ".join(f"p{n}" for n in range(1000))),
        EITHER,
    ),
    _case(
        "limits-extensions-1000",
        "size",
        "1000 extensions",
        VALID.put(EXTENSIONS, ", ".join(f"x{n}" for n in range(1000))),
        EITHER,
    ),
)
