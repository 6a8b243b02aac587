"""The requirements on an opening handshake, and what it is to break one.

What a peer broke is a value, a `Violation`, that carries its own answer: the status and the response fields.
The values here and above are named tuples: a frozen dataclass takes twice as long to make, and six times to define.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .fields import escaped
from .requirement_rows import ROWS, ResponseFields


class Requirement(NamedTuple):
    """One rule: its id, where it stands, what it says, and the answer to who breaks it.

    `flagged` says that by default a violation is reported and not refused, `field` which field the rule is about: ""
    where it is about none, or any.
    """

    id: str
    section: str
    statement: str
    status: int
    response_fields: ResponseFields = ()
    flagged: bool = False
    field: str = ""


class Violation(NamedTuple):
    """A requirement that was not met: `detail` says what was seen and what was wanted.

    `status` and `response_fields` are the requirement's own, save where the refusing party brought its own answer.
    """

    requirement: Requirement
    detail: str
    status: int
    response_fields: ResponseFields = ()

    def __repr__(self) -> str:
        """Without the values of the response fields: a denial of the deployment's may set a cookie."""
        fields = "".join([f", {escaped(name, 64)}" for name, _ in self.response_fields])
        return f"<Violation {self.requirement.id}: {self.detail!r}, {self.status}{fields}>"


def _requirement(
    id: str,
    field: str,
    section: str,
    statement: str,
    status: int,
    response_fields: ResponseFields = (),
    flagged: bool = False,
) -> Requirement:
    return Requirement(id, section, statement, status, response_fields, flagged, field)


REQUIREMENTS: Mapping[str, Requirement] = MappingProxyType({row[0]: _requirement(*row) for row in ROWS})


def violated(requirement_id: str, detail: str) -> Violation:
    """The violation of a row, answered as the row says."""
    requirement = REQUIREMENTS[requirement_id]
    return Violation(requirement, detail, requirement.status, requirement.response_fields)
