"""The probe's reports of hostile servers: read as what they are, and harmless."""

from __future__ import annotations

import asyncio
import json
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from asgi_ws_guard import probe
from asgi_ws_guard.handshake import Handshake, Violation
from asgi_ws_guard.probe.formats import report_html, report_json, report_junit, report_markdown, report_text
from tests.probe.zoo import Correct, listening, serving
from tests.probe.zoo.server import Fields

from .attack_set import BASIC, SECRET, TEXTS, on_the_wire
from .harmless import assert_harmless
from .hostile_servers import RAW, Raw, Wordy

FEW = ("control-valid", "accept-*", "response-*", "key-missing", "version-8", "subprotocol-*", "deflate*")
USERS = {
    "headers": [("Authorization", f"Basic {BASIC}"), ("X-Api-Key", SECRET)],
    "cookies": f"theme=dark; sid={SECRET}",
    "subprotocols": [f"base64url.bearer.authorization.k8s.io.{SECRET}"],
}


async def _report(server: Correct, *, only: tuple[str, ...] = (), query: str = "") -> probe.Report:
    async with serving(server) as url:
        url = url.replace("ws://", f"ws://me:{SECRET}@") + query
        return await probe.run_async(url, only=only, timeout=1.0, concurrency=30, **USERS)  # type: ignore[arg-type]


async def _reports() -> dict[str, probe.Report]:
    servers: dict[str, Correct] = {name: Wordy([text]) for name, text in TEXTS.items()}
    limit = asyncio.Semaphore(4)

    async def one(server: Correct) -> probe.Report:
        async with limit:
            return await _report(server, only=FEW)

    found = await asyncio.gather(*map(one, servers.values()))
    return {
        **dict(zip(servers, found, strict=True)),
        "each text in turn": await _report(Wordy(list(TEXTS.values())), query=f"?token={SECRET}&a=b"),
        "no HTTP": await _report(Raw(RAW)),
    }


@pytest.fixture(scope="module")
def reports() -> dict[str, probe.Report]:
    found = asyncio.run(_reports())
    assert all(report.results for report in found.values())
    assert sum(len(report.of("violates")) for report in found.values()) > 500
    return found


EACH_REPORT = pytest.mark.parametrize("name", [*TEXTS, "each text in turn", "no HTTP"])


def _no_secret(text: str) -> str:
    assert SECRET not in text and BASIC not in text
    return text


@EACH_REPORT
def test_the_report_itself(reports: dict[str, probe.Report], name: str) -> None:
    """Its words can be printed as they are, and its repr, which a failed assertion shows."""
    report = reports[name]
    for words in (report.server, report.target.label, *report.notes):
        _no_secret(assert_harmless(words, lines=False, ascii_only=True))
    for result in report.results:
        _no_secret(assert_harmless(result.detail, lines=False))
        _no_secret(assert_harmless(result.diagnosis or "", lines=False))
    assert len(report.server) < 1000
    _no_secret(assert_harmless(repr(report)))
    _no_secret(assert_harmless(repr(report.of("violates", "unanswered"))))


@EACH_REPORT
def test_text(reports: dict[str, probe.Report], name: str) -> None:
    _no_secret(assert_harmless(report_text(reports[name])))


@EACH_REPORT
def test_json(reports: dict[str, probe.Report], name: str) -> None:
    text = _no_secret(assert_harmless(report_json(reports[name]), ascii_only=True))
    document = json.loads(text)
    assert len(document["cases"]) == len(reports[name].results)
    for case in document["cases"]:
        assert_harmless(case["detail"] + (case["diagnosis"] or ""), lines=False)


class _Page(HTMLParser):
    TAGS = frozenset(
        {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "footer"}
    )
    TAGS |= {"h1", "h2", "h3", "h4", "p", "dl", "dt", "dd", "div", "span", "small", "b", "i", "code", "pre"}
    TAGS |= {"figure", "figcaption", "table", "tbody", "tr", "th", "td"}
    ATTRIBUTES = frozenset({"lang", "charset", "name", "content", "class", "style", "role", "aria-label", "id"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.styles: set[str] = set()
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.TAGS, tag
        assert {name for name, _ in attrs} <= self.ATTRIBUTES, attrs
        self.styles |= {value or "" for name, value in attrs if name == "style"}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@EACH_REPORT
def test_html(reports: dict[str, probe.Report], name: str) -> None:
    """No tag and no attribute but the report's own."""
    text, page = _no_secret(assert_harmless(report_html(reports[name]))), _Page()
    page.feed(text)
    assert page.open == [] and page.comments == []
    assert all(style.removeprefix("flex-grow:").isdigit() for style in page.styles)


@EACH_REPORT
def test_junit(reports: dict[str, probe.Report], name: str) -> None:
    text = _no_secret(assert_harmless(report_junit(reports[name], ("violates", "lenient", "unanswered"))))
    root = ElementTree.fromstring(text.encode())
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    assert {name for element in root.iter() for name in element.attrib} <= {
        *("name", "tests", "failures", "errors", "classname", "time", "type", "message"),
    }
    assert len(root.findall(".//testcase")) == len(reports[name].results)
    for element in root.iter():
        assert_harmless("".join([element.text or "", *element.attrib.values()]))


@EACH_REPORT
def test_markdown(reports: dict[str, probe.Report], name: str) -> None:
    """Read by a parser: headings and tables, the ids of cases as code, and nothing else."""
    text = _no_secret(assert_harmless(report_markdown(reports[name])))
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {inner.type for token in tokens for inner in [token, *(token.children or [])]}
    blocks = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td"}
    assert kinds <= {f"{block}_{side}" for block in blocks for side in ("open", "close")} | {
        "inline",
        "text",
        "code_inline",
    }
    rows = [index for index, token in enumerate(tokens) if token.type == "tr_open"]
    for row in rows:
        end = next(index for index, token in enumerate(tokens) if index > row and token.type == "tr_close")
        assert sum(token.type in ("td_open", "th_open") for token in tokens[row:end]) in (3, 4)
    for code in [inner for token in tokens for inner in token.children or () if inner.type == "code_inline"]:
        assert code.content in {case.id for case in probe.CASES}
    for bait in ("https://evil", "www.evil", "@somebody"):  # GitHub's own, which this parser does not have
        assert bait not in text


@pytest.mark.parametrize("answer", [*RAW, *(on_the_wire(text) + b"\r\n\r\n" for text in TEXTS.values())])
def test_what_cannot_be_probed_is_told_in_one_harmless_line(answer: bytes) -> None:
    async def said() -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        async with listening(serve) as port:
            with pytest.raises(probe.CannotProbe) as caught:
                await probe.run_async(f"ws://me:{SECRET}@127.0.0.1:{port}/?t={SECRET}", timeout=1.0, **USERS)  # type: ignore[arg-type]
        return str(caught.value)

    if b"Sec-WebSocket-Accept" not in answer and not answer.startswith(b"HTTP/1.1 101"):
        _no_secret(assert_harmless(asyncio.run(said()), lines=False, ascii_only=True))


@pytest.mark.parametrize(("length", "bits"), [("9" * 5000, "\xb2"), ("\xb2", "9" * 5000)])
def test_numbers_that_python_does_not_read_end_no_run(length: str, bits: str) -> None:
    """int() refuses more than 4,300 digits, and str.isdigit() takes a superscript."""

    class Numbers(Correct):
        def fields(self, handshake: Handshake) -> Fields:
            extension = f"permessage-deflate; server_max_window_bits={bits}"
            return [*super().fields(handshake), ("Sec-WebSocket-Extensions", extension)]

        def refusal_fields(self, violations: tuple[Violation, ...]) -> Fields:
            return [("Content-Length", length), ("Connection", "close")]

    found = asyncio.run(_report(Numbers(), only=("deflate-server-bits", "refusal-*", "body-*")))
    assert not found.interrupted
    assert {"deflate-server-bits"} < {result.case.id for result in found.of("violates")}


LONG = f"{SECRET}." + "eyJhbGciOiJIUzI1NiJ9" * 10


def test_a_server_that_repeats_what_it_was_sent_does_not_publish_it() -> None:
    """Whole, cut where a message quotes it, and escaped."""

    class Echo(Correct):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await self.read_head(reader) or b""
            first, last = head.split(b"\r\n")[0], head.rstrip().split(b": ")[-1]
            kinds = [head, first, last, b"HTTP/1.1 400 No\r\nContent-Length: " + last + b"\r\n\r\n" + first]
            kinds += [
                b"HTTP/1.1 101 Yes\r\nUpgrade: " + last + b"\r\nSec-WebSocket-Accept: " + last + b"\r\n\r\n" + head
            ]
            self.turn = getattr(self, "turn", -1) + 1
            if self.turn == 0:
                writer.write(self.head("HTTP/1.1 101 Yes", [("Server", last.decode()), ("Sec-WebSocket-Accept", "x")]))
            else:
                writer.write(kinds[self.turn % len(kinds)])
            await self.end(writer)

    async def found(**options: Any) -> probe.Report:
        async with serving(Echo()) as url:
            return await probe.run_async(f"{url}?token={LONG}", timeout=1.0, concurrency=30, **options)

    users: list[dict[str, Any]] = [
        {"headers": [("X-Token", LONG)]},
        {"headers": [("Authorization", f"Bearer {LONG}")]},
        {"cookies": f'sid="{LONG}\\"; a=b'},
    ]
    for options in users:
        report = asyncio.run(found(**options))
        texts = [form(report) for form in (report_text, report_json, report_html, report_markdown)]
        for text in (*texts, report_junit(report, ("violates",))):
            assert SECRET not in text and "eyJhbGciOiJIUzI1NiJ9" not in text
            assert "***" in text.replace("\\", "")
