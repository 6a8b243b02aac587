"""The command line, asgi-ws-guard: one file a subcommand, each with `add_parser`, which names the function to run.

Exit codes: 0 all is well, 1 it is not (a server that violates, a value that does not match), 2 bad input or nothing
to probe, 130 interrupted. Bad input gets one line on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from . import accept, explain, probe, requirements, serve
from .base import CommandError, Parser

COMMANDS = (probe, explain, accept, requirements, serve)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the subcommand that `argv` names (sys.argv where None) and returns the exit code."""
    parser = Parser(prog="asgi-ws-guard", description="The WebSocket opening handshake: held to its rules, explained.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add_parser(subparsers)
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except CommandError as error:
        print(f"{parser.prog} {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, head or less, has seen enough; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code
