"""All the handshakes of this suite."""

from __future__ import annotations

from tests.integration.stacks import cases_http, cases_websocket

CASES = (*cases_http.CASES, *cases_websocket.CASES)
