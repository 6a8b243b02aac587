"""The report's forms: each well-formed, whole, and free of what a server or a user would not want in it."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from asgi_ws_guard import probe
from asgi_ws_guard.handshake import Handshake
from asgi_ws_guard.probe.formats import report_html, report_junit, report_markdown, report_text
from asgi_ws_guard.probe.formats.wire import readable
from asgi_ws_guard.probe.target import parse_target

from .zoo import Correct, serving
from .zoo.server import Fields

SECRET = "s3cr3t-value"


class Hostile(Correct):
    """Wrong in several ways, and with markup and control bytes in what it sends."""

    def fields(self, handshake: Handshake) -> Fields:
        return [("Server", "<script>alert(1)</script>|`x`"), *super().fields(handshake)[1:3], ("X-Odd", "\x01\x02")]


async def _probe() -> probe.Report:
    async with serving(Hostile()) as url:
        headers = [("Authorization", f"Bearer {SECRET}")]
        return await probe.run_async(url, headers=headers, cookies=f"sid={SECRET}", only=["control", "response"])


@pytest.fixture(scope="module")
def report() -> probe.Report:
    found = asyncio.run(_probe())
    assert found.of("violates")
    return found


class _Page(HTMLParser):
    """Tags that stay open, and whatever a page would load."""

    VOID = ("meta", "br", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")] + (
            [tag] if tag == "script" else []
        )

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_page_that_loads_nothing(report: probe.Report) -> None:
    page, text = _Page(), report_html(report, datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc))
    page.feed(text)
    assert (page.open, page.loads) == ([], [])
    assert "url(" not in text and "@import" not in text
    assert "21 November 2026, 12:00 UTC" in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_html_shows_request_answer_rule_and_cure(report: probe.Report) -> None:
    text = report_html(report)
    result = next(one for one in report.results if one.case.id == "response-accept-present")
    article = text[text.index('id="response-accept-present"') :]
    article = article[: article.index("</article>")]
    assert "GET /ws HTTP/1.1" in article and "HTTP/1.1 101 Switching Protocols" in article
    assert result.diagnosis is not None and result.diagnosis in article
    assert "RFC 6455 §4.2.2 item 5" in text and "The 101 has a Sec-WebSocket-Accept field." in text


def test_junit_counts_what_fails(report: probe.Report) -> None:
    root = ElementTree.fromstring(report_junit(report, ("violates",)).encode())
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"control", "response"}
    assert len(root.findall(".//testcase")) == len(report.results)
    assert len(root.findall(".//failure")) == len(report.of("violates")) == int(suites["response"].get("failures", 0))


def test_junit_takes_leniency_for_a_failure_where_it_is_asked_to(report: probe.Report) -> None:
    root = ElementTree.fromstring(report_junit(report, ("violates", "lenient")).encode())
    assert len(root.findall(".//failure")) == len(report.of("violates", "lenient"))


def test_markdown_has_tables_whose_rows_are_whole(report: probe.Report) -> None:
    text = report_markdown(report)
    for row in [line for line in text.splitlines() if line.startswith("| `")]:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5
    assert "<script>" not in text


def test_text_groups_by_requirement_and_ends_with_the_counts(report: probe.Report) -> None:
    text = report_text(report)
    assert "violates accept-present (RFC 6455 §4.2.2 item 5)" in text
    assert re.search(r"\n\d+ cases in \d+\.\d s: \d+ conforms", text)


def test_no_form_has_a_secret_or_raw_control_bytes(report: probe.Report) -> None:
    for text in (report_html(report), report_junit(report, ()), report_markdown(report), report_text(report)):
        assert SECRET not in text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
        assert "<script>alert" not in text or "&lt;script>" in text or text.startswith("ws://")


def test_bytes_are_shown_escaped_and_cut() -> None:
    target = parse_target("ws://a/")
    assert readable(b"GET / HTTP/1.1\r\nX: \x00\xff\n\r\n\r\n", target) == "GET / HTTP/1.1\nX: \\x00\\xff\\n"
    assert "(1000 bytes)" in readable(b"a" * 1000, target)
    assert "lines more" in readable(b"a\r\n" * 1000, target)


def test_an_empty_report_has_all_forms() -> None:
    empty = probe.Report(parse_target("ws://a/"))
    assert "none run" in report_text(empty)
    assert "Conforms in all 0 cases" in report_html(empty)
    assert report_junit(empty, ()) and report_markdown(empty)
