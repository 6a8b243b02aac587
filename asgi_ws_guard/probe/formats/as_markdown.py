"""The report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Report
from .as_text import ORDER, summary


def report_markdown(report: Report) -> str:
    """Findings by outcome in tables, then the score by group."""
    return "\n".join([*_lines(report)]) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# WebSocket opening handshake: {_cell(report.target.url)}"
    yield ""
    yield f"{summary(report)}." + (f" Server: {_cell(report.server)}." if report.server else "")
    for outcome in ORDER:
        if results := report.of(outcome):
            yield from ("", f"## {outcome} ({len(results)})", "")
            yield from ("| case | requirement | seen | what to do |", "|---|---|---|---|")
            for one in results:
                where = f"{one.case.requirement_id} ({one.case.requirement.section})"
                cells = (f"`{one.case.id}` {one.case.title}", where, one.detail, one.diagnosis or "")
                yield f"| {' | '.join(map(_cell, cells))} |"
    yield from ("", "## Score", "", "| group | conforms | of |", "|---|---|---|")
    for group, results in report.groups.items():
        yield f"| {group} | {sum(one.outcome == 'conforms' for one in results)} | {len(results)} |"
    yield from (f"\n{note}" for note in report.notes)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
