"""Handshakes for tests: a valid one, with as many things changed as a test wants.

    [violation] = validate(make_handshake({"Sec-WebSocket-Key": "c2hvcnQ="}))

A change names a field (any case) and gives its new value, str or bytes; a list gives several lines; None removes it.
"""

from .handshakes import Changes, handshake_headers, make_fields, make_handshake, make_scope

__all__ = ["Changes", "handshake_headers", "make_fields", "make_handshake", "make_scope"]
