"""Whose root_path it is: what a router takes off the path decides which route is reached."""

from __future__ import annotations

from typing import Any

from .finding import owners


def client_chose_root_path(send: Any) -> bool:
    """Whether the client has said what the root_path of the request that `send` answers is."""
    return any(server.client_chose_root_path(owner) for server, owner in owners(send))
