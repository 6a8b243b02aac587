"""The example's parts that need no server: the cases, the reading of answers, the hints of the playground."""

from __future__ import annotations

import json

import pytest

from asgi_ws_guard import validate
from asgi_ws_guard.handshake import REQUIREMENTS, parse_request
from example_app.case import Case, lines, request_head
from example_app.cases import CASES, SAMPLE_KEY
from example_app.chat import read_message
from example_app.firing import printable, read_answer
from example_app.playground import steps

KEY = "AAECAwQFBgcICQoLDA0ODw=="


def test_a_dozen_malformed_handshakes_and_more() -> None:
    assert sum(case.status != 101 for case in CASES.values()) >= 12


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case_breaks_what_it_says(case: Case) -> None:
    handshake = parse_request(request_head(list(lines(case, "127.0.0.1:8000", KEY))))
    found = [violation.requirement.id for violation in validate(handshake)]
    assert found[:1] == ([] if case.code in (None, "key-sample") else [case.code])
    if case.status != 101:
        assert case.code and case.status == REQUIREMENTS[case.code].status


def test_removed_line_is_shown_and_not_sent() -> None:
    described = list(lines(CASES["key-missing"], "127.0.0.1:8000", KEY))
    assert [line.text for line in described if line.mark == "removed"] == [f"Sec-WebSocket-Key: {KEY}"]
    assert b"Sec-WebSocket-Key" not in request_head(described)


def test_what_is_no_http_is_no_answer() -> None:
    assert read_answer(b"") is None
    assert read_answer(b"SSH-2.0-OpenSSH_9.9\r\n") is None


def test_problem_that_is_no_json_stays_text() -> None:
    answer = read_answer(b"HTTP/1.1 400 \r\nContent-Type: application/problem+json\r\n\r\n{")
    assert answer and (answer["problem"], answer["body"]) == (None, "{")


def test_printable_leaves_text_alone_and_spells_out_the_rest() -> None:
    assert printable("a\tb\x00\x7fé\x85") == "a\tb\\x00\\x7fé\\x85"


@pytest.mark.parametrize(
    ("key", "code", "hint"),
    [
        ("", "key-base64", "empty"),
        (f"b'{SAMPLE_KEY}'", "key-base64", "Python prints bytes"),
        (f'"{SAMPLE_KEY}"', "key-base64", "quotation marks"),
        ("dGhlIHNhbXBs\nZSBub25jZQ==", "field-content", "white space"),
        ("dGhlIHNhbXBs ZSBub25jZQ==", "key-base64", "white space"),
        ("00112233445566778899aabbccddeeff", "key-length", "hexadecimal"),
        ("a9b0c1d2-0001-4002-8003-000000000004", "key-base64", "UUID"),
        ("-_" + SAMPLE_KEY[2:], "key-base64", "alphabet of URLs"),
        (SAMPLE_KEY.rstrip("="), "key-base64", "padding is missing"),
        ("testserver==", "key-length", "TestClient"),
        ("ключ", "field-content", None),
        ("dGVzdA==", "key-length", None),
    ],
)
def test_bad_key_is_diagnosed(key: str, code: str, hint: str | None) -> None:
    told = steps(key)
    assert told["verdict"] == "refused"
    assert [violation["id"] for violation in told["violations"]] == [code]
    assert hint in told["hint"] if hint else told["hint"] is None


def test_long_words_are_cut() -> None:
    said = read_message(json.dumps({"name": "n" * 100, "text": "t" * 1000}))
    assert said == {"name": "n" * 24, "text": "t" * 500}
