"""Thousands of refusals are told to the observers of these tests, and not to the log as well."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    never = logging.CRITICAL + 1
    with caplog.at_level(never, "asgi_ws_guard"), caplog.at_level(never, "uvicorn.error"):
        yield
