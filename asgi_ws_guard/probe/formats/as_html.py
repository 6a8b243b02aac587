"""The report as one self-contained page: score, then each finding with what was sent, what came, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from html import escape

from ..case import Outcome
from ..judge import Result
from ..report import Report, by_requirement
from .as_text import ORDER
from .style import STYLE
from .wire import readable

_HEADINGS = {
    "violates": "Violates",
    "unanswered": "Unanswered",
    "lenient": "Lenient, and tolerable",
}


def report_html(report: Report, now: datetime | None = None) -> str:
    """The page. `now` is the date that stands on it."""
    moment = (now or datetime.now(timezone.utc)).strftime("%d %B %Y, %H:%M UTC")
    body = "\n".join([*_header(report, moment), *_scores(report), *_findings(report), *_conforming(report), _FOOTER])
    title = f"Handshake report: {escape(report.target.label)}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _header(report: Report, moment: str) -> Iterator[str]:
    yield '<header><p class="kicker">WebSocket opening handshake</p>'
    yield f"<h1>{escape(report.target.label)}</h1>"
    facts = [("Server", report.server or "does not say"), ("Probed", moment)]
    facts += [("Cases", f"{len(report.results)} in {report.seconds:.1f} s")]
    items = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    yield f'<dl class="facts">{items}</dl>'
    yield f'<p class="verdict {_verdict(report)[0]}">{_verdict(report)[1]}</p>'
    yield from (f'<p class="note">{escape(note)}</p>' for note in report.notes)
    yield "</header>"


def _verdict(report: Report) -> tuple[Outcome, str]:
    """The colour and the sentence that a reader takes away."""
    counts = report.counts
    if report.interrupted:
        return "unanswered", f"Interrupted after {len(report.results)} of {report.total} cases."
    if counts["violates"]:
        return "violates", f"{counts['violates']} of {len(report.results)} cases violate a requirement."
    if counts["unanswered"]:
        return "unanswered", f"Nothing violates, and {counts['unanswered']} cases stay unanswered."
    if counts["lenient"]:
        return "lenient", f"Conforms, with {counts['lenient']} tolerable departures."
    return "conforms", f"Conforms in all {len(report.results)} cases."


def _scores(report: Report) -> Iterator[str]:
    yield '<section><h2>Score</h2><div class="tiles">'
    for outcome, count in report.counts.items():
        yield f'<div class="tile {outcome}"><b>{count}</b> {outcome}</div>'
    yield '</div><table class="scores"><tbody>'
    for group, results in report.groups.items():
        counts = {name: sum(one.outcome == name for one in results) for name in report.counts}
        bars = "".join(f'<i class="{name}" style="flex-grow:{count}"></i>' for name, count in counts.items() if count)
        label = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        bar = f'<div class="bar" role="img" aria-label="{label}">{bars}</div>'
        yield f"<tr><th>{group}</th><td>{bar}</td><td>{counts['conforms']}/{len(results)}</td></tr>"
    yield "</tbody></table></section>"


def _findings(report: Report) -> Iterator[str]:
    for outcome in ORDER:
        if not (results := report.of(outcome)):
            continue
        yield f"<section><h2>{_HEADINGS[outcome]} <small>{len(results)}</small></h2>"
        for requirement_id, found in by_requirement(results).items():
            requirement = found[0].case.requirement
            yield f'<div class="requirement"><h3>{requirement_id} <small>{requirement.section}</small></h3>'
            yield f"<p>{escape(requirement.statement)}</p></div>"
            for result in found:
                yield from _article(result, report)
        yield "</section>"


def _article(result: Result, report: Report) -> Iterator[str]:
    case, answer = result.case, result.answers[-1]
    yield f'<article class="{result.outcome}" id="{case.id}"><h4>{escape(case.title)} <code>{case.id}</code></h4>'
    yield f'<p class="seen"><span class="badge">{result.outcome}</span> {escape(result.detail)}</p>'
    if result.diagnosis:
        yield f'<p class="cure"><b>Likely cause and cure</b> {escape(result.diagnosis)}</p>'
    yield f'<p class="why">{escape(f"{case.expect.why} {case.note}".strip())}</p>'
    received = readable(answer.received, report.target) or f"({answer.trouble or 'nothing'})"
    yield '<div class="wires">'
    yield f"<figure><figcaption>sent</figcaption><pre>{escape(readable(answer.sent, report.target))}</pre></figure>"
    yield f"<figure><figcaption>received</figcaption><pre>{escape(received)}</pre></figure>"
    yield "</div></article>"


def _conforming(report: Report) -> Iterator[str]:
    if not (results := report.of("conforms")):
        return
    yield f'<section><h2>Conforms <small>{len(results)}</small></h2><table class="cases"><tbody>'
    for result in results:
        cells = (f"<code>{result.case.id}</code>", escape(result.case.title), str(result.status or ""))
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table></section>"


_FOOTER = (
    "<footer>Made by <code>asgi-ws-guard probe</code>. Conforms: as the RFCs ask. Lenient: no MUST is broken, or "
    "nobody is harmed. Violates: a MUST is broken. Unanswered: no answer before the deadline, or none at all.</footer>"
)
