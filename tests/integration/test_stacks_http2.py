"""Opening handshakes over HTTP/2 on hypercorn, with prior knowledge and extended CONNECT."""

from __future__ import annotations

from os import urandom
from pathlib import Path

import pytest

from tests.integration.stacks.case import Case
from tests.integration.stacks.cases_http2 import CASES, TABLE, fields
from tests.integration.stacks.checks import check_event, check_http2_answer, is_problem, shape
from tests.integration.stacks.http2 import exchange
from tests.integration.stacks.measure import Measured
from tests.integration.stacks.servers import STACKS, serving
from tests.integration.stacks.wire import DEADLINE

pytestmark = pytest.mark.xdist_group("hypercorn-http2")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("http2")


@pytest.fixture(scope="module")
def ran(directory: Path) -> dict[str, Measured]:
    """Each case on its own connection, one after the other."""
    [hypercorn] = [stack for stack in STACKS if stack.name == "hypercorn"]
    nonce = urandom(4).hex()
    with serving(hypercorn, "guarded", directory) as server:
        ran = {case.id: Measured(case, exchange(server.port, fields(case, nonce), DEADLINE)) for case in CASES}
    for record in server.records():
        *_, case_id, path_nonce = record["path"].split("/")
        if path_nonce == nonce:
            ran[case_id].records.append(record)
    return ran


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_each_handshake_meets_its_answer(ran: dict[str, Measured], case: Case) -> None:
    measured, expected = ran[case.id], TABLE.expected(case)
    check_event(measured, expected)
    if expected.kind == "denied":
        assert measured.seen("app") == []
        check_http2_answer(measured.answer, expected)
    elif expected.kind == "own":
        assert (measured.records, measured.answer.status) == ([], expected.status)
    else:
        assert [scope["http_version"] for scope in measured.seen("app")] == ["2"]
        assert measured.answer.status == 200
        assert measured.answer.echoed == (case.method == "CONNECT")
    if expected.kind == "hidden":
        assert shape(measured.seen("app")[0]) == shape(ran[expected.like].seen("app")[0])
    assert is_problem(measured.answer) == (expected.kind == "denied")


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_there_is_no_accept_value_over_http2(ran: dict[str, Measured], case: Case) -> None:
    for event in ran[case.id].seen("event"):
        assert event["expected_accept"] is None
        assert event["verification"] == "not-applicable"
        assert event["status"] == ran[case.id].answer.status


def test_the_server_has_nothing_to_complain_of(ran: dict[str, Measured], directory: Path) -> None:
    log = (directory / "server.log").read_text()
    assert ran
    assert [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line or "Traceback" in line] == []
