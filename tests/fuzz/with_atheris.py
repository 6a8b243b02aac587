"""One target under atheris, in a process of its own: libFuzzer ends it. Arguments: TARGET, then libFuzzer's own."""

from __future__ import annotations

import sys

import atheris

from .targets import load


def main() -> None:
    """Hand the rest of the command line to libFuzzer, which prints what it did on stderr."""
    name, arguments = sys.argv[1], sys.argv[2:]
    atheris.enabled_hooks.add("str")  # what startswith and endswith look for; its hook of `re` fails on bytes
    with atheris.instrument_imports(include=["asgi_ws_guard", "tests.fuzz"]):
        target = load(name)
    atheris.Setup([sys.argv[0], *arguments], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
