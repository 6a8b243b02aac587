"""The report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..report import Report
from .as_text import ORDER, summary


def report_markdown(report: Report) -> str:
    """Findings by outcome in tables, then the score by group."""
    return "\n".join([*_lines(report)]) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# WebSocket opening handshake: {_quoted(report.target.label)}"
    yield ""
    yield f"{summary(report)}." + (f" Server: {_quoted(report.server)}." if report.server else "")
    for outcome in ORDER:
        if results := report.of(outcome):
            yield from ("", f"## {outcome} ({len(results)})", "")
            yield from ("| case | requirement | seen | what to do |", "|---|---|---|---|")
            for one in results:
                where = f"{one.case.requirement_id} ({one.case.requirement.section})"
                cells = (_cell(f"`{one.case.id}` {one.case.title}"), where)
                yield f"| {' | '.join((*cells, _quoted(one.detail), _quoted(one.diagnosis or '')))} |"
    yield from ("", "## Score", "", "| group | conforms | of |", "|---|---|---|")
    for group, results in report.groups.items():
        yield f"| {group} | {sum(one.outcome == 'conforms' for one in results)} | {len(results)} |"
    yield from (f"\n{note}" for note in report.notes)


# What begins markup: a link, an image (which makes who reads the page send a request), an address made a link, a tag.
_MARKUP = re.compile(r"[\\`*_\[\]!|~#&:]")


def _quoted(text: str) -> str:
    """Text that may quote the server: as it stands, and nothing of it is markup.

    An @ is escaped for good: GitHub makes mentions of what was rendered, whatever stood before it in the source.
    """
    text = _MARKUP.sub(lambda match: f"\\{match[0]}", text.replace("@", "\\x40")).replace("www.", "www\\.")
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
