"""One target run for some seconds, by atheris where it is installed, else by hypothesis, which sees no coverage."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, STDOUT
from time import monotonic
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings

from .mutations import inputs
from .targets import load

MAX_BYTES = 4096  # of an input
UNIT_SECONDS = 10  # an input that takes longer is a finding
SPARE_SECONDS = 60  # what a run may take beyond its time to start and to end

_STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
_EXECUTIONS = re.compile(r"stat::number_of_executed_units: (\d+)")
_TRACEBACK = re.compile(r"=== Uncaught Python exception: ===\n(.*?)\n\n?==", re.DOTALL)


class Run(NamedTuple):
    """What a run did: how often the target was called, what was reached, and the input that broke it, if one did."""

    name: str
    engine: str
    executions: int
    reached: str
    finding: bytes | None = None
    told: str = ""


def run(name: str, seconds: int) -> Run:
    return _by_atheris(name, seconds) if find_spec("atheris") else _by_hypothesis(name, seconds)


def _by_atheris(name: str, seconds: int) -> Run:
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as directory:
        corpus, findings, words = (Path(directory, part) for part in ("corpus", "findings", "words"))
        _lay_out(name, corpus, findings, words)
        limits = (f"-max_total_time={seconds}", f"-timeout={UNIT_SECONDS}", f"-max_len={MAX_BYTES}")
        files = (str(corpus), f"-dict={words}", f"-artifact_prefix={findings}/")
        command = (sys.executable, "-m", "tests.fuzz.with_atheris", name, *limits, *files, "-print_final_stats=1")
        done = subprocess.run(command, stdout=PIPE, stderr=STDOUT, timeout=seconds + SPARE_SECONDS, check=False)
        told = done.stdout.decode("ascii", "backslashreplace")
        found = [path.read_bytes() for path in findings.iterdir()]
    executions, status = _EXECUTIONS.search(told), _STATUS.findall(told)
    if executions is None or (done.returncode != 0 and not found):
        raise RuntimeError(f"atheris did not run {name} (exit {done.returncode}):\n{told[-3000:]}")
    reached = "{} edges, {} features, {} inputs kept".format(*status[-1]) if status else "nothing reached"
    traceback = _TRACEBACK.search(told)
    summary = traceback[1] if traceback else told[-1000:]
    return Run(name, "atheris", int(executions[1]), reached, found[0] if found else None, summary if found else "")


def _lay_out(name: str, corpus: Path, findings: Path, words: Path) -> None:
    target = load(name)
    corpus.mkdir()
    findings.mkdir()
    for number, seed in enumerate(target.SEEDS):
        (corpus / f"{number:04}").write_bytes(seed)
    lines = ['"{}"'.format("".join(f"\\x{byte:02x}" for byte in word)) for word in target.WORDS]
    words.write_text("\n".join(lines))


def _by_hypothesis(name: str, seconds: int) -> Run:
    target, executions, failed = load(name), 0, b""

    @settings(max_examples=1000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs(target))
    def examples(data: bytes) -> None:
        nonlocal executions, failed
        executions += 1
        failed = data  # the last one that is tried after a failure is the smallest that fails
        target.check(data)

    end, reached = monotonic() + seconds, "coverage not seen"
    while monotonic() < end:
        try:
            examples()
        except Exception as error:
            return Run(name, "hypothesis", executions, reached, failed, f"{type(error).__name__}: {error}")
    return Run(name, "hypothesis", executions, reached)
