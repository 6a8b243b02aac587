"""Every handshake of `stacks` on every stack: what arrives, what is answered, and what the server says of it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS
from tests.integration.stacks.case import Case
from tests.integration.stacks.cases import CASES
from tests.integration.stacks.checks import check, shape
from tests.integration.stacks.departures import Expectation, Table, ids
from tests.integration.stacks.expected import TABLES
from tests.integration.stacks.measure import Batch, Measured, measure
from tests.integration.stacks.servers import STACKS, Stack

# A stack's tests stay on one worker, which starts its servers once.
ON_EACH_STACK = pytest.mark.parametrize(
    "ran",
    [pytest.param(stack, id=stack.name, marks=pytest.mark.xdist_group(stack.name)) for stack in STACKS],
    indirect=True,
)
EACH_CASE = pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])

# What websockets 16 answers otherwise; Python 3.10 gets no later one.
OF_WEBSOCKETS_17 = ids(
    *("method-*", "key-0x85-after", "key-0xff", "key-nbsp-before", "key-utf-8", "version-full-width", "version-nbsp"),
    *("note-latin-1", "note-utf-8", "origin-utf-8", "subprotocol-0xe9"),
)
WEBSOCKETS = version("websockets")

# Words by which the servers' logs say that something went wrong.
ALARMS = ("WARNING", "ERROR", "CRITICAL", "Traceback", "Exception")


@dataclass(frozen=True)
class Ran:
    """What the stack of this name did with all cases, and with a second request behind those that are refused.

    `log` is that of the server that was not disturbed.
    """

    name: str
    table: Table
    first: dict[str, Measured]
    followed: dict[str, Measured]
    log: str


@pytest.fixture(scope="session")
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Two servers a stack: one for what the guard and the application answer, one for what disturbs the server."""
    stack: Stack = request.param
    table = TABLES[stack.name]
    directory = tmp_path_factory.mktemp(stack.name)

    def where(chosen: Callable[[Expectation], bool]) -> list[Case]:
        return [case for case in CASES if chosen(table.expected(case))]

    denied = where(lambda expected: expected.kind == "denied")
    calm = where(lambda expected: expected.kind != "denied" and not expected.disturbs_the_server)
    answered = where(lambda expected: expected.disturbs_the_server and expected.status is not None)
    silent = where(lambda expected: expected.disturbs_the_server and expected.status is None)
    clean = measure(
        stack,
        directory / "calm",
        Batch(denied, to_the_end=True),
        Batch(calm),
        Batch(denied, deadline=1.0, to_the_end=True, second=True),
    )
    rough = measure(stack, directory / "disturbed", Batch(answered), Batch(silent, deadline=1.5))
    *first, followed = clean.batches
    return Ran(stack.name, table, dict(ChainMap(*first, *rough.batches)), followed, clean.log)


@ON_EACH_STACK
@EACH_CASE
def test_each_handshake_meets_what_the_table_says(ran: Ran, case: Case) -> None:
    if case.id in OF_WEBSOCKETS_17 and "-websockets" in ran.name and int(WEBSOCKETS.partition(".")[0]) < 17:
        pytest.skip(f"the table is of websockets 17; this Python has {WEBSOCKETS}")
    check(ran.first[case.id], ran.table.expected(case), ran.table)


@ON_EACH_STACK
def test_no_handshake_that_breaks_what_asgi_shows_reaches_the_application(ran: Ran) -> None:
    for measured in ran.first.values():
        for scope in measured.seen("app") if measured.case.breaks else ():
            like = ran.first[ran.table.expected(measured.case).like]
            # hypercorn goes over to h2c where asked: what comes then is no handshake, and no tunnel can follow
            assert shape(scope) == shape(like.seen("app")[0]) or scope["http_version"] == "2", measured.case.id


@ON_EACH_STACK
def test_a_refusal_ends_the_connection_and_no_second_request_is_served(ran: Ran) -> None:
    assert len(ran.followed) > 30
    for measured in ran.followed.values():
        assert ran.first[measured.case.id].answer.ended, f"{measured.case.id}: the connection stayed open"
        assert measured.second == [], f"{measured.case.id}: a second request was served"
        assert measured.answer.rest == b"", f"{measured.case.id}: a second answer came"


@ON_EACH_STACK
def test_the_server_has_nothing_to_complain_of(ran: Ran) -> None:
    alarming = [line for line in ran.log.splitlines() if any(word in line for word in ALARMS)]
    assert [line for line in alarming if not any(known in line for known in ran.table.log_lines)] == []
    assert all(any(known in line for line in alarming) for known in ran.table.log_lines)


def test_the_suite_is_as_large_as_it_should_be() -> None:
    assert len(CASES) >= 120
    assert len({case.id for case in CASES}) == len(CASES)
    assert {stack.name for stack in STACKS} == set(TABLES)


def test_each_requirement_on_a_client_is_broken_by_a_case() -> None:
    broken = {requirement for case in CASES for requirement in (*case.breaks, *case.flags)}
    in_reading_order = list(REQUIREMENTS)
    on_clients = in_reading_order[: in_reading_order.index("extension-syntax") + 1]
    assert [requirement for requirement in on_clients if requirement not in broken] == []


@pytest.mark.parametrize("name", TABLES)
def test_each_row_of_a_table_names_cases_that_are_there(name: str) -> None:
    known = {case.id for case in CASES}
    for departure in TABLES[name].departures:
        assert departure.cases
        assert set(departure.cases) <= known
        assert departure.expected.why


def test_without_the_guard_malformed_handshakes_reach_the_application(tmp_path: Path) -> None:
    stack = next(stack for stack in STACKS if stack.name == "granian")
    cases = [case for case in CASES if case.breaks[:1] in (("key-length",), ("key-base64",), ("key-once",))]
    run = measure(stack, tmp_path / "bare", Batch(cases), app="bare")
    reached = [measured.case.id for measured in run.batches[0].values() if measured.seen("app")]
    assert len(reached) >= 25
