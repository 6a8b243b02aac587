"""Whatever a router takes for a guarded path is under that path's policy: in every deployment, without a server."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

import pytest
from django.conf import settings  # type: ignore[import-untyped]

from tests.security.deployments import EVIL, GOOD, Between, Deployment, Rules
from tests.security.in_process import outcomes, scope_of
from tests.security.routed_apps import ROUTERS
from tests.security.spellings import CONFIGURED, MOUNTED, ROOT, SPELLINGS, Spelling

if not settings.configured:
    settings.configure()  # Channels' routes ask Django's settings

# How many spellings have to reach the endpoint of each, or the test says nothing: measured, alone and mounted.
LEAST = {
    "starlette": (52, 32),
    "starlette-nested": (45, 32),
    "fastapi": (52, 32),
    "litestar": (100, 52),
    "quart": (100, 40),
    "channels-path": (70, 40),
    "channels-re_path": (70, 40),
    "channels-nested": (70, 40),
}


class Server(NamedTuple):
    """Its root_path, and whether the path that it gives begins with that whatever the client asks for."""

    root_path: str = ""
    joined: bool = False


SERVERS = (Server(), Server(ROOT), Server(ROOT, joined=True))  # as hypercorn and daphne have it, and as uvicorn does


def _deployments(router: str) -> Iterator[tuple[Deployment, Server]]:
    """Unguarded. What only sets Host has nothing to do with root paths."""
    for is_mounted, between, server in itertools.product((False, True), get_args(Between), SERVERS):
        if between != "sets-host" or server == SERVERS[0]:
            yield Deployment(router, is_mounted, between), server


def _spellings(deployment: Deployment, server: Server) -> list[Spelling]:
    spellings = [spelling.under(deployment.prefix) for spelling in (*SPELLINGS, *CONFIGURED)]
    if not server.root_path:
        return [*spellings, *MOUNTED]
    spellings = [spelling for spelling in spellings if spelling.root_path is None]
    return [*spellings, *(spelling.under(server.root_path) for spelling in spellings)]


def _driven(deployment: Deployment, server: Server, spellings: Sequence[Spelling], origin: str) -> list:  # type: ignore[type-arg]
    scopes = (scope_of(spelling, origin, server.root_path, joined=server.joined) for spelling in spellings)
    return asyncio.run(outcomes(deployment, scopes))
