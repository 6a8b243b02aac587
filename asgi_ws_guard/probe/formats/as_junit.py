"""The report as JUnit XML, one test suite a group, for the pages that CI services draw of it."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree import ElementTree

from ..judge import Result
from ..report import Report


def report_junit(report: Report, failing: Collection[str]) -> str:
    """`failing` are the outcomes that count as failures."""
    root = ElementTree.Element("testsuites", name=f"asgi-ws-guard probe {report.target.label}")
    for group, results in report.groups.items():
        failures = sum(result.outcome in failing for result in results)
        counts = {"name": group, "tests": str(len(results)), "failures": str(failures), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", counts)
        for result in results:
            _case(suite, result, failing)
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, result: Result, failing: Collection[str]) -> None:
    name = f"{result.case.id}: {result.case.title}"
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"probe.{result.case.group}", name=name, time=f"{result.seconds:.3f}"
    )
    if result.outcome == "conforms":
        return
    requirement = result.case.requirement
    text = f"{requirement.section}: {requirement.statement}\n{result.diagnosis or ''}".strip()
    kind = "failure" if result.outcome in failing else "system-out"
    note = ElementTree.SubElement(case, kind)
    if kind == "failure":
        note.set("type", result.outcome)
        note.set("message", result.detail)
    note.text = text if kind == "failure" else f"{result.outcome}: {result.detail}\n{text}"
