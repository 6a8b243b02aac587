"""The table of requirements: what each row promises to who reads it."""

from __future__ import annotations

import re

import pytest

from asgi_ws_guard import Requirement
from asgi_ws_guard.handshake import REQUIREMENTS
from asgi_ws_guard.handshake.requirements import violated

ROWS = list(REQUIREMENTS.values())

# What the table of the design says: the client's half in the RFC's words first, then what a deployment wants.
STATUSES = {
    "method-get": 405,
    "http-version": 400,
    "path-content": 400,
    "host-once": 400,
    "field-content": 400,
    "no-body": 400,
    "upgrade-websocket": 426,
    "connection-upgrade": 426,
    "key-present": 400,
    "key-once": 400,
    "key-base64": 400,
    "key-length": 400,
    "version-present": 400,
    "version-once": 400,
    "version-13": 426,
    "subprotocol-token": 400,
    "subprotocol-unique": 400,
    "extension-syntax": 400,
    "origin-once": 400,
    "origin-syntax": 400,
    "raw-upgrade": 501,
    "size": 431,
    "host-allowed": 421,
    "tls-required": 403,
    "origin-allowed": 403,
    "subprotocol-required": 400,
    "authorized": 403,
    "quota-rate": 429,
    "quota-concurrency": 429,
    "quota-capacity": 503,
    "accept-timeout": 503,
}
CLIENTS_HALF = tuple(STATUSES)[:20]
SERVERS_HALF = (
    *("status-101", "response-upgrade", "response-connection", "accept-present", "accept-once", "accept-value"),
    *("accept-canonical", "subprotocol-offered", "subprotocol-single", "extension-offered", "extensions-once"),
)
APPS_HALF = ("app-answers", "app-fields", "http-101")


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        REQUIREMENTS["key-present"] = ROWS[0]  # type: ignore[index]
    with pytest.raises(AttributeError):
        ROWS[0].status = 200  # type: ignore[misc]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_fit_to_be_printed(row: Requirement) -> None:
    assert REQUIREMENTS[row.id] is row
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id)
    assert row.statement.endswith(".") and row.statement[0].isupper()
    assert row.section.startswith(("RFC ", "ASGI"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_status_brings_the_fields_that_http_asks_with_it(row: Requirement) -> None:
    fields = dict(row.response_fields)
    assert 400 <= row.status < 600
    assert (row.status == 426) == ("Upgrade" in fields), "RFC 9110 §15.5.22"
    assert (row.status == 405) == ("Allow" in fields), "RFC 9110 §15.5.6"
    if "Upgrade" in fields:
        assert fields["Connection"] == "Upgrade, close", "RFC 9110 §7.8, RFC 9112 §9.6"
    assert row.id.startswith("version-") == ("Sec-WebSocket-Version" in fields), "RFC 6455 §4.4"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_names_the_field_that_it_is_about(row: Requirement) -> None:
    """`explain` looks for the line of that field: what is about no field is about the first line, or about all."""
    assert not row.field or re.fullmatch(r"Host|Origin|Upgrade|Connection|Sec-WebSocket-[A-Z][a-z]+", row.field)
    if named := re.search(r"Sec-WebSocket-[A-Z][a-z]+|\b(?:Host|Origin|Upgrade|Connection)\b", row.statement):
        assert row.field == named[0]


def test_the_statuses_are_those_of_the_design() -> None:
    refused = {row.id: row.status for row in ROWS if row.status != 500 and not row.flagged}
    assert refused == {name: STATUSES[name] for name in refused}
    assert {row.id for row in ROWS if row.status == 500} == {*SERVERS_HALF, *APPS_HALF}
    assert {row.id for row in ROWS if row.flagged} == {"key-canonical", "key-sample"}
    assert {*CLIENTS_HALF} <= refused.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_violation_carries_its_answer(row: Requirement) -> None:
    violation = violated(row.id, "seen, wanted")
    assert violation.requirement is row
    assert (violation.detail, violation.status) == ("seen, wanted", row.status)
    assert violation.response_fields == row.response_fields
