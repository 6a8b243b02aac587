"""A chat in one room: who is in hears what is said."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.websockets import WebSocket

from .recent import Recent, summary

NAME_LIMIT, TEXT_LIMIT = 24, 500  # characters
SEND_SECONDS = 1.0  # a member who does not read for so long misses the message, and the others need not wait


class Room:
    """The open WebSockets, and the endpoint that lets one in."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._members: set[WebSocket] = set()

    async def join(self, websocket: WebSocket) -> None:
        """The endpoint: tells the newcomer how its handshake went, then passes on what it says."""
        await websocket.accept()
        event = self._recent.of_key(websocket.headers.get("sec-websocket-key"))
        await websocket.send_json({"kind": "handshake", "handshake": event and summary(event)})
        self._members.add(websocket)
        try:
            await self._listen(websocket)
        finally:
            self._members.discard(websocket)
            await self._tell({"kind": "people", "count": len(self._members)})

    async def _listen(self, websocket: WebSocket) -> None:
        await self._tell({"kind": "people", "count": len(self._members)})
        while (message := await websocket.receive())["type"] == "websocket.receive":
            if said := read_message(message.get("text")):
                await self._tell({"kind": "message", **said})

    async def _tell(self, message: dict[str, Any]) -> None:
        sends = (asyncio.wait_for(member.send_json(message), SEND_SECONDS) for member in tuple(self._members))
        # A member who left in between is no news: its own endpoint is about to notice.
        await asyncio.gather(*sends, return_exceptions=True)


def read_message(text: str | None) -> dict[str, str] | None:
    """{"name": ..., "text": ...} cut to size, None for anything else: a stranger's frame ends no conversation."""
    try:
        said = json.loads(text or "")
        name, words = said["name"].strip()[:NAME_LIMIT], said["text"].strip()[:TEXT_LIMIT]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return {"name": name or "somebody", "text": words} if words else None
