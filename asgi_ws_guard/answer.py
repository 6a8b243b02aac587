"""The HTTP answer to a refused handshake: problem details (RFC 9457), and a connection that ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from .handshake import Violation

DOCUMENTATION = "https://asgi-ws-guard.readthedocs.io/en/stable/requirements/"

_HOP_BY_HOP = ("connection", "upgrade")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, fields as ASGI wants them (lower-case names, bytes), body."""

    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes

    def to_bytes(self) -> bytes:
        """The answer as HTTP/1.1, for where we write to the socket ourselves."""
        try:
            reason = HTTPStatus(self.status).phrase
        except ValueError:  # the deployment's own status; a reason phrase may be empty (RFC 9112 §4)
            reason = ""
        lines = [b"HTTP/1.1 %d %b" % (self.status, reason.encode("ascii"))]
        lines += [b"%b: %b" % field for field in self.fields]
        return b"\r\n".join([*lines, b"", self.body])


def problem(refused: Sequence[Violation], violations: Sequence[Violation], *, extended_connect: bool) -> Answer:
    """The answer to a handshake with these violations, of which the first of `refused` gives the status.

    The response fields of all refused ones are sent. Over HTTP/2 and HTTP/3 (`extended_connect`) no
    connection-specific field is (RFC 9113 §8.2.2), and 426, which cannot do without one, becomes 400.
    """
    first = refused[0]
    status = 400 if extended_connect and first.status == 426 else first.status
    body = json.dumps(
        {
            "type": f"{DOCUMENTATION}#{first.requirement.id}",
            "code": first.requirement.id,
            "title": first.requirement.statement,
            "status": status,
            "detail": first.detail,
            "violations": [
                {"code": v.requirement.id, "section": v.requirement.section, "detail": v.detail} for v in violations
            ],
        }
    ).encode("ascii")
    fields = {
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
    }
    fields.update((name.lower(), value) for violation in refused for name, value in violation.response_fields)
    if extended_connect:
        for name in _HOP_BY_HOP:
            fields.pop(name, None)
    else:
        # A proxy that takes the refused upgrade for an accepted one must not reach a live HTTP parser behind it.
        fields.setdefault("connection", "close")
    return Answer(status, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()], body)
