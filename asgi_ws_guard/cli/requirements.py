"""requirements: the table of what is asked of an opening handshake, for people and for machines."""

from __future__ import annotations

import argparse
import json
from textwrap import wrap

from ..handshake.requirements import REQUIREMENTS, Requirement
from .base import Subparsers, command, write


def add_parser(subparsers: Subparsers) -> None:
    """requirements."""
    parser = command(subparsers, "requirements", "print the requirements on an opening handshake", _run)
    parser.add_argument("--format", choices=tuple(_FORMATS), default="text", help="text (default), json or markdown")


def _run(args: argparse.Namespace) -> int:
    write(_FORMATS[args.format](list(REQUIREMENTS.values())))
    return 0


def _text(rows: list[Requirement]) -> str:
    indent = " " * 22
    return "\n".join(
        line
        for row in rows
        for line in wrap(f"{row.id:<22}{row.statement} ({row.section}; {_answer(row)})", 100, subsequent_indent=indent)
    )


def _json(rows: list[Requirement]) -> str:
    return json.dumps(
        [
            {
                "id": row.id,
                "section": row.section,
                "statement": row.statement,
                "status": row.status,
                "response_fields": [list(pair) for pair in row.response_fields],
                "flagged": row.flagged,
            }
            for row in rows
        ],
        indent=2,
        ensure_ascii=False,
    )


def _markdown(rows: list[Requirement]) -> str:
    lines = [f"| {row.id} | {row.statement} | {row.section} | {_answer(row)} |" for row in rows]
    return "\n".join(["| id | requirement | section | answer |", "|---|---|---|---|", *lines])


def _answer(row: Requirement) -> str:
    return f"flagged, {row.status} where refused" if row.flagged else str(row.status)


_FORMATS = {"text": _text, "json": _json, "markdown": _markdown}
