"""uvicorn's own protocols over a transport that is none: a handshake in a fraction of a millisecond."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.server import ServerState

_TURNS = 60  # of the loop, for an answer that comes; what has none by then has none
_ADDRESS = ("127.0.0.1", 50_000)


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": _ADDRESS, "sockname": ("127.0.0.1", 80)})
        self.written = b""
        self.protocol: Any = None
        self.closing = False

    def write(self, data: Any) -> None:
        if not self.closing:
            self.written += bytes(data)

    def close(self) -> None:
        self.closing = True

    abort = close

    def is_closing(self) -> bool:
        return self.closing

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def get_protocol(self) -> Any:
        return self.protocol

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class FakeUvicorn:
    """A uvicorn that is asked without a socket."""

    def __init__(self, app: Any, *, http: Any, ws: Any) -> None:
        quiet: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "off"}
        self._config = uvicorn.Config(app, http=http, ws=ws, **quiet)
        self._config.load()

    async def answer(self, request: bytes) -> bytes:
        """What is answered to the first request of a connection, whose client then goes; b"" for nothing."""
        state = ServerState()
        transport = Transport()
        protocol_class: Any = self._config.http_protocol_class
        loop = asyncio.get_running_loop()
        transport.protocol = protocol_class(config=self._config, server_state=state, app_state={}, _loop=loop)
        transport.protocol.connection_made(transport)
        try:
            transport.protocol.data_received(request)
        except UnicodeError:  # wsproto's, of a Host that is no IDNA: asyncio then aborts the connection
            transport.abort()
        for _ in range(_TURNS):
            if b"\r\n\r\n" in transport.written or transport.closing:
                break
            await asyncio.sleep(0)
        transport.closing = True
        transport.protocol.connection_lost(None)
        for _ in range(_TURNS):
            if not state.tasks:
                break
            await asyncio.sleep(0)
        assert not state.tasks, f"the application still runs, having answered {transport.written!r}"
        return transport.written
