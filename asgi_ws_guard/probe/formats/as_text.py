"""The report for a terminal or a log, without colour: what went wrong by requirement, then the score by group."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from ..case import Case, Outcome
from ..report import Report, by_requirement

WIDTH = 100
ORDER: tuple[Outcome, ...] = ("violates", "unanswered", "lenient")


def report_text(report: Report) -> str:
    """The whole report."""
    return "\n".join([*_head(report), *_findings(report), *_scores(report), *report.notes, "", summary(report)]) + "\n"


def summary(report: Report) -> str:
    """One line: how many cases came out how."""
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count)
    over = f" (interrupted: {len(report.results)} of {report.total})" if report.interrupted else ""
    return f"{len(report.results)} cases in {report.seconds:.1f} s: {counts or 'none run'}{over}"


def cases_text(cases: list[Case]) -> str:
    """One line a case."""
    return "\n".join(f"{case.id:<28} {case.requirement_id:<22} {case.title}" for case in cases) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"{report.target.label}{f'  ({report.server})' if report.server else ''}"


def _findings(report: Report) -> Iterator[str]:
    for outcome in ORDER[::-1]:  # the gravest stands last, where a terminal leaves the reader
        results = report.of(outcome)
        for requirement_id, found in by_requirement(results).items():
            requirement = found[0].case.requirement
            yield ""
            yield from wrap(f"{outcome} {requirement_id} ({requirement.section}): {requirement.statement}", WIDTH)
            said = None
            for result in found:
                yield f"  {result.case.id:<26} {result.case.title}: {result.detail}"
                if result.diagnosis and result.diagnosis != said:
                    said = result.diagnosis
                    yield from wrap(said, WIDTH, initial_indent="      -> ", subsequent_indent="         ")


def _scores(report: Report) -> Iterator[str]:
    yield ""
    for group, results in report.groups.items():
        good = sum(result.outcome == "conforms" for result in results)
        others = [f"{n} {outcome}" for outcome in ORDER if (n := sum(one.outcome == outcome for one in results))]
        yield f"{group:<14} {good:>3} of {len(results):<4} {', '.join(others)}".rstrip()
