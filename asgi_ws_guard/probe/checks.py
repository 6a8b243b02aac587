"""What cases look at beyond the status: small functions from the answers of a case to a finding, or to nothing."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from ..diagnosis.accept import diagnose_accept
from ..handshake.accept import accept_value
from ..handshake.fields import escaped, shown
from ..handshake.masking import masked_lines
from ..handshake.requirements import Violation
from ..handshake.verification import verify
from .answer import Answer
from .case import Check, Finding
from .checks_refusal import says_close
from .frames import is_pong, is_server_frame, protocol_error

Answers = tuple[Answer, ...]

_SINGLE = ("date", "content-type", "location", "server")


def holds(*requirement_ids: str) -> Check:
    """Of what `verify` asks of a 101, these requirements are met."""

    def check(answers: Answers) -> Finding | None:
        for answer in answers:
            if answer.opened and answer.response is not None:
                for violation in verify(answer.handshake, answer.response):
                    if violation.requirement.id in requirement_ids:
                        return Finding("violates", violation.detail, _named(violation, answer))
        return None

    return check


def free_of(*mistakes: str) -> Check:
    """The accept value is not the one that these mistakes (ids of diagnoses) lead to; `holds` judges it in general."""

    def check(answers: Answers) -> Finding | None:
        for answer in answers:
            accept = answer.response.accept if answer.opened and answer.response else None
            found = diagnose_accept(answer.handshake.key or answer.key, accept, answer.other_keys) if accept else None
            if found and found.id in mistakes:
                return Finding("violates", f"the accept value is {shown(accept or '')}", found.text)
        return None

    return check


def hashed_as_it_came(answers: Answers) -> Finding | None:
    """The key was not decoded and encoded anew before it was hashed."""
    answer, key = answers[0], answers[0].handshake.key
    accept = answer.response.accept if answer.opened and answer.response else None
    if key is None or accept is None or accept == accept_value(key):
        return None
    anew = b64encode(b64decode(key)).decode("ascii")
    return Finding("violates", f"the key {key} was hashed as {anew}") if accept == accept_value(anew) else None


def own_accept(answers: Answers) -> Finding | None:
    """No handshake is answered with the accept value of another one, and no two with the same."""
    keys = {answer.key: answer.response.accept for answer in answers if answer.opened and answer.response}
    for key, accept in keys.items():
        for other, others in keys.items():
            if other != key and accept and (accept == others or accept == accept_value(other)):
                return Finding("violates", f"two handshakes with different keys: {shown(accept)}", _REPLAY)
    return None


def well_formed_head(answers: Answers) -> Finding | None:
    """The head of the 101 is HTTP/1.1, line by line."""
    answer = answers[0]
    if answer.response is None or not answer.opened:
        return None
    if answer.malformed:
        return Finding("violates", answer.malformed)
    if answer.response.http_version != "1.1":
        return Finding("violates", f"the 101 says HTTP/{answer.response.http_version}, wanted HTTP/1.1")
    if bad := next(
        (name for name, value in answer.response.fields if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)), ""
    ):
        return Finding("violates", f"{escaped(bad, 64)} holds a control byte")
    return None


def nothing_doubled(answers: Answers) -> Finding | None:
    """No field that may appear once is doubled in the 101; `holds` has those of the handshake itself."""
    response = answers[0].response
    for name in _SINGLE if response is not None and answers[0].opened else ():
        if response is not None and len(values := response.fields.get_all(name)) > 1:
            return Finding("violates", f"{name} is there {len(values)} times")
    return None


def no_content(answers: Answers) -> Finding | None:
    """A 101 announces no content."""
    response = answers[0].response
    for name in ("Content-Length", "Transfer-Encoding") if answers[0].opened else ():
        if response is not None and name in response.fields:
            return Finding("violates", f"the 101 has {name}: {shown(', '.join(response.fields.get_all(name)))}")
    return None


def no_close_option(answers: Answers) -> Finding | None:
    """A 101 does not also say that the connection closes."""
    if answers[0].opened and says_close(answers[0]):
        return Finding("lenient", "the 101 says Connection: close as well")
    return None


def frames_follow(answers: Answers) -> Finding | None:
    """What follows the 101 is a frame of a server."""
    answer = answers[0]
    if not answer.opened or not answer.rest or is_server_frame(answer.rest):
        return None
    rest = masked_lines(answer.rest[:4096].decode("latin-1"))
    return Finding("violates", f"the 101 is followed by {shown(rest, 40)}, which is no frame of a server")


def ping_answered(answers: Answers) -> Finding | None:
    """A ping is answered by a pong with its payload, or the server ends the connection."""
    answer = answers[0]
    if not answer.opened or is_pong(answer.rest) or answer.ended != "open" or b"\x88" in answer.rest[:1]:
        return None
    return Finding("violates", "a ping after the 101 stays without a pong")


def early_ping_kept(answers: Answers) -> Finding | None:
    """A frame that came with the head is not lost."""
    answer = answers[0]
    left = answer.ended != "open" and not protocol_error(answer.rest)
    if not answer.opened or is_pong(answer.rest) or left:
        return None
    return Finding("lenient", "the frame that came in the same segment as the head was lost")


def body_not_framed(answers: Answers) -> Finding | None:
    """The body of the request is not read as WebSocket frames."""
    if answers[0].opened and is_pong(answers[0].rest):
        return Finding("violates", "the body of the request was read as WebSocket frames, and answered")
    return None


def _named(violation: Violation, answer: Answer) -> str | None:
    if violation.requirement.id not in ("accept-value", "accept-canonical"):
        return None
    accept = (answer.response.accept if answer.response else None) or ""
    found = diagnose_accept(answer.key, accept, answer.other_keys)
    return found.text if found else None


_REPLAY = (
    "the accept value of one handshake is sent for another: a cache in front of the server, or a key that is kept in a "
    "variable which connections share"
)
