"""Keys that cannot have been chosen at random (RFC 6455 §4.1 item 7). No MUST of a server's, hence a rule."""

from __future__ import annotations

from ..handshake import Handshake, Violation
from ..handshake.reads import reads
from ..handshake.requirements import violated

SAMPLE_KEYS = frozenset(
    {
        b"dGhlIHNhbXBsZSBub25jZQ==",  # RFC 6455 §1.3, and most tutorials after it
        b"AQIDBAUGBwgJCgsMDQ4PEC==",  # RFC 6455 §4.1, as printed
        b"AQIDBAUGBwgJCgsMDQ4PEA==",  # the same, after erratum 3150
        b"x3JJHMbDL1EzLkh9GBhXDw==",  # the encyclopedia's article
        b"AAAAAAAAAAAAAAAAAAAAAA==",
    }
)


@reads(b"sec-websocket-key")
def random_key(handshake: Handshake) -> Violation | None:
    """Flags a key printed in documents, or all zeros: somebody's fixed key, so no proof against a replaying cache."""
    keys = handshake.fields.get_raw(b"sec-websocket-key")
    if len(keys) != 1 or keys[0] not in SAMPLE_KEYS:
        return None
    key = keys[0].decode("ascii")
    return violated("key-sample", f"Sec-WebSocket-Key is {key}, which documents print; wanted 16 random bytes")
