"""Path patterns: the first that matches wins, exactly as in a loop over fnmatchcase, however many there are."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asgi_ws_guard import ConfigurationError, Guard, Policy
from asgi_ws_guard.policy.patterns import PathPatterns, checked_patterns, is_prefix

CHARACTERS = st.sampled_from(
    ["/", "/", "a", "b", "ab", "*", "*", "?", "[ab]", "[!a]", "[", "]", "-", "\n", "\u00e9", "."]
)
PATTERN = st.lists(CHARACTERS, max_size=6).map("".join)
PATH = st.lists(st.sampled_from(["/", "/", "a", "b", "ab", "*", "?", "[", "\n", "\u00e9", "."]), max_size=6).map(
    "".join
)


def plainly(patterns: list[str], path: str) -> int | None:
    return next((place for place, pattern in enumerate(patterns) if fnmatchcase(path, pattern)), None)


@given(patterns=st.lists(PATTERN, max_size=12), path=PATH)
@example(patterns=["/a", "/a*", "*"], path="/a")
@example(patterns=["/ab*", "/*", "/a*"], path="/abc")
@example(patterns=["*b", "/a/b"], path="/a/b")
@example(patterns=["/a/b", "*b"], path="/a/b")
def test_first_match_is_that_of_a_plain_loop(patterns: list[str], path: str) -> None:
    assert PathPatterns(enumerate(patterns))(path) == plainly(patterns, path)


@given(patterns=st.lists(PATTERN, max_size=8, unique=True), paths=st.lists(PATH, max_size=20))
@example(patterns=["/a*", "/ab*"], paths=["/ab"])
@example(patterns=["/a/", "/a/*"], paths=["/a/", "/a/b"])
@example(patterns=["*/", "/a/*"], paths=["/a/", "/a/b"])
@example(patterns=["*/b*", "/a/b*"], paths=["/a/b"])
def test_what_is_refused_could_never_match_and_what_is_not_is_found(patterns: list[str], paths: list[str]) -> None:
    try:
        first = checked_patterns(patterns)
    except ConfigurationError:
        swallowed = [pattern for pattern in patterns[1:] if is_prefix(pattern) or not set("*?[") & set(pattern)]
        assert any(
            fnmatchcase(pattern, earlier) for pattern in swallowed for earlier in patterns[: patterns.index(pattern)]
        )
    else:
        assert [first.as_written(path) for path in paths] == [plainly(patterns, path) for path in paths]
        for place, pattern in enumerate(patterns):
            if not set("*?[") & set(pattern):
                assert first.as_written(pattern) == place


@pytest.mark.parametrize(
    ("patterns", "late", "early"),
    [
        (["/chat/*", "/chat/room"], "/chat/room", "/chat/*"),
        (["/chat/*", "/chat/rooms/*"], "/chat/rooms/*", "/chat/*"),
        (["*", "/chat/*"], "/chat/*", "*"),
        (["/chat*", "/chat"], "/chat", "/chat*"),
        (["/*/room", "/chat/room"], "/chat/room", "/*/room"),
        (["/*/room*", "/chat/rooms/*"], "/chat/rooms/*", "/*/room*"),
        (["/[cd]hat/*", "/x", "/chat/rooms/*"], "/chat/rooms/*", "/[cd]hat/*"),
        (["/x", "/a*", "/b*", "/ab*"], "/ab*", "/a*"),
    ],
)
def test_a_pattern_behind_one_that_swallows_it_is_an_error_that_names_both(
    patterns: list[str], late: str, early: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Guard(paths=dict.fromkeys(patterns))
    assert str(caught.value).startswith(f"paths has {late!r} behind {early!r}")


@pytest.mark.parametrize(
    "patterns",
    [
        ["/chat/room", "/chat/*"],
        ["/chat/rooms/*", "/chat/*", "*"],
        ["/chat/", "/chat/*"],
        ["/chat/*", "/chat"],
        ["*/", "/chat/*"],
        ["/*/room", "/chat/*"],
        ["/?", "/*"],
        ["/[ab]", "/c"],
        [],
    ],
)
def test_patterns_that_can_match_are_taken(patterns: list[str]) -> None:
    Guard(paths=dict.fromkeys(patterns))


def test_a_pattern_is_a_string() -> None:
    with pytest.raises(ConfigurationError, match="wanted a string such as"):
        Guard(paths={b"/chat": None})  # type: ignore[dict-item]


def test_as_in_fnmatch_a_star_crosses_slashes_and_case_counts() -> None:
    guard = Guard(paths={"/x/*": None})
    assert guard.paths.policies_for("/x/y/z") == [("/x/*", None)]
    assert guard.paths.policies_for("/x/") == [("/x/*", None)]
    assert guard.paths.policies_for("/x") == [("*", guard.policy)]


def test_among_a_thousand_patterns_each_is_found() -> None:
    policies = {f"/tenant-{number}/*": Policy(max_field_count=number + 1) for number in range(1000)}
    guard = Guard(paths=policies)
    for pattern, policy in policies.items():
        assert guard.paths.policies_for(pattern.replace("*", "chat")) == [(pattern, policy)]
    assert guard.paths.policies_for("/tenant-1000/chat") == [("*", guard.policy)]
