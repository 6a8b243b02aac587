"""The HTTP answer to a refused handshake: problem details (RFC 9457), and a connection that ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .handshake import Requirement, Violation

DOCUMENTATION = "https://asgi-ws-guard.readthedocs.io/en/stable/requirements/"


class Answer(NamedTuple):
    """A whole answer: status, fields as ASGI wants them (lower-case names, bytes), body."""

    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes

    def to_bytes(self) -> bytes:
        """The answer as HTTP/1.1, for where we write to the socket ourselves."""
        lines = [_status_line(self.status)]
        lines += [b"%b: %b" % field for field in self.fields]
        return b"\r\n".join([*lines, b"", self.body])


def problem(refused: Sequence[Violation], violations: Sequence[Violation], *, extended_connect: bool) -> Answer:
    """The answer to a handshake with these violations, of which the first of `refused` gives the status.

    The response fields of all refused ones are sent. Over HTTP/2 and HTTP/3 (`extended_connect`) no
    connection-specific field is (RFC 9113 §8.2.2), and 426, which cannot do without one, becomes 400.
    """
    first = refused[0]
    status = 400 if extended_connect and first.status == 426 else first.status
    body = _body(first, status, violations)
    fields = {
        b"content-type": b"application/problem+json",
        b"content-length": b"%d" % len(body),
        b"cache-control": b"no-store",
    }
    for violation in refused:
        for name, value in violation.response_fields:
            fields[name.lower().encode("latin-1")] = value.encode("latin-1")
    if extended_connect:
        for hop_by_hop in (b"connection", b"upgrade"):
            fields.pop(hop_by_hop, None)
    else:
        # A proxy that takes the refused upgrade for an accepted one must not reach a live HTTP parser behind it.
        fields.setdefault(b"connection", b"close")
    return Answer(status, list(fields.items()), body)


def _body(first: Violation, status: int, violations: Sequence[Violation]) -> bytes:
    """The problem as JSON. What is the same for each violation of a requirement is written once (a test compares)."""
    from json.encoder import encode_basestring_ascii as quoted  # here: only a refusal needs it

    told = [f"{_of_violation(v.requirement)}{quoted(v.detail)}}}" for v in violations]
    head = _of_problem(first.requirement, status)
    return f'{head}{quoted(first.detail)}, "violations": [{", ".join(told)}]}}'.encode("ascii")


@lru_cache(256)
def _of_problem(requirement: Requirement, status: int) -> str:
    members = {
        "type": f"{DOCUMENTATION}#{requirement.id}",
        "code": requirement.id,
        "title": requirement.statement,
        "status": status,
        "detail": "",
    }
    return _without_end(members, '""}')


@lru_cache(256)
def _of_violation(requirement: Requirement) -> str:
    return _without_end({"code": requirement.id, "section": requirement.section, "detail": ""}, '""}')


def _without_end(members: object, end: str) -> str:
    from json import dumps

    return dumps(members).removesuffix(end)


@lru_cache(64)
def _status_line(status: int) -> bytes:
    from http import HTTPStatus

    try:
        reason = HTTPStatus(status).phrase
    except ValueError:  # the deployment's own status; a reason phrase may be empty (RFC 9112 §4)
        reason = ""
    return b"HTTP/1.1 %d %b" % (status, reason.encode("ascii"))
