"""The report in colour, and a progress bar while it is made. The one file that imports rich.

What is not ours goes in as `Text`, which reads no markup: of a server's "[link=...]" a terminal would make a link.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from .case import OUTCOMES
from .formats.as_text import ORDER, summary
from .judge import Result
from .report import Report, by_requirement
from .runner import OnResult

_COLOURS = {"conforms": "green", "lenient": "yellow", "violates": "red", "unanswered": "magenta"}


@contextmanager
def progress(total: int) -> Iterator[OnResult]:
    """A bar on standard error, so that the report alone is on standard output."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[bad]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("probing", total=total, bad="")
        bad = 0

        def on_result(result: Result) -> None:
            nonlocal bad
            bad += result.outcome in ("violates", "unanswered")
            bar.update(task, advance=1, bad=f"[red]{bad} not right[/]" if bad else "")

        yield on_result


def print_report(report: Report) -> None:
    """Findings by requirement, the score by group, and the counts."""
    console = Console(highlight=False)
    console.print(Text.assemble((report.target.label, "bold"), (f"  {report.server}" if report.server else "", "dim")))
    for outcome in ORDER[::-1]:  # the gravest stands last, where a terminal leaves the reader
        for requirement_id, results in by_requirement(report.of(outcome)).items():
            _requirement(console, requirement_id, outcome, results)
    console.print()
    console.print(_scores(report))
    for note in report.notes:
        console.print(Text(note, "dim"))
    console.print(Text(summary(report), "bold"))


def _requirement(console: Console, requirement_id: str, outcome: str, results: list[Result]) -> None:
    row, colour = results[0].case.requirement, _COLOURS[outcome]
    heading = ((outcome, f"{colour} bold"), " ", (requirement_id, "bold"), " ", (row.section, "dim"))
    console.print()
    console.print(Text.assemble(*heading, f"  {row.statement}"))
    grid, said = Table.grid(padding=(0, 1)), None
    for result in results:
        grid.add_row(Text(f"  {result.case.id}", style="cyan"), Text(f"{result.case.title}: {result.detail}"))
        if result.diagnosis and result.diagnosis != said:
            said = result.diagnosis
            grid.add_row("", Text(f"→ {said}", style="dim"))
    console.print(grid)


def _scores(report: Report) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("group")
    for outcome in OUTCOMES:
        table.add_column(outcome, justify="right")
    for group, results in report.groups.items():
        counts = [sum(result.outcome == outcome for result in results) for outcome in OUTCOMES]
        cells = [f"[{_COLOURS[name]}]{count}[/]" if count else "" for name, count in zip(OUTCOMES, counts, strict=True)]
        table.add_row(group, *cells)
    return table
