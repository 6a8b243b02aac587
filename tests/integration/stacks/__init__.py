"""Real servers, exact bytes: what every stack does with every handshake, as data and its measuring."""

from __future__ import annotations

import sys

# The servers import this package too, and need no pytest.
if pytest := sys.modules.get("pytest"):
    pytest.register_assert_rewrite("tests.integration.stacks.checks")
