"""The report, and the list of cases, as JSON: for machines, and for suites in other languages that take the vectors."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from ..case import Case
from ..preflight import CannotProbe
from ..report import Report
from ..runner import fill
from ..target import parse_target

SAMPLE = parse_target("ws://server.example.com/chat")
SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def report_json(report: Report, error: CannotProbe | None = None) -> str:
    """{"target", "cases", "counts"}; "error" and "interrupted" only where there is something to say."""
    document: dict[str, Any] = {
        "target": report.target.label,
        "cases": [
            {
                "id": result.case.id,
                "group": result.case.group,
                "requirement": result.case.requirement_id,
                "outcome": result.outcome,
                "status": result.status,
                "detail": result.detail,
                "diagnosis": result.diagnosis,
            }
            for result in report.results
        ],
        "counts": report.counts,
    }
    if error is not None:
        document["error"] = {"reason": error.reason, "check": error.check}
    elif report.interrupted:
        document["interrupted"] = True
    if report.notes:
        document["notes"] = report.notes
    return json.dumps(document, indent=2)


def cases_json(cases: Iterable[Case]) -> str:
    """Each case with its request as it would go to ws://server.example.com/chat, and what is made of the answer."""
    return json.dumps([_case(case) for case in cases], indent=2)


def _case(case: Case) -> dict[str, Any]:
    sent = fill(case.request, SAMPLE, SAMPLE_KEY)
    return {
        "id": case.id,
        "group": case.group,
        "requirement": case.requirement_id,
        "section": case.requirement.section,
        "title": case.title,
        "request": sent.decode("latin-1"),
        "request_base64": b64encode(sent).decode("ascii"),
        "segments": case.request.pieces,
        "then_base64": b64encode(case.then).decode("ascii"),
        "handshakes": case.times,
        "at_once": case.together,
        "conforms": list(case.expect.conforms),
        "lenient": list(case.expect.lenient),
        "checks": [(check.__doc__ or "").split("\n")[0] for check in case.checks],
        "why": case.expect.why,
        "note": case.note,
    }
