"""explain [FILE]: says of a pasted handshake what is wrong on which line and why, and of an error what it means."""

from __future__ import annotations

import argparse
import sys
from textwrap import wrap

from ..diagnosis.explanation import Explanation, explain
from ..handshake.fields import escaped
from .base import CommandError, Subparsers, command, read, write

_EPILOG = (
    "takes curl -v, a browser's copied request (headers, as cURL, as fetch), raw heads, or one line of a browser's\n"
    "console, of a client's error or of a server's log\n"
    "exit codes: 0 it is right, or the line is explained; 1 something is wrong; 2 not understood"
)


def add_parser(subparsers: Subparsers) -> None:
    """explain."""
    parser = command(
        subparsers, "explain", "say what is wrong with a pasted handshake, or what an error means", _run, _EPILOG
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="what to read; standard input without it")


def _run(args: argparse.Namespace) -> int:
    if args.file == "-" and sys.stdin.isatty():
        print("Paste the handshake or the error, then end the input (Ctrl-D):", file=sys.stderr)
    explanation = explained(read(args.file))
    write("\n".join(printed(explanation)))
    return int(explanation.verdict == "wrong")


def explained(data: bytes) -> Explanation:
    """The explanation of `data`; CommandError where there is none."""
    try:
        return explain(data)
    except ValueError as error:
        raise CommandError(str(error)) from None


def printed(explanation: Explanation) -> list[str]:
    """Its lines, which can be shown on a terminal whatever was pasted."""
    return [escaped(line, None, letters=True) for part in explanation.parts for line in _wrapped(part)]


def _wrapped(text: str) -> list[str]:
    return wrap(text, 110, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
