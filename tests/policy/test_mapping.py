"""Policies from mappings: what they say, and what is said of those that say nothing right."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_ws_guard import ConfigurationError, Policy
from asgi_ws_guard.policy.file import policies_from_mapping
from asgi_ws_guard.policy.policy import KEYS


def test_a_mapping_has_the_names_of_the_arguments() -> None:
    mapping = {name: getattr(Policy(), name) for name in KEYS}
    assert Policy.from_mapping(mapping) == Policy()
    assert Policy.from_mapping({"max_field_count": "off", "allowed_origins": "*"}) == Policy(
        max_field_count=None, allowed_origins="*"
    )


def test_a_mapping_may_say_none_and_a_callable() -> None:
    def authorize(*_: object) -> None:
        return None

    policy, paths = policies_from_mapping({"authorize": authorize, "accept_timeout": None, "paths": {"/x": None}})
    assert policy == Policy(authorize=authorize, accept_timeout=None)
    assert paths == {"/x": None}


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"allowed_origin": []}, "unknown key 'allowed_origin' in a policy; did you mean allowed_origins"),
        ({"zzz": 1}, "unknown key 'zzz' in a policy; known are allowed_origins, "),
        ({"rules": []}, "unknown key 'rules'"),
        ({"allowed_origins": ["https://example.com/"]}, "wanted scheme, host and port"),
        ({"allowed_origins": [{"pattern": "("}]}, "the pattern '\\('"),
        ({"allowed_origins": [{"patern": "x"}]}, 'wanted {"pattern"'),
        ({"allowed_origins": [{"pattern": 7}]}, 'wanted {"pattern"'),
        ({"require_tls": "off"}, "require_tls is 'off', wanted True or False"),
        ({"authorize": "myapp:authorize"}, "wanted a function"),
        ({"max_field_count": "100"}, "wanted a positive whole number"),
        ([("require_tls", True)], "wanted a table"),
    ],
)
def test_a_mapping_that_is_no_policy(mapping: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Policy.from_mapping(mapping)


ANYTHING = st.recursive(
    st.sampled_from([None, True, 0, 10**400, float("nan"), "off", "x", b"x", object(), re.compile(b"x"), {1}, len]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["pattern", "a", 7]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "paths", 7, None]), ANYTHING, max_size=4) | ANYTHING)
def test_no_mapping_is_more_than_a_configuration_error(mapping: Any) -> None:
    for read in (Policy.from_mapping, policies_from_mapping):
        with contextlib.suppress(ConfigurationError):
            repr(read(mapping))
