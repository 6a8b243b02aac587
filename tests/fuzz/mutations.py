"""What hypothesis makes of the seeds of a target: for the tests, and where there is no atheris."""

from __future__ import annotations

from hypothesis import strategies as st

from .targets import Target

_PLACE = st.integers(0, 1 << 16)  # taken modulo the length
_CHANGES = st.sampled_from(("insert", "insert", "byte", "cut", "double", "join"))


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Noise, and seeds after up to five changes: a word or a byte put in, a part left out, doubled or another's."""
    return st.one_of(_mutated(target), _mutated(target), st.binary(max_size=200))


@st.composite
def _mutated(draw: st.DrawFn, target: Target) -> bytes:
    data = draw(st.sampled_from(target.SEEDS))
    for _ in range(draw(st.integers(0, 5))):
        change = draw(_CHANGES)
        first, last = sorted(draw(_PLACE) % (len(data) + 1) for _ in range(2))
        if change == "insert":
            data = data[:first] + draw(st.sampled_from(target.WORDS)) + data[first:]
        elif change == "byte":
            data = data[:first] + draw(st.binary(min_size=1, max_size=2)) + data[first + 1 :]
        elif change == "cut":
            data = data[:first] + data[last:]
        elif change == "double":
            data = data[:last] + data[first:]
        else:
            other = draw(st.sampled_from(target.SEEDS))
            data = data[:first] + other[draw(_PLACE) % (len(other) + 1) :]
    return data
