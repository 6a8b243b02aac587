"""probe URL: runs the conformance suite against one server and reports."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..handshake.fields import shown
from ..handshake.masking import masked_lines
from ..probe import CONCURRENCY, TIMEOUT
from ..probe.formats import (
    cases_json,
    cases_text,
    report_html,
    report_json,
    report_junit,
    report_markdown,
    report_text,
    summary,
)
from ..probe.preflight import CannotProbe
from ..probe.report import FAILING, Report
from ..probe.runner import choose, every_case, run_cases
from ..probe.target import parse_target
from .base import CommandError, Subparsers, command, read, write

if TYPE_CHECKING:
    from ..probe.runner import OnResult
    from ..probe.target import Target

_EPILOG = """exit codes: 0 conforms, 1 does not, 2 could not probe,
130 interrupted, with a report of what was found so far"""
_FORMATS = ("text", "json", "junit", "html", "markdown")


def add_parser(subparsers: Subparsers) -> None:
    """probe."""
    parser = command(
        subparsers, "probe", "hold a WebSocket server to the rules of the opening handshake", _run, _EPILOG
    )
    parser.usage = "asgi-ws-guard probe [OPTION...] URL"
    add = parser.add_argument
    add("url", metavar="URL", nargs="?", help="ws://HOST[:PORT]/PATH, or wss:// for TLS")
    add("--header", action="append", default=[], metavar="'N: V'", help="a field for every handshake (repeat)")
    add("--origin", metavar="ORIGIN", help="an Origin for every handshake")
    add("--subprotocol", action="append", default=[], metavar="NAME", help="offer this subprotocol (repeat)")
    add("--cookie-file", metavar="FILE", help="cookies: curl's jar, or lines of NAME=VALUE")
    add("--insecure", action="store_true", help="do not check the server's certificate")
    add("--server-name", metavar="NAME", help="the name for TLS (SNI), where it is not the URL's")
    add("--timeout", type=_positive, default=TIMEOUT, metavar="S", help=f"seconds for each handshake ({TIMEOUT:g})")
    add("--concurrency", type=_count, default=CONCURRENCY, metavar="N", help=f"handshakes at a time ({CONCURRENCY})")
    add("--only", action="append", default=[], metavar="NAME", help="these cases, groups, requirements (repeat, * ?)")
    add("--skip", action="append", default=[], metavar="NAME", help="not these")
    add("--list", action="store_true", help="list the cases and stop; with --format json, whole")
    add("--format", choices=_FORMATS, default="text", metavar="F", help=f"{', '.join(_FORMATS)}")
    add("--output", metavar="FILE", help="write the report there")
    add("--strict", action="store_true", help="lenient counts as failure")
    add("--fail-on", type=_outcomes, default=FAILING, metavar="O,O", help=f"outcomes that fail ({','.join(FAILING)})")


def _run(args: argparse.Namespace) -> int:
    try:
        if args.list:
            cases = choose(args.only, args.skip, every_case())
            write(cases_json(cases) if args.format == "json" else cases_text(cases), args.output)
            return 0
        report = Report(_target(args))
        cases = choose(args.only, args.skip)
    except ValueError as error:
        raise CommandError(str(error)) from None
    failing = (*args.fail_on, "lenient") if args.strict else args.fail_on
    try:
        with _progress(args, len(cases)) as on_result:
            run = run_cases(report, cases, timeout=args.timeout, concurrency=args.concurrency, on_result=on_result)
            asyncio.run(run)
    except CannotProbe as error:
        if args.format == "json":
            write(report_json(report, error), args.output)
        raise CommandError(f"could not probe: {error}") from None
    except KeyboardInterrupt:
        report.interrupted = True
    _write(report, args, failing)
    return 130 if report.interrupted else int(bool(report.of(*failing)))


def _target(args: argparse.Namespace) -> Target:
    if not args.url:
        raise CommandError("a URL is wanted, such as ws://127.0.0.1:8000/ws")
    target = parse_target(
        args.url,
        headers=[_header(text) for text in args.header],
        origin=args.origin,
        subprotocols=args.subprotocol,
        insecure=args.insecure,
        server_name=args.server_name,
    )
    if args.cookie_file:
        from ..probe.cookies import cookie_value

        value = cookie_value(read(args.cookie_file).decode("utf-8", "replace"), target)
        target = replace(target, fields=(*target.fields, ("Cookie", value))) if value else target
    return target


def _write(report: Report, args: argparse.Namespace, failing: tuple[str, ...]) -> None:
    if args.format == "text" and args.output is None and sys.stdout.isatty() and (terminal := _terminal()):
        terminal.print_report(report)
        return
    texts: dict[str, Callable[[Report], str]] = {
        "text": report_text,
        "json": report_json,
        "html": report_html,
        "markdown": report_markdown,
        "junit": lambda found: report_junit(found, failing),
    }
    write(texts[args.format](report), args.output)
    if args.output:
        print(summary(report), file=sys.stderr)


@contextmanager
def _progress(args: argparse.Namespace, total: int) -> Iterator[OnResult]:
    """A bar where somebody is looking and rich is there."""
    if sys.stderr.isatty() and (terminal := _terminal()):
        with terminal.progress(total) as on_result:
            yield on_result
    else:
        yield lambda _: None


def _terminal() -> Any:
    """The module that reports in colour; None without rich, the extra `cli`."""
    try:
        from ..probe import terminal
    except ImportError:
        return None
    return terminal


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise CommandError(f"--header {shown(masked_lines(text))}: wanted 'Name: value'")
    return name.strip(), value.strip()


def _outcomes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or set(names) - {"lenient", "violates", "unanswered"}:
        raise argparse.ArgumentTypeError(f"{text!r}, wanted some of violates, unanswered, lenient")
    return names


def _positive(text: str) -> float:
    try:
        if 0 < (value := float(text)) <= 600:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r}, wanted a number of seconds, up to 600")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 1000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}, wanted a whole number, up to 1000")
