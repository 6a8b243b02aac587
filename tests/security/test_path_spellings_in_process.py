"""Whatever a router takes for a guarded path is under that path's policy: in every deployment, without a server."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

import pytest

from tests.security.deployments import EVIL, GOOD, Between, Deployment, Place, Rules
from tests.security.in_process import Driven, scope_of
from tests.security.judged import Outcome, faults, reaching
from tests.security.routed_apps import ROUTERS
from tests.security.spellings import CONFIGURED, MOUNTED, ROOT, SPELLINGS, Spelling, distinct

# How many spellings reach the endpoint of each, alone and mounted, on a server without a root_path: measured with
# Starlette 1.10, FastAPI 0.165, Litestar 2.25, Quart 0.22 and Channels 4.3.2 on Django 5.2. Fewer test less.
LEAST = {
    "starlette": (63, 41),
    "starlette-nested": (51, 40),
    "fastapi": (63, 41),
    "litestar": (125, 80),
    "quart": (172, 47),
    "channels-path": (80, 47),
    "channels-re_path": (80, 47),
    "channels-nested": (84, 51),
}


class Server(NamedTuple):
    """Its root_path, and whether the path that it gives begins with that whatever the client asks for."""

    root_path: str = ""
    joined: bool = False


PLACES: tuple[Place, ...] = ("outside", "inside")
SERVERS = (Server(), Server(ROOT), Server(ROOT, joined=True))  # as hypercorn and daphne have it, and as uvicorn does


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("router", ROUTERS)
def test_no_spelling_that_reaches_the_endpoint_is_admitted(router: str) -> None:
    found: list[str] = []
    for deployment, server in _deployments(router):
        spellings = _spellings(deployment, server)
        reached = reaching(spellings, _driven(deployment, server, spellings, EVIL))
        if server == SERVERS[0] and not deployment.between:
            assert len(reached) >= LEAST[router][deployment.mounted]
        reached = distinct(reached)
        for place, rules in itertools.product(PLACES, get_args(Rules)):
            guarded = deployment._replace(guard=place, rules=rules)
            found += faults(
                guarded,
                reached,
                refused=_driven(guarded, server, reached, EVIL),
                admitted=_driven(guarded, server, reached, GOOD),
            )
    assert found == []


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


def _driven(deployment: Deployment, server: Server, spellings: Sequence[Spelling], origin: str) -> list[Outcome]:
    async def outcomes() -> list[Outcome]:
        driven = Driven(deployment)
        return [await driven.outcome(scope) for scope in scopes]

    scopes = [scope_of(spelling, origin, server.root_path, joined=server.joined) for spelling in spellings]
    return asyncio.run(outcomes())
