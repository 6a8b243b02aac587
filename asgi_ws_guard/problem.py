"""The HTTP answer to a refused handshake: problem details (RFC 9457), and a connection that ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from .handshake import Requirement, Violation
from .handshake.requirement_rows import ResponseFields
from .handshake.wire import write_head

DOCUMENTATION = "https://asgi-ws-guard.readthedocs.io/en/stable/requirements/"


class Answer(NamedTuple):
    """A whole answer: status, fields as ASGI wants them (lower-case names, bytes), body."""

    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes

    def to_bytes(self) -> bytes:
        """The answer as HTTP/1.1, for where we write to the socket ourselves."""
        return write_head(_status_line(self.status), self.fields) + self.body


def plain_answer(status: int, text: str) -> bytes:
    """An answer in plain text that ends the connection, for where there is no request yet to have a problem."""
    body = text.encode("ascii")
    fields = [
        (b"content-type", b"text/plain; charset=us-ascii"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    return Answer(status, fields, body).to_bytes()


def problem(refused: Sequence[Violation], violations: Sequence[Violation], *, extended_connect: bool) -> Answer:
    """The answer to a handshake with these violations, of which the first of `refused` gives the status.

    The response fields of all refused ones are sent. Over HTTP/2 and HTTP/3 (`extended_connect`) no
    connection-specific field is (RFC 9113 §8.2.2), and 426, which cannot do without one, becomes 400.
    """
    first = refused[0]
    status = 400 if extended_connect and first.status == 426 else first.status
    body = _body(first, status, violations)
    fields = [(b"content-length", b"%d" % len(body))]
    fields += _fields(tuple([violation.response_fields for violation in refused]), extended_connect)
    return Answer(status, fields, body)


@lru_cache(64)
def _fields(of_violations: tuple[ResponseFields, ...], extended_connect: bool) -> list[tuple[bytes, bytes]]:
    """The fields of an answer, save its length: each name once, the last one's value."""
    fields = {b"content-type": b"application/problem+json", b"cache-control": b"no-store"}
    for response_fields in of_violations:
        for name, value in response_fields:
            fields[name.lower().encode("latin-1")] = value.encode("latin-1")
    if extended_connect:
        for hop_by_hop in (b"connection", b"upgrade"):
            fields.pop(hop_by_hop, None)
    else:
        # A proxy that takes the refused upgrade for an accepted one must not reach a live HTTP parser behind it.
        fields.setdefault(b"connection", b"close")
    return list(fields.items())


def _body(first: Violation, status: int, violations: Sequence[Violation]) -> bytes:
    """The problem as JSON. What is the same for each violation of a requirement is written once (a test compares)."""
    quoted = _quoting()
    details = [quoted(violation.detail) for violation in violations]
    told = [f"{_of_violation(each.requirement)}{detail}}}" for each, detail in zip(violations, details, strict=True)]
    detail = details[0] if first is violations[0] else quoted(first.detail)
    return f'{_of_problem(first.requirement, status)}{detail}, "violations": [{", ".join(told)}]}}'.encode("ascii")


@cache
def _quoting() -> Callable[[str], str]:
    from json.encoder import encode_basestring_ascii  # here: only a refusal needs it

    return encode_basestring_ascii


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
