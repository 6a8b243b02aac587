"""What no output may hold: asserted on the bytes that came out."""

from __future__ import annotations

import re
import unicodedata

from .attack_set import SECRET

# What rich writes to a terminal: colours, and the bar that is drawn over and over.
_OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[1A|\x1b\[2K|\r(?=\n|\x1b\[|$)")


def assert_harmless(data: bytes | str, *, lines: bool = True, ascii_only: bool = False) -> str:
    """`data` is printable but for its own line ends; the text. It is UTF-8 where it is bytes."""
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    bad = {c for c in text if not c.isprintable() and not (lines and c == "\n")}
    assert not bad, f"{sorted(f'{c!a} {unicodedata.category(c)}' for c in bad)} in {text[:2000]!a}"
    assert text.isascii() or not ascii_only
    assert SECRET not in text, text
    return text


def assert_harmless_on_a_terminal(data: bytes) -> str:
    """The same of what a terminal got, rich's own sequences aside; what is left to read."""
    return assert_harmless(_OURS.sub("", data.decode("utf-8")))
