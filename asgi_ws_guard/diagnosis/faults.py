"""What is wrong in the heads of a paste, each with the line on which it stands; and what is only worth a remark."""

from __future__ import annotations

from difflib import get_close_matches

from ..handshake.fields import escaped
from ..handshake.request import Handshake
from ..handshake.requirements import REQUIREMENTS, Violation
from ..handshake.response import HandshakeResponse
from ..handshake.validation import validate
from ..handshake.verification import verify
from .accept import misshapen_accept
from .paste import Head, Paste, handshake_of, response_of

# The fields of the handshake, by their names in lower case.
FIELDS = {row.field.lower(): row.field for row in REQUIREMENTS.values() if row.field}

_NEEDS_REQUEST = ("accept-value", "subprotocol-offered", "extension-offered")


def faults_of(paste: Paste) -> tuple[list[str], list[str]]:
    """What is wrong, with its lines, and what is only worth a remark."""
    faults: list[str] = []
    flagged: list[str] = []
    handshake = handshake_of(paste.request)
    if paste.request is not None:
        faults += _broken(paste.request)
        for found in validate(handshake):
            (flagged if found.requirement.flagged else faults).append(_placed(paste.request, found))
    if paste.response is not None:
        response = response_of(paste.response)
        faults += _broken(paste.response)
        if paste.request is None:
            faults += _alone(paste.response, response)
        else:
            faults += [_placed(paste.response, found) for found in verify(handshake, response)]
    return faults, flagged


def _alone(head: Head, response: HandshakeResponse) -> list[str]:
    """What can be said of an answer without its request."""
    known = [found for found in verify(Handshake(), response) if found.requirement.id not in _NEEDS_REQUEST]
    faults = [_placed(head, found) for found in known]
    accepts = response.fields.get_all("sec-websocket-accept")
    if response.status == 101 and len(accepts) == 1 and (found := misshapen_accept(accepts[0])):
        faults.append(f"{_line(head, 'sec-websocket-accept')}accept-value: {found.text}")
    return faults


def _broken(head: Head) -> list[str]:
    """Lines that are no field lines, and fields whose names are nearly right."""
    faults = [
        f'line {number}: "{escaped(line, 64, letters=True)}" is no field line, wanted Name: value'
        + ("; a line break inside the value above?" if ":" not in line else "")
        for number, line in head.broken
    ]
    for line in head.lines:
        near = get_close_matches(line.name.lower(), FIELDS, 1, 0.85)
        if near and near[0] != line.name.lower() and not head.values(near[0]):
            meant = FIELDS[near[0]]
            faults.append(f"line {line.number}: the field is named {escaped(line.name, 64)}; is {meant} meant?")
    return faults


def _placed(head: Head, found: Violation) -> str:
    """A violation with the line on which it stands."""
    requirement, name = found.requirement, _field(head, found)
    where = _line(head, name) if name else (f"line {head.number}: " if head.start else "")
    return f"{where}{requirement.id}: {found.detail} ({requirement.section})"


def _field(head: Head, found: Violation) -> str:
    """The field that is at fault, in lower case; "" for the first line. Two requirements are about more than one."""
    if found.requirement.id == "field-content":  # its detail begins with the name
        return found.detail.split(" ", 1)[0].lower()
    if found.requirement.id == "no-body":
        return "transfer-encoding" if head.values("transfer-encoding") else "content-length"
    return found.requirement.field.lower()


def _line(head: Head, name: str) -> str:
    """The line of the last field of that name: where there are two, it is the second that is too many."""
    numbers = [line.number for line in head.lines if line.name.lower() == name]
    if not numbers:
        return "missing: "
    return f"line {numbers[-1]}: " if numbers[-1] else ""
