"""Whether root_path, which a router takes off the path, is the client's to choose: on daphne it is."""

from __future__ import annotations

import sys
from typing import Any

from . import daphne


def client_chose_root_path(send: Any) -> bool:
    """Whether the client has said what the root_path of the request that `send` answers is."""
    return daphne.MODULE in sys.modules and daphne.client_chose_root_path(send)
