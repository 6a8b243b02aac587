"""A target that has a fault: what a run does with a finding is tried on it. It is none of NAMES."""

from __future__ import annotations

SEEDS = (b"sound",)
WORDS = (b"fault",)


def check(data: bytes) -> None:
    assert b"fault" not in data, "there is a fault"
