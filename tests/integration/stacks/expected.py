"""The tables of all stacks."""

from __future__ import annotations

from tests.integration.stacks import (
    expected_daphne,
    expected_granian,
    expected_gunicorn,
    expected_hypercorn,
    expected_uvicorn,
)

TABLES = {
    **expected_uvicorn.TABLES,
    **expected_hypercorn.TABLES,
    **expected_daphne.TABLES,
    **expected_granian.TABLES,
    **expected_gunicorn.TABLES,
}
