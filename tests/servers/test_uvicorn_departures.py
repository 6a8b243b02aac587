"""uvicorn with all adapters on: what of the stacks' table of departures is left, with the reason for each row.

Every handshake of that suite, against a guard whose policy is the default one but for origins.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from asgi_ws_guard.handshake import REQUIREMENTS
from tests.integration.stacks.case import Case
from tests.integration.stacks.cases import CASES
from tests.integration.stacks.departures import breaking, ids
from tests.integration.stacks.wire import Answer, exchange
from tests.wire.stacks import Records, running

MODULE = "asgi_ws_guard.servers.uvicorn"
UVICORN = "uvicorn {app} --host 127.0.0.1 --port {port} --no-access-log"
HTTP = {"h11": f"{MODULE}:H11Protocol", "httptools": f"{MODULE}:AutoHTTPProtocol"}
WS = {
    "websockets": f"{MODULE}:WebSocketProtocol",
    "websockets-sansio": f"{MODULE}:AutoWebSocketsProtocol",
    "wsproto": f"{MODULE}:WSProtocol",
}


@dataclass(frozen=True)
class Left:
    """A departure that is left. `status` of uvicorn's own answer, or `breaks` as the guard's answer says instead."""

    why: str
    status: int | None = None
    breaks: tuple[str, ...] = ()


LEFT: Mapping[str, Left] = {
    "http-2-no-key": Left("HTTP/2 is no HTTP-version of a request line (RFC 9112 §2.3): 400 is what is asked for", 400),
    "key-name-space": Left("RFC 9112 §5.1: a server MUST reject whitespace before the colon with 400", 400),
    "key-obs-fold": Left("the fold is seen as the bytes that it is, CR and LF", breaks=("field-content",)),
    "many-fields": Left("valid, and more than the 100 fields that Policy lets in by default", breaks=("size",)),
}

_OBS_TEXT = Left(
    "websockets' legacy half decodes the head as ASCII; to leave the field out would change the scope",
    500 if int(version("websockets").partition(".")[0]) >= 17 else None,  # 16, which Python 3.10 gets, goes silently
)
LEFT_OF_LEGACY = {**LEFT, "note-latin-1": _OBS_TEXT, "note-utf-8": _OBS_TEXT}

# With --ws alone: uvicorn's parser comes first.
ONLY_WS: Mapping[str, tuple[str, ...]] = {
    "h11": (
        *("http-1.0", "http-1.2", "http-2.0", "http-3.0", "http-2.0-no-key", "http-2-no-key"),
        *("host-missing", *ids("host-twice*"), "note-nul", "note-vt", "note-ff"),
        *("key-nul", "key-cr", "key-lf", "key-vt-after", "key-name-space", "many-fields"),
        *("upgrade-list-first", "upgrade-list-last", "upgrade-empty-elements", "connection-two-lines-first"),
    ),
    "httptools": (
        *("http-1.0", "http-1.2", "http-2.0", "http-3.0", "http-2.0-no-key", "http-2-no-key"),
        *("method-get", "method-BREW", *ids("note-[bdefnv]*")),
        *("key-nul", "key-cr", "key-lf", "key-vt-after", "key-name-space", "key-obs-fold", "many-fields"),
        *("upgrade-list-first", "upgrade-list-last", "upgrade-empty-elements", "connection-two-lines-first"),
        "upgrade-ows",
    ),
}


def _measured(command: str, directory: Path) -> tuple[dict[str, tuple[Answer, Records]], str]:
    def send(case: Case) -> Answer:
        return exchange(port, case.request("x"), 3.0, to_the_end=bool(case.breaks))

    with running(command, directory) as server, ThreadPoolExecutor(16) as pool:
        assert isinstance(server.address, int)
        port = server.address
        answers = list(pool.map(send, CASES))
        by_path = server.all_records()
    # uvicorn leaves an absolute-form target whole in the path
    found = {case.id: Records(tuple(r for r in by_path if r["path"].endswith(case.path("x")))) for case in CASES}
    return {case.id: (answer, found[case.id]) for case, answer in zip(CASES, answers, strict=True)}, server.log()


def _is_ideal(case: Case, answer: Answer, records: Records) -> bool:
    if case.meaning == "http":
        return answer.status == 200 and not records.of("event")
    if case.breaks:
        return _is_refused(case, case.breaks, answer, records)
    [event] = records.of("event") or [{}]
    right = (event.get("verification"), event.get("violations")) == ("match", list(case.flags))
    return right and answer.status == 101 and answer.echoed and len(records.of("app")) == 1


def _is_refused(case: Case, breaks: tuple[str, ...], answer: Answer, records: Records) -> bool:
    """The guard's whole answer, one event, the end of the connection, and nothing in the application."""
    events = records.of("event")
    return (
        answer.status == REQUIREMENTS[breaks[0]].status
        and answer.get_all("content-type") == ["application/problem+json"]
        and (case.method == "HEAD" or [found["code"] for found in answer.json()["violations"]] == list(breaks))
        and [event["outcome"] for event in events] == ["denied"]
        and not records.of("app")
        and (answer.ended or not case.breaks)
    )


def _check_left(case: Case, left: Left, answer: Answer, records: Records) -> None:
    if left.breaks:
        assert _is_refused(case, left.breaks, answer, records), case.id
    else:
        assert (answer.status, records.all) == (left.status, ()), case.id


@pytest.mark.parametrize("ws", WS)
@pytest.mark.parametrize("http", HTTP)
def test_with_all_adapters_only_these_are_left(http: str, ws: str, tmp_path: Path) -> None:
    measured, log = _measured(f"{UVICORN} --http {HTTP[http]} --ws {WS[ws]}", tmp_path)
    left = LEFT_OF_LEGACY if ws == "websockets" else LEFT
    assert [case.id for case in CASES if not _is_ideal(case, *measured[case.id])] == [
        case.id for case in CASES if case.id in left
    ]
    for case in CASES:
        if case.id in left:
            _check_left(case, left[case.id], *measured[case.id])
    # Two of these are uvicorn's own 400s, and one plain http request with an Upgrade that it does not know.
    complaints = [line.split(":", 1)[1].strip() for line in log.splitlines() if line.startswith("WARNING:")]
    assert sorted(complaints) == ["Invalid HTTP request received."] * 2 + ["Unsupported upgrade request."] * (
        sum(case.id == "plain-upgrade" for case in CASES)
    )


@pytest.mark.parametrize("http", ONLY_WS)
def test_with_the_websocket_door_alone_these_are_left(http: str, tmp_path: Path) -> None:
    measured, _ = _measured(f"{UVICORN} --http {http} --ws {WS['websockets-sansio']}", tmp_path)
    departing = {case.id for case in CASES if not _is_ideal(case, *measured[case.id])}
    assert departing == set(ONLY_WS[http])


# SERVERS.md: what uvicorn answered wrongly, or never.
ONCE_WRONG: Mapping[str, tuple[str, ...]] = {
    "a body": breaking("no-body"),
    "a line of 9000 bytes": ("key-9000-bytes",),
    "155 fields": ("many-fields",),
    "HTTP/1.0": ("http-1.0",),
    "no Host, two Hosts": ("host-missing", *ids("host-twice*")),
    "another method": ids("method-*"),
    "control bytes": breaking("field-content"),
}


@pytest.mark.parametrize("name", ONCE_WRONG)
def test_what_once_was_wrong_has_the_answer_of_the_guard(name: str) -> None:
    assert ONCE_WRONG[name]
    assert all(case not in LEFT or LEFT[case].breaks for case in ONCE_WRONG[name])
