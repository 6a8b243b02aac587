"""What the subcommands share: the parser, the one line that bad input gets, and where output goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size
from typing import NoReturn, TypeAlias

from ..handshake.fields import escaped

Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"


class CommandError(Exception):
    """Bad input: its message is the one line that the user reads, with what it shows of the input. Exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(escaped(message, None, letters=True))


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {escaped(message, None, letters=True)} (see {self.prog} --help)\n")


def command(
    subparsers: Subparsers, name: str, help_text: str, run: Callable[[argparse.Namespace], int], epilog: str = ""
) -> Parser:
    """The parser of a new subcommand, which runs `run`."""
    parser: Parser = subparsers.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=epilog,
        formatter_class=_Narrow,
    )
    parser.set_defaults(run=run)
    return parser


def write(text: str, output: str | None = None) -> None:
    """To standard output, or to the file `output`."""
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from None


def read(path: str) -> bytes:
    """The bytes of a file, of standard input for "-"."""
    try:
        return sys.stdin.buffer.read(MAX_INPUT) if path == "-" else _head(Path(path))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None


MAX_INPUT = 1024 * 1024


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_INPUT)


class _Narrow(argparse.RawDescriptionHelpFormatter):
    """Help with the option's text on the option's line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=min(100, get_terminal_size().columns))
