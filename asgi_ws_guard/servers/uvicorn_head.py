"""The head of a connection's first request, read as it came, before uvicorn's HTTP parser reads it.

The parsers answer some malformed handshakes themselves (llhttp an unknown method, h11 a missing Host), drop what is
wrong with others (the HTTP version, a bare LF), and uvicorn reads of Upgrade and Connection one line and no list. A
handshake is the first request of its connection nearly always; a later one is read by the door behind alone.

Relied on: `data_received`, `_get_upgrade`, `headers`, `config`, `app_state`, `ws_protocol_class`, `transport`, and
`handle_websocket_upgrade`, which h11's protocol gives the event, and httptools' nothing.
"""

from __future__ import annotations

import re
from typing import Any

from ..asgi import means_websocket
from ..guard import Decision
from ..handshake import parse_request
from ..handshake.fields import list_elements
from ..handshake.requirements import violated
from .uvicorn_deployment import deployment
from .uvicorn_limits import HeadLimits

FACTS = "asgi_ws_guard.facts"  # in app_state, for the door: the HTTP version, and the decision if there is one

# h11 also ends lines at a bare LF. Where that ends the head, it is not looked at: the door behind does so.
_END = re.compile(rb"\r?\n\r?\n")
_MAY_MEAN_WEBSOCKET = re.compile(rb"\n(?:upgrade|sec-websocket-)", re.IGNORECASE)


class HeadFirst(HeadLimits):
    """Mixed into a protocol of uvicorn's: decides on a handshake before it is parsed, and hands the decision on."""

    config: Any
    transport: Any
    headers: list[tuple[bytes, bytes]]
    app_state: dict[str, Any]
    ws_protocol_class: Any
    scope: Any

    _head: bytes | None = b""  # None once it is through
    _decision: Decision | None = None

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            looked_at = max(0, len(self._head) - 3)
            self._head += data
            end = _END.search(self._head, looked_at)
            if (len(self._head) if end is None else end.end()) > self.max_head:
                self.too_large()
                return
            if end is None and self._head[:1].isalpha():
                self.begin()
                return  # what starts otherwise, such as TLS, is no request, and the parser answers it at once
            data, self._head = self._head, None
            if end is not None and end[0] == b"\r\n\r\n" and self._is_refused(data[: end.end()]):
                return
        if not self.transport.is_closing():
            super().data_received(data)
            self._decision = None

    def too_large(self) -> None:
        """One that asks for a WebSocket is told of as one that was refused."""
        head, self._head = self._head, None
        if head and _MAY_MEAN_WEBSOCKET.search(head):
            behind = deployment(self.config)
            decision = behind.too_large(violated("size", f"a head of more than {self.max_head} bytes"))
            if decision is not None:
                behind.refuse(decision, self.transport)
                return
        super().too_large()

    def has_begun(self) -> bool:
        return bool(self._head) or super().has_begun()

    def _is_refused(self, head: bytes) -> bool:
        if not _MAY_MEAN_WEBSOCKET.search(head):
            return False
        try:
            handshake = parse_request(head)
        except ValueError:  # no HTTP head: uvicorn's own 400 is what RFC 9112 asks for
            return False
        if handshake.extended_connect or not means_websocket(handshake.fields.raw):  # "HTTP/2" is no request line's
            return False
        behind = deployment(self.config)
        decision = behind.decision(handshake, self.transport)
        if decision is not None and not decision.verdict.allowed:
            behind.refuse(decision, self.transport)
            return True
        self._decision = decision
        return False

    def _get_upgrade(self) -> bytes | None:
        """What uvicorn decides by: Upgrade and Connection read as the lists that they are (RFC 9110 §5.6.1)."""
        if "upgrade" in self._elements(b"connection") and "websocket" in self._elements(b"upgrade"):
            return b"websocket"
        upgrade: bytes | None = super()._get_upgrade()  # type: ignore[misc]
        return upgrade

    def _elements(self, name: bytes) -> list[str]:
        lines = [value.decode("latin-1") for field, value in self.headers if field == name]
        return [element.lower() for element in list_elements(lines)]

    def handle_websocket_upgrade(self, *event: Any) -> None:
        version = event[0].http_version.decode("ascii") if event else self.scope["http_version"]
        self.app_state = {**self.app_state, FACTS: (version, self._decision)}
        super().handle_websocket_upgrade(*event)
