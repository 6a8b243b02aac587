"""The application: a chat, the page, and the three questions that the page asks; the guard round all of it."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from asgi_ws_guard import Policy, WebSocketGuardMiddleware

from .cases import CASES
from .chat import Room
from .firing import fire
from .playground import steps
from .recent import Recent, summary

STATIC = Path(__file__).parent / "static"
BODY_LIMIT = 8 * 1024  # bytes

# Everything is ours, and nothing is inline: what a stranger says in the chat can never become script.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {"content-security-policy": CONTENT_SECURITY_POLICY, "x-content-type-options": "nosniff"}


class Pages:
    """The http endpoints, which share the memory of recent handshakes."""

    def __init__(self, recent: Recent, guarded: bool) -> None:
        self._recent = recent
        self._guarded = guarded

    async def index(self, request: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers=PAGE_HEADERS)

    async def cases(self, request: Request) -> Response:
        shown = ("id", "group", "label", "why", "status", "code", "answered_by")
        listed = [{name: getattr(case, name) for name in shown} for case in CASES.values()]
        return JSONResponse({"guarded": self._guarded, "cases": listed})

    async def handshakes(self, request: Request) -> Response:
        return JSONResponse([{"at": at, **summary(event)} for at, event in self._recent])

    async def fire(self, request: Request) -> Response:
        case = CASES.get(request.path_params["case"])
        if case is None:
            return refusal(404, f"there is no such case; the cases are {', '.join(CASES)}")
        host, port = request.scope.get("server") or (None, None)
        if host is None or port is None:
            return refusal(501, "the server does not say on which address it listens, so it cannot be dialled")
        try:
            return JSONResponse(await fire(case, (host, int(port)), self._recent))
        except OSError as error:
            return refusal(502, f"the server could not be dialled: {error}")

    async def steps(self, request: Request) -> Response:
        try:
            return JSONResponse(steps(await read_key(request)))
        except ValueError as error:
            return refusal(400, f'wanted {{"key": text or null}}: {error}')


async def read_key(request: Request) -> str | None:
    """The key in the JSON body, read no further than it may be long. ValueError for everything else."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ValueError(f"the body has more than {BODY_LIMIT} bytes")
    asked = json.loads(body)
    if not isinstance(asked, dict) or not isinstance(asked.get("key"), str | None):
        raise ValueError("this is something else")
    return asked.get("key")


def refusal(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status)


def create_app(guarded: bool = True) -> Starlette:
    """The application; `guarded=False` leaves the guard out, so that one can see what it is for."""
    recent = Recent()
    room, pages = Room(recent), Pages(recent, guarded)
    app = Starlette(
        routes=[
            Route("/", pages.index),
            Route("/cases", pages.cases),
            Route("/handshakes", pages.handshakes),
            Route("/fire/{case}", pages.fire, methods=["POST"]),
            Route("/steps", pages.steps, methods=["POST"]),
            WebSocketRoute("/chat", room.join),
            WebSocketRoute("/devices/chat", room.join),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    )
    if guarded:
        app.add_middleware(
            WebSocketGuardMiddleware,
            policy=Policy(),
            paths={"/devices/*": Policy(tolerate={"key-length"})},
            observers=(recent,),
        )
    return app


app = create_app()
