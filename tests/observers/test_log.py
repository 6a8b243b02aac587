"""One record a handshake, a line to read and fields to search; and the way to see it where nothing is configured."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from asgi_ws_guard import Handshake, HandshakeEvent, HandshakeResponse, configure_logging
from asgi_ws_guard.events import Outcome
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.observers.log import LEVELS, log_event, wants
from asgi_ws_guard.testing import make_handshake

HANDSHAKE = make_handshake({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
EVENT: dict[str, Any] = {
    "handshake": HANDSHAKE,
    "client": ("127.0.0.1", 5000),
    "path": "/chat",
    "pattern": "*",
    "outcome": "accepted",
    "status": 101,
    "violations": (),
    "response": None,
    "expected_accept": ACCEPT,
    "emitted_accept": None,
    "verification": "unobserved",
    "duration": 0.0012,
    "report_only": False,
}


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "asgi_ws_guard")


def logged(caplog: pytest.LogCaptureFixture, **changes: Any) -> Any:
    """The one record of an event. Any: its extra fields are attributes that LogRecord does not declare."""
    caplog.clear()
    log_event(HandshakeEvent(**{**EVENT, **changes}))
    [record] = caplog.records
    assert record.name == "asgi_ws_guard"
    assert record.getMessage().isascii() and record.getMessage().isprintable()
    return record


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        ("accepted", "INFO"),
        ("passed", "INFO"),
        ("refused", "INFO"),
        ("denied", "WARNING"),
        ("failed", "ERROR"),
        ("abandoned", "DEBUG"),
    ],
)
def test_each_outcome_has_its_level(outcome: Outcome, level: str, caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, outcome=outcome, status=None)
    assert record.levelname == level == logging.getLevelName(LEVELS[outcome])
    assert outcome in record.getMessage()


@pytest.mark.parametrize("requirement", ["app-fields", "accept-value", "http-101", "subprotocol-offered"])
def test_what_the_app_or_the_server_broke_is_an_error_whatever_the_outcome(
    requirement: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert logged(caplog, violations=(violated(requirement, "seen"),)).levelname == "ERROR"


def test_a_flagged_violation_is_told_and_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, violations=(violated("key-sample", "seen"),))
    assert record.levelname == "INFO" and "key-sample: seen" in record.getMessage()


def test_report_only_says_what_would_have_been_refused(caplog: pytest.LogCaptureFixture) -> None:
    broken = violated("key-length", "seen")
    record = logged(caplog, report_only=True, violations=(broken,), refused=(broken,))
    assert record.levelname == "WARNING"
    assert "report-only, would be refused for key-length: seen" in record.getMessage()
    assert logged(caplog, report_only=True).levelname == "INFO"


def test_report_only_does_not_say_so_of_what_is_only_flagged(caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, report_only=True, violations=(violated("key-sample", "seen"),))
    assert "would be refused" not in record.getMessage()
    assert record.levelname == "INFO"


def test_the_fields(caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, violations=(violated("key-sample", "a"), violated("key-canonical", "b")), pattern="/c*")
    assert (record.path, record.pattern, record.client) == ("/chat", "/c*", "127.0.0.1:5000")
    assert (record.outcome, record.status, record.report_only) == ("accepted", 101, False)
    assert record.requirements == ["key-sample", "key-canonical"]
    assert (record.expected_accept, record.emitted_accept, record.verification) == (ACCEPT, None, "unobserved")
    assert record.duration == 0.0012


def test_every_field_can_be_written_as_json(caplog: pytest.LogCaptureFixture) -> None:
    plain = set(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "asctime"}
    for changes in ({}, {"client": None, "status": None, "outcome": "abandoned"}, {"emitted_accept": "x"}):
        extra = {name: value for name, value in vars(logged(caplog, **changes)).items() if name not in plain}
        assert len(extra) == 11
        assert json.loads(json.dumps(extra)) == extra


@pytest.mark.parametrize(
    ("verification", "emitted", "text"),
    [
        ("match", ACCEPT, f"accept value {ACCEPT} verified"),
        ("mismatch", "x", f"accept value {ACCEPT} expected, but the server sent x"),
        ("unobserved", None, f"accept value {ACCEPT} expected (the server's own was not seen)"),
    ],
)
def test_the_line_says_what_became_of_the_accept_value(
    verification: str, emitted: str | None, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    line = logged(caplog, verification=verification, emitted_accept=emitted).getMessage()
    assert text in line
    assert line.startswith("WebSocket /chat from 127.0.0.1:5000 accepted 101 in 1.2 ms")


def test_the_line_without_an_accept_value_does_not_speak_of_one(caplog: pytest.LogCaptureFixture) -> None:
    line = logged(caplog, verification="not-applicable", expected_accept=None, client=None, status=200).getMessage()
    assert line == "WebSocket /chat from an unknown client accepted 200 in 1.2 ms"


def test_an_accept_value_that_the_server_made_up_is_escaped_and_cut(caplog: pytest.LogCaptureFixture) -> None:
    emitted = "\x1b[31m\r\nforged" + "x" * 60000
    response = HandshakeResponse(101, [("Sec-WebSocket-Accept", emitted)])
    line = logged(caplog, verification="mismatch", emitted_accept=emitted, response=response).getMessage()
    assert len(line) < 1000


@pytest.mark.parametrize("length", [199, 200, 201, 5000])
def test_a_long_path_is_cut_so_that_the_line_still_reads(length: int, caplog: pytest.LogCaptureFixture) -> None:
    line = logged(caplog, path="/" + "x" * (length - 1), verification="not-applicable").getMessage()
    assert len(line) < 400
    assert line.count("(") == line.count(")") and line.count('"') % 2 == 0


def test_client_bytes_in_the_fields_are_escaped_and_cut_as_well(caplog: pytest.LogCaptureFixture) -> None:
    """A format with %(path)s is in many a logging configuration."""
    record = logged(caplog, path="/\r\nWARNING forged\x1b[31m" + "x" * 60000)
    assert record.path.isprintable() and len(record.path) < 2000


def test_what_no_level_asks_for_is_not_built(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "asgi_ws_guard")
    caplog.clear()
    log_event(HandshakeEvent(**EVENT))
    assert caplog.records == []
    assert [outcome for outcome in LEVELS if wants(outcome)] == ["denied", "failed"]


def test_an_event_of_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, handshake=Handshake(), path="", client=None, status=None, outcome="abandoned", duration=0.0)
    assert (record.levelname, record.path, record.client, record.status) == ("DEBUG", "", None, None)
    assert record.getMessage().startswith("WebSocket  from an unknown client abandoned in 0.0 ms, ")


@contextmanager
def bare_logging() -> Iterator[logging.Logger]:
    """The loggers as a program that configures nothing has them: pytest's own handlers stand aside."""
    root, logger = logging.getLogger(), logging.getLogger("asgi_ws_guard")
    kept = root.handlers[:], root.level, logger.handlers[:], logger.level
    root.handlers[:], logger.handlers[:] = [], []
    logger.setLevel(logging.NOTSET)
    try:
        yield logger
    finally:
        root.handlers[:], logger.handlers[:] = kept[0], kept[2]
        root.setLevel(kept[1])
        logger.setLevel(kept[3])


def test_configure_logging_shows_info_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with bare_logging():
        configure_logging()
        log_event(HandshakeEvent(**EVENT))
    out, err = capsys.readouterr()
    assert out == ""
    assert "INFO" in err and "asgi_ws_guard: WebSocket /chat from 127.0.0.1:5000 accepted 101" in err


def test_called_again_it_adds_nothing_but_sets_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    with bare_logging() as logger:
        for level in (logging.DEBUG, "WARNING", logging.INFO, "INFO"):
            configure_logging(level)
        assert logger.level == logging.INFO and len(logger.handlers) == 1
        log_event(HandshakeEvent(**EVENT))
    assert capsys.readouterr().err.count("accepted 101") == 1


def test_where_logging_is_configured_only_the_level_is_set() -> None:
    with bare_logging() as logger:
        logging.getLogger().addHandler(logging.NullHandler())
        configure_logging("DEBUG")
        assert logger.handlers == [] and logger.level == logging.DEBUG


def test_a_level_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure_logging("LOUD")


def test_importing_the_package_configures_nothing() -> None:
    """A library that touched the root logger, or added a handler, would change its users' logs."""
    program = (
        "import logging, asgi_ws_guard; logger = logging.getLogger('asgi_ws_guard'); "
        "print(logging.getLogger().handlers, logger.handlers, logger.level, logger.propagate)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[] [] 0 True", "")
