"""What cases look at in a refusal: its fields, its end, and whether anything behind it was served."""

from __future__ import annotations

import re

from ..handshake.fields import list_elements, shown
from .answer import Answer
from .case import Finding

Answers = tuple[Answer, ...]

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] \d{3}")


def announced_close(answers: Answers) -> Finding | None:
    """A refusal that says Connection: close ends the connection, and one that does not had better do so as well."""
    answer = answers[0]
    if answer.opened or answer.ended != "open":
        return None
    if says_close(answer):
        return Finding("violates", "the answer says Connection: close, and the connection stays open")
    return Finding("lenient", "the connection stays open after the refusal")


def no_second_answer(answers: Answers) -> Finding | None:
    """Nothing but the one answer comes back where a second request followed."""
    answer = answers[0]
    if not (match := _STATUS_LINE.search(answer.rest)):
        return None
    if answer.opened or says_close(answer):
        where = "the 101" if answer.opened else "an answer that says Connection: close"
        return Finding("violates", f"a second request was served after {where}: {match[0].decode()}")
    return Finding("lenient", f"a pipelined second request was served after the refusal: {match[0].decode()}")


def names_13(answers: Answers) -> Finding | None:
    """A refusal of a version names 13, and not the version that was refused."""
    answer = answers[0]
    versions = [] if answer.response is None else answer.response.fields.get_all("sec-websocket-version")
    spoken, refused = list_elements(versions), answer.handshake.fields.get_all("sec-websocket-version")
    if answer.opened or (answer.response and answer.response.status < 400):
        return None
    if "13" not in spoken:
        return Finding(
            "violates",
            f"Sec-WebSocket-Version is {shown(', '.join(spoken))}, wanted 13"
            if spoken
            else "no Sec-WebSocket-Version, wanted 13",
        )
    if set(refused) & set(spoken):
        return Finding("violates", f"the refused version {shown(refused[0])} stands among the spoken ones")
    return None


def had_better_name_13(answers: Answers) -> Finding | None:
    """The same where no version was sent, so that no MUST applies."""
    found = names_13(answers)
    return Finding("lenient", found.detail) if found else None


def upgrade_with_426(answers: Answers) -> Finding | None:
    """A 426 has Upgrade with websocket, and Connection with the option upgrade."""
    response = answers[0].response
    if response is None or response.status != 426:
        return None
    for name, wanted in (("Upgrade", "websocket"), ("Connection", "upgrade")):
        if wanted not in [element.lower() for element in list_elements(response.fields.get_all(name))]:
            return Finding("violates", f"a 426 whose {name} does not list {wanted}")
    return None


def allow_with_405(answers: Answers) -> Finding | None:
    """A 405 has Allow."""
    response = answers[0].response
    if response is not None and response.status == 405 and "allow" not in response.fields:
        return Finding("violates", "a 405 without Allow")
    return None


def no_accept(answers: Answers) -> Finding | None:
    """A refusal has no Sec-WebSocket-Accept."""
    answer = answers[0]
    if answer.response is not None and not answer.opened and "sec-websocket-accept" in answer.response.fields:
        return Finding("violates", f"a {answer.response.status} with a Sec-WebSocket-Accept")
    return None


def had_better_no_accept(answers: Answers) -> Finding | None:
    """Over HTTP/2 there is no key to answer, and so no Sec-WebSocket-Accept."""
    response = answers[0].response
    if response is not None and "sec-websocket-accept" in response.fields:
        return Finding("lenient", "a Sec-WebSocket-Accept over HTTP/2")
    return None


def no_connection_fields(answers: Answers) -> Finding | None:
    """No field of RFC 9113 §8.2.2 is in the answer."""
    response = answers[0].response
    for name in ("Connection", "Upgrade", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding") if response else ():
        if response is not None and name in response.fields:
            return Finding("violates", f"{name} in an HTTP/2 answer")
    return None


def no_websocket(answers: Answers) -> Finding | None:
    """A 101 does not switch to WebSocket."""
    response = answers[0].response
    if response is None or not answers[0].opened:
        return None
    upgrades = [element.lower() for element in list_elements(response.fields.get_all("upgrade"))]
    if "websocket" in upgrades or "sec-websocket-accept" in response.fields:
        return Finding("violates", "a 101 to WebSocket, which was not asked for")
    return None


def body_as_announced(answers: Answers) -> Finding | None:
    """The body of a refusal is whole where the connection ended, and no longer than its Content-Length."""
    answer = answers[0]
    lengths = [] if answer.response is None or answer.opened else answer.response.fields.get_all("content-length")
    if not lengths:
        return None
    # Python reads no number of more than 4,300 digits; nobody sends so many bytes.
    if len(set(lengths)) > 1 or not lengths[0].isascii() or not lengths[0].isdigit() or len(lengths[0]) > 18:
        return Finding("violates", f"Content-Length is {shown(', '.join(lengths))}")
    if (seen := len(answer.rest)) != int(lengths[0]) and (answer.ended != "open" or seen > int(lengths[0])):
        return Finding("violates", f"Content-Length is {lengths[0]}, and {seen} bytes follow the head")
    return None


def says_close(answer: Answer) -> bool:
    """Whether the answer announces the end of the connection."""
    if answer.response is None:
        return False
    options = [option.lower() for option in list_elements(answer.response.fields.get_all("connection"))]
    return "close" in options
