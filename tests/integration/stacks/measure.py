"""Sends cases to a running stack, many at once, and gathers what the client, the guard and the application saw."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import urandom
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.integration.stacks.case import Case
from tests.integration.stacks.servers import AppName, Server, Stack, serving
from tests.integration.stacks.wire import DEADLINE, Answer, exchange

Record: TypeAlias = dict[str, Any]
RecordKind: TypeAlias = Literal["server", "app", "event"]

_AT_ONCE = 24


@dataclass
class Measured:
    """One request on one stack: the answer, and the records of scope ("server", "app") and decision ("event").

    `second`: the records of the plain GET that followed it in the same segment.
    """

    case: Case
    answer: Answer
    records: list[Record] = field(default_factory=list)
    second: list[Record] = field(default_factory=list)

    def seen(self, kind: RecordKind) -> list[Record]:
        return [record for record in self.records if record["kind"] == kind]


@dataclass(frozen=True)
class Batch:
    """Cases that are sent in one way.

    deadline    seconds for the whole exchange
    to_the_end  wait until the server ends the connection
    second      a second request follows in the same segment
    """

    cases: Sequence[Case]
    deadline: float = DEADLINE
    to_the_end: bool = False
    second: bool = False
    nonce: str = field(default_factory=lambda: urandom(4).hex())

    def send(self, server: Server, case: Case) -> Measured:
        request = case.request(self.nonce)
        if self.second:
            request += f"GET /second/{case.id}/{self.nonce} HTTP/1.1\r\nHost: example.com\r\n\r\n".encode()
        return Measured(case, exchange(server.port, request, self.deadline, to_the_end=self.to_the_end))


@dataclass(frozen=True)
class Run:
    """What each case of each batch met, by the case's id, and the server's log from start to end."""

    batches: tuple[dict[str, Measured], ...]
    log: str


def measure(stack: Stack, directory: Path, *batches: Batch, app: AppName = "guarded") -> Run:
    """Serve `app`, send it the batches, stop: afterwards the record and the log are complete."""
    directory.mkdir()
    with serving(stack, app, directory) as server, ThreadPoolExecutor(_AT_ONCE) as pool:
        measured = [
            list(pool.map(lambda case, batch=batch: batch.send(server, case), batch.cases)) for batch in batches
        ]
    by_id = tuple({result.case.id: result for result in results} for results in measured)
    by_nonce = {batch.nonce: results for batch, results in zip(batches, by_id, strict=True)}
    for record in server.records():
        *_, first, case_id, nonce = record["path"].split("/")
        if nonce in by_nonce:
            result = by_nonce[nonce][case_id]
            (result.second if first == "second" else result.records).append(record)
    return Run(by_id, server.log())
