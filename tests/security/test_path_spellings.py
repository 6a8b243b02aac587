"""Whatever a router takes for a guarded path is under that path's policy: on real servers, and at uvicorn's door.

The breadth of deployments is driven without servers in test_path_spellings_in_process.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from asgi_ws_guard.servers import uvicorn as door
from tests.security.deployments import EVIL, GOOD, Deployment
from tests.security.judged import faults, reaching
from tests.security.routed_apps import ROUTERS
from tests.security.servers import COMMANDS, UVICORNS, Asked, process, uvicorn, uvicorn_with_door
from tests.security.spellings import CONFIGURED, MOUNTED, ROOT, SPELLINGS, Spelling, distinct

pytestmark = [pytest.mark.usefixtures("quiet")]

# Placed outside and inside of mounts and middlewares, each set of rules in each place: a guard, but for its router.
GUARDED = (
    *(Deployment("", guard="outside", rules=rules) for rules in ("exact", "prefix", "inverse")),
    Deployment("", mounted=True, guard="outside", rules="exact"),
    Deployment("", mounted=True, guard="inside", rules="prefix"),
    Deployment("", mounted=True, guard="outside", rules="inverse"),
    Deployment("", between="strips", guard="outside", rules="exact"),
    Deployment("", between="strips", guard="inside", rules="inverse"),
    Deployment("", between="sets-host", guard="outside", rules="prefix"),
    Deployment("", between="sets-host", guard="inside", rules="exact"),
)
STACKS = (*UVICORNS, *(f"{name}-root" for name in UVICORNS), *COMMANDS, "hypercorn-root", "daphne-root")

# How many spellings reach the endpoint of a router that stands alone, on the stack where the fewest do.
LEAST = {
    "starlette": 25,
    "starlette-nested": 24,
    "fastapi": 25,
    "litestar": 44,
    "quart": 30,
    "channels-path": 29,
    "channels-re_path": 29,
    "channels-nested": 33,
}


# The guard is the door's own, or one that it finds in the app: in front of a middleware, or behind one.
AT_THE_DOOR = (
    (Deployment("", guard="outside", rules="exact"), True),
    (Deployment("", guard="outside", rules="prefix"), False),
    (Deployment("", mounted=True, guard="outside", rules="inverse"), True),
    (Deployment("", between="strips", guard="outside", rules="prefix"), True),
    (Deployment("", between="strips", guard="inside", rules="exact"), False),
    (Deployment("", between="sets-host", guard="inside", rules="inverse"), False),
)
# The HTTP protocol with the door and without, and the WebSocket one.
DOORS = {
    "ws-h11": ("h11", "h11", "wsproto"),
    "ws-httptools": ("httptools", "httptools", "websockets-sansio"),
    "http-h11": (door.H11Protocol, "h11", "websockets-sansio"),
    "http-httptools": (door.AutoHTTPProtocol, "httptools", "wsproto"),
}


@pytest.fixture(scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in STACKS])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    name = request.param.removesuffix("-root")
    if name in UVICORNS:
        with uvicorn(*UVICORNS[name], root_path=ROOT if name != request.param else "") as running:
            yield running
    else:
        with process(request.param, tmp_path_factory.mktemp(name)) as running:
            yield running


@pytest.mark.parametrize("router", ROUTERS)
def test_no_spelling_that_reaches_the_endpoint_is_admitted(
    router: str, asked: Asked, request: pytest.FixtureRequest
) -> None:
    daphne = "daphne" in request.node.name  # where root_path is the client's to choose
    every = 2 if daphne or "-root" in request.node.name else 1  # the slowest, and each stack's second time
    alone = _reaching(asked, Deployment(router), _spellings(asked, client_chosen=daphne))
    assert len(alone) >= LEAST[router]
    found = _faults(asked, GUARDED[0]._replace(router=router), alone)
    for guarded in (deployment._replace(router=router) for deployment in GUARDED[every::every]):
        spellings = distinct(alone)
        if guarded.unguarded != Deployment(router):
            spellings = [spelling.under(guarded.prefix, behind=asked.root_path) for spelling in spellings]
            spellings += MOUNTED if guarded.mounted and daphne else ()
            spellings = _reaching(asked, guarded.unguarded, spellings)
            assert spellings
        found += _faults(asked, guarded, spellings)
    assert found == []


@pytest.mark.parametrize("router", ROUTERS)
@pytest.mark.parametrize("http", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in DOORS])
def test_no_spelling_that_reaches_the_endpoint_is_admitted_at_the_door(router: str, http: str) -> None:
    with_door, without, ws = DOORS[http]
    found: list[str] = []
    with uvicorn(without, ws) as bare:
        alone = _reaching(bare, Deployment(router), _spellings(bare, client_chosen=False))
        assert len(alone) >= LEAST[router]
        for guarded, explicit in AT_THE_DOOR:
            guarded = guarded._replace(router=router)
            spellings = [spelling.under(guarded.prefix) for spelling in distinct(alone)]
            spellings = _reaching(bare, guarded.unguarded, spellings)
            assert spellings
            with uvicorn_with_door(with_door, ws, guarded, explicit=explicit) as asked:
                found += _faults(asked, guarded, spellings)
    assert found == []


def _spellings(asked: Asked, *, client_chosen: bool) -> list[Spelling]:
    """With a root_path before them where the server wants one. The client's own choices are of no use elsewhere."""
    spellings = [spelling for spelling in SPELLINGS if client_chosen or spelling.root_path is None]
    return [*CONFIGURED, *(spelling.under(asked.root_path) for spelling in spellings)]


def _reaching(asked: Asked, deployment: Deployment, spellings: Sequence[Spelling]) -> list[Spelling]:
    return reaching(spellings, asked.outcomes(deployment, spellings, EVIL))


def _faults(asked: Asked, guarded: Deployment, spellings: Sequence[Spelling]) -> list[str]:
    refused = asked.outcomes(guarded, spellings, EVIL)
    return list(faults(guarded, spellings, refused, asked.outcomes(guarded, spellings, GOOD)))
