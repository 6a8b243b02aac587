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


_READING = """What is violated is refused, with the status and the fields that its entry names;
`Policy(tolerate={ids})` lets it pass. What is only flagged passes, and is in the event and in the log;
`Policy(refuse={ids})` refuses it. With `report_only` nothing is refused. Over HTTP/2 and HTTP/3 a 426 becomes 400, and
no Upgrade or Connection is sent.

Only where a policy asks for it: `host-allowed`, `tls-required`, `subprotocol-required`, `authorized`, and
`raw-upgrade`, whose `raw_upgrades="reject"` is not the default ([policies.md](policies.md))."""


def _markdown(rows: list[Requirement]) -> str:
    """The page docs/requirements.md: a heading is its own anchor, so each id is what a problem's type ends in."""
    table = [f"| [{row.id}](#{row.id}) | {row.statement} | {row.section} | {_answer(row)} |" for row in rows]
    return "\n".join(
        ["| id | requirement | section | answer |", "|---|---|---|---|", *table, "", _READING, *map(_entry, rows)]
    )


def _entry(row: Requirement) -> str:
    """One requirement under its heading."""
    fields = "".join(f", `{name}: {value}`" for name, value in row.response_fields)
    by_default = "flagged by default; where a policy refuses it" if row.flagged else "refused by default"
    return f"\n## {row.id}\n\n{row.statement}\n\n* {row.section}\n* {by_default}: {row.status}{fields}"


def _answer(row: Requirement) -> str:
    return f"flagged, {row.status} where refused" if row.flagged else str(row.status)


_FORMATS = {"text": _text, "json": _json, "markdown": _markdown}
