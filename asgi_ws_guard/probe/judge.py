"""From the answers of a case to its outcome, in words that say what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..handshake.fields import shown
from ..handshake.masking import masked_lines
from .answer import Answer
from .case import Case, Finding, Outcome

_GRAVITY = {"conforms": 0, "lenient": 1, "violates": 2}
_BROKE = "the server broke over the request and answered with its own error: see its log for the traceback"
_DROPPED = (
    "the server ended the connection without a word: RFC 6455 §10.7 allows that, and asks for a status so that the "
    "client learns what is wrong"
)
_HUNG = "the server keeps the connection and says nothing: whoever opens many of these exhausts it"
_LIMITED = "the server limits handshakes: probe with --concurrency 1, or exempt the probe"


@dataclass(frozen=True, slots=True)
class Result:
    """How a case went. `status` is that of the last answer; `diagnosis` is there where the outcome is not conforms."""

    case: Case
    outcome: Outcome
    status: int | None
    detail: str
    diagnosis: str | None
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    seconds: float = 0.0


def judge(case: Case, answers: tuple[Answer, ...]) -> Result:
    """The result of `case`, from all its answers; the first one that is not answered, or wrong, decides."""
    last = answers[-1]
    finding = _reset(case, answers) or _missing(answers) or _worst(case, answers)
    status = last.response.status if last.response is not None else None
    diagnosis = None if finding.outcome == "conforms" else (finding.diagnosis or case.mistake or None)
    return Result(
        case, finding.outcome, status, finding.detail, diagnosis, answers, sum(one.seconds for one in answers)
    )


def _reset(case: Case, answers: tuple[Answer, ...]) -> Finding | None:
    """Over HTTP/2 a stream that is reset is an answer, where the case says so."""
    if "reset" in case.expect.conforms and answers[0].ended == "reset" and answers[0].response is None:
        return Finding("conforms", "the stream was reset")
    return None


def _missing(answers: tuple[Answer, ...]) -> Finding | None:
    """The finding about an answer that is none."""
    for answer in answers:
        if answer.response is not None:
            if answer.response.status == 429:
                return Finding("unanswered", "429 Too Many Requests says nothing about this case", _LIMITED)
            continue
        if b"HTTP/1." in answer.received[1:] and not answer.received.startswith(b"HTTP/"):
            return Finding("violates", f"bytes before the status line: {_cut(answer.received)}", _TOO_EARLY)
        if answer.head is not None or (answer.received and not b"HTTP/1.".startswith(answer.received[:7])):
            return Finding("violates", f"no HTTP answer: {_cut(answer.received)}", _NO_HTTP)
        if len(answer.received) > 65536:
            return Finding("violates", "a head without end", _NO_HTTP)
        return _silence(answer)
    return None


def _silence(answer: Answer) -> Finding:
    if answer.ended == "failed":
        return Finding("unanswered", answer.trouble, "the server could not be reached: did an earlier case end it?")
    after = f"after {len(answer.received)} bytes of an answer" if answer.received else "without an answer"
    if answer.ended == "open":
        return Finding("unanswered", f"nothing more {after} in {answer.seconds:.1f} s", _HUNG)
    verb = "closed" if answer.ended == "closed" else "reset"
    return Finding("unanswered", f"the connection was {verb} {after}", _DROPPED)


def _worst(case: Case, answers: tuple[Answer, ...]) -> Finding:
    """The gravest finding: of the statuses, and of the checks where no status violates already."""
    findings = [_by_status(case, answer) for answer in answers]
    worst = max(findings, key=_gravity)
    if worst.outcome == "violates":
        return worst
    seen = [finding for check in case.checks if (finding := check(answers)) is not None]
    return max([worst, *seen], key=_gravity)


def _by_status(case: Case, answer: Answer) -> Finding:
    assert answer.response is not None
    status = answer.response.status
    outcome = case.expect.outcome(status)
    detail = f"answered with {status}" + ("" if outcome == "conforms" else f", wanted {case.expect.wanted}")
    broke = outcome == "violates" and status >= 500
    return Finding(outcome, detail, _BROKE if broke else None)


def _gravity(finding: Finding) -> int:
    return _GRAVITY.get(finding.outcome, 2)


def _cut(received: bytes) -> str:
    return shown(masked_lines(received[:4096].decode("latin-1")))


_TOO_EARLY = "something is written before the head of the answer: answer the handshake first, then read what follows it"
_NO_HTTP = "what answers here is no HTTP/1.1 server, or one whose error path writes something else"
