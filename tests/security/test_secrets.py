"""Credentials: in no log, no problem, no repr and no exception."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from asgi_ws_guard import ConfigurationError, HandshakeEvent, HandshakeResponse, Policy, Verdict, Violation
from asgi_ws_guard.handshake import REQUIREMENTS, Fields, Handshake, parse_request, parse_response
from asgi_ws_guard.handshake.requirements import violated
from asgi_ws_guard.handshake.wire import MAX_HEAD
from asgi_ws_guard.policy.denial import Denial, violation_of
from asgi_ws_guard.probe.answer import Answer
from asgi_ws_guard.probe.case import Finding
from asgi_ws_guard.probe.cases import CASES
from asgi_ws_guard.probe.judge import judge
from asgi_ws_guard.probe.target import parse_target
from asgi_ws_guard.testing import make_fields, make_handshake, make_scope
from tests.asgi_driver import ACCEPT, CLOSE, Application, Connection, Guarded, guard_records

from .attack_set import SECRET, SECRET_FIELDS, SECRET_LINES, TEXTS, on_the_wire
from .harmless import assert_harmless
from .test_log_injection import guard_log

pytestmark = pytest.mark.asgi_ws_guard_strict

HANDSHAKE = Handshake("GET", f"/chat?token={SECRET}", "1.1", [*make_fields(), *SECRET_FIELDS])
RESPONSE = HandshakeResponse(101, SECRET_FIELDS)
DENIAL = Denial(
    401, "no", [*[field for field in SECRET_FIELDS if field[0] != "Location"], ("WWW-Authenticate", "Bearer")]
)
EVENT = HandshakeEvent(
    *(HANDSHAKE, ("127.0.0.1", 1), "/chat", "*", "denied", 401, (violation_of(DENIAL),), RESPONSE, None, None),
    *("not-applicable", 0.1, False, (violation_of(DENIAL),)),
)
VALUES: dict[str, Any] = {
    "Fields": HANDSHAKE.fields,
    "Handshake": HANDSHAKE,
    "HandshakeResponse": RESPONSE,
    "Violation": violation_of(DENIAL),
    "Verdict": Verdict(HANDSHAKE, (violation_of(DENIAL),), (violation_of(DENIAL),)),
    "HandshakeEvent": EVENT,
    "Denial": DENIAL,
    "Target": parse_target(
        f"ws://me:{SECRET}@127.0.0.1/?t={SECRET}", headers=SECRET_FIELDS, cookies=SECRET, subprotocols=(SECRET,)
    ),
    "Answer": Answer(f"Cookie: {SECRET}".encode(), "key", f"Set-Cookie: {SECRET}".encode(), trouble=SECRET),
    "Result": judge(CASES[0], (Answer(SECRET.encode(), "key", f"HTTP/1.1 400 No\r\nX: {SECRET}\r\n\r\n".encode()),)),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_repr_has_no_secret(value: Any) -> None:
    for text in (repr(value), str(value), f"{value}", repr([value])):
        assert_harmless(text, lines=False)


@pytest.mark.parametrize("name", [name for name, _ in SECRET_FIELDS if name not in ("Referer", "Location")])
def test_a_repr_keeps_the_names_and_says_that_there_was_a_value(name: str) -> None:
    assert f"({name!r}, '***')" in repr(HANDSHAKE.fields)


def test_a_repr_keeps_what_harms_nobody() -> None:
    fields = Fields([("Host", "example.com"), ("Origin", "https://example.com"), ("Sec-WebSocket-Version", "13")])
    assert repr(fields) == (
        "Fields([('Host', 'example.com'), ('Origin', 'https://example.com'), ('Sec-WebSocket-Version', '13')])"
    )
    assert "('Referer', 'https://app.example/login?***')" in repr(HANDSHAKE.fields)
    assert "'/chat'" in repr(HANDSHAKE) and "Cookie" in repr(HANDSHAKE)
    assert repr(violated("key-once", "two")) == "<Violation key-once: 'two', 400>"
    assert "WWW-Authenticate" in repr(violation_of(DENIAL))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_repr_is_one_harmless_line(text: str) -> None:
    wire = on_the_wire(text)
    handshake = Handshake(text, text, text, [(wire, wire)], subprotocols=[text])
    response = HandshakeResponse(101, [(wire, wire)], text)
    violation = Violation(REQUIREMENTS["authorized"], text, 403, ((text, text),))
    event = EVENT._replace(handshake=handshake, response=response, path=text, client=(text, 1), violations=(violation,))
    for value in (handshake, handshake.fields, response, violation, event, Verdict(handshake, (violation,))):
        assert_harmless(repr(value), lines=False)


STARTS = (f"GET /chat?token={SECRET} HTTP/1.1 ", f"GET https://me:{SECRET}@a/ HTTP/x", f"Cookie: {SECRET}")


@pytest.mark.parametrize("line", [*SECRET_LINES, f"Authorization Bearer: {SECRET}", f"Cookie sid={SECRET}"])
@pytest.mark.parametrize("parse", [parse_request, parse_response])
def test_what_is_no_head_says_so_without_it(parse: Any, line: str) -> None:
    start = "GET / HTTP/1.1" if parse is parse_request else "HTTP/1.1 101 Yes"
    for head in (
        f"{start}\r\nHost: a\r\n{line}\r\n\r\n",
        f"{line}\r\nHost: a\r\n\r\n",
        f"{start}\r\n{line}: b c\r\n\r\n",
    ):
        try:
            found = parse(head.encode("latin-1"))
        except ValueError as error:
            assert_harmless(str(error), lines=False, ascii_only=True)
        else:
            assert_harmless(repr(found), lines=False)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("parse", [parse_request, parse_response])
def test_nor_does_a_start_line_tell_its_query(parse: Any, start: str) -> None:
    with pytest.raises(ValueError, match="wanted") as caught:
        parse(f"{start}\r\nHost: a\r\n\r\n".encode())
    assert_harmless(str(caught.value), lines=False)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_no_head_is_shown_escaped(text: str) -> None:
    wire = on_the_wire(text)
    for parse in (parse_request, parse_response):
        for head in (
            wire,
            b"GET / HTTP/1.1\r\n" + wire,
            b"HTTP/1.1 101 Yes\r\n" + wire,
            wire * (MAX_HEAD // len(wire) + 1),
        ):
            try:
                parse(head)
            except ValueError as error:
                assert_harmless(str(error), lines=False, ascii_only=True)
                assert len(str(error)) < 600


@pytest.mark.parametrize(
    "headers", [{"Set-Cookie": f"sid={SECRET}\r\n"}, {"Set-Cookie": 1, "A": SECRET}, f"{SECRET}", 7]
)
def test_a_denial_that_cannot_be_sent_is_told_without_its_fields(headers: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Denial(403, "no", headers)
    assert_harmless(str(caught.value), lines=False)


def _refused(**options: Any) -> Connection:
    scope = make_scope(dict(SECRET_FIELDS), query_string=f"token={SECRET}".encode(), path="/x", raw_path=b"/x")
    return Guarded(Application(ACCEPT, CLOSE), **options).drive(scope)


POLICIES = {
    "denial": Policy(authorize=lambda *_: Denial(403, "no", {"Set-Cookie": f"sid={SECRET}"})),
    "not sent": Policy(authorize=lambda *_: Denial(403, "no", {"Set-Cookie": f"sid={SECRET}\x00"})),
    "returned": Policy(authorize=lambda *_: {"claims": SECRET}),  # type: ignore[arg-type]
    "size": Policy(max_field_bytes=10),
    "host": Policy(allowed_hosts=["other.example"]),
    "subprotocol": Policy(subprotocols=["other"]),
    "report only": Policy(report_only=True, subprotocols=["other"], max_field_bytes=10),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_neither_log_nor_problem_tells(policy: Policy) -> None:
    with guard_log() as log:
        connection = _refused(policy=policy)
    for record in log.records:
        # The text of the traceback is the application's own code and its own error.
        assert_harmless(record.getMessage(), lines=False)
        assert SECRET not in repr({name: value for name, value in vars(record).items() if not name.startswith("exc_")})
    assert SECRET.encode() not in connection.body
    assert any(record.levelno >= logging.WARNING for record in log.records)


def test_a_finding_of_the_probe_is_words_only() -> None:
    assert SECRET not in repr(Finding("violates", "seen"))
    assert SECRET not in repr(make_handshake({"Cookie": SECRET}))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"Origin": "http://user:SECRET@evil.example"}, "/"),
        ({"Origin": "http://evil.example/?token=SECRET"}, "/"),
        ({"Host": "user:SECRET@example.com"}, "/"),
        ({"Origin": "https://evil.example"}, "http://user:SECRET@example.com/chat"),
        ({"Origin": "https://evil.example"}, "/chat?token=SECRET"),
    ],
)
def test_what_an_address_holds_besides_the_address_is_in_no_log(
    changes: dict[str, str], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Guarded(Application(), policy=Policy(allowed_hosts=["example.com"]))
    connection = guarded.drive(make_scope(changes, path=path))
    assert connection.status in (400, 403, 421)
    [record] = guard_records(caplog.records)
    assert "SECRET" not in f"{record.getMessage()} {vars(record)} {guarded.watcher.event!r} {connection.body!r}"
