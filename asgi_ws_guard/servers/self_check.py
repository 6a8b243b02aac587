"""Verifying a server from outside, where it cannot be seen from inside (granian): dial it once and read its 101.

The handshake carries a secret that is good for one process and one check. The guard that knows it answers by itself, so
that no policy and no app sees it. To a guard in another worker it is a handshake like any other, of an origin that
nobody allows: it is refused, told of, and the dial is made again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any, Literal

from ..asgi import Receive, Scope, Send
from ..handshake import Handshake, generate_key, parse_response, verify
from ..handshake.fields import escaped
from ..handshake.wire import MAX_HEAD, write_head
from .live_checks import FIELD, began, ended, is_live

logger = logging.getLogger("asgi_ws_guard")

PATH = "/asgi-ws-guard-self-check"
ORIGIN = "http://self-check.invalid"  # which no name resolves to (RFC 2606 §2)
ATTEMPTS = 8
TIMEOUT = 5.0

Result = Literal["verified", "mismatch", "unverified"]


class SelfCheck:
    """One process's check of its own server. `counts` says how checks ended: verified, mismatch, unverified."""

    def __init__(self) -> None:
        self.counts: dict[Result, int] = {"verified": 0, "mismatch": 0, "unverified": 0}
        self._secret = secrets.token_hex(16).encode()
        self._task: asyncio.Task[None] | None = None
        self._started = False

    async def takes(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether a websocket scope was our check, and so was answered here. Any other has its server checked, once."""
        if is_live(scope, self._secret):
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 1000})
            return True
        self.start(scope)
        return False

    def start(self, scope: Scope) -> None:
        """Check the server that made `scope`, in the background, the first time that this is called."""
        if self._started:
            return
        self._started = True
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            logger.info("verify_server is off: it needs asyncio, and this server runs the application on another loop")
            return
        self._task = loop.create_task(self._check(scope.get("server"), scope.get("scheme", "ws") == "wss"))

    async def _check(self, server: Any, tls: bool) -> None:
        began(self._secret)
        try:
            result, said = await self._result(server, tls)
        except Exception as error:
            result, said = "unverified", f"it could not be dialled: {type(error).__name__} {error}"
        finally:
            ended(self._secret)
        self.counts[result] += 1
        level = {"verified": logging.INFO, "mismatch": logging.ERROR, "unverified": logging.WARNING}[result]
        where, said = escaped(str(server)), escaped(said, 500)
        logger.log(level, "server %s at %s: %s", result, where, said, extra={"server_verification": result})

    async def _result(self, server: Any, tls: bool) -> tuple[Result, str]:
        if not server or not server[0]:
            return "unverified", "the scope names no address; wanted (host, port) or (path of a unix socket, None)"
        for _ in range(ATTEMPTS):
            handshake = Handshake(fields=self._fields(server))
            response = parse_response(await asyncio.wait_for(_exchange(server, tls, handshake), TIMEOUT))
            if response.status < 400:  # a guard in another worker refuses
                if wrong := verify(handshake, response):
                    return "mismatch", "; ".join(f"{v.requirement.id}: {v.detail}" for v in wrong)
                return "verified", f"its accept value {response.accept} is right"
        return "unverified", f"{ATTEMPTS} dials landed on other workers, or before a guard that is not outermost"

    def _fields(self, server: Any) -> list[tuple[str | bytes, str | bytes]]:
        host = server[0] if server[1] is not None else "localhost"
        return [
            ("Host", f"[{host}]" if ":" in host else host),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", generate_key()),
            ("Sec-WebSocket-Version", "13"),
            ("Origin", ORIGIN),
            (FIELD, self._secret),
        ]


async def _exchange(server: Any, tls: bool, handshake: Handshake) -> bytes:
    """The response head to `handshake` from the server at `server`, and nowhere else."""
    context = None
    if tls:
        from ssl import CERT_NONE, create_default_context  # here: only the check of a TLS server needs it

        context = create_default_context()
        context.check_hostname, context.verify_mode = False, CERT_NONE  # it is ourselves that we dial
    if server[1] is None:
        reader, writer = await asyncio.open_unix_connection(server[0], limit=MAX_HEAD, ssl=context)
    else:
        reader, writer = await asyncio.open_connection(server[0], int(server[1]), limit=MAX_HEAD, ssl=context)
    try:
        writer.write(write_head(b"GET %b HTTP/1.1" % PATH.encode(), handshake.fields.raw))
        return await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.close()
