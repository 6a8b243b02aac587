"""Upgrade and Connection: lists, of which one element is websocket and upgrade (RFC 6455 §4.2.1 items 3 and 4)."""

from __future__ import annotations

from ..case import EITHER, NOT_UPGRADED, OPENS, SHOULD_OPEN, Case, Expect
from ..checks_refusal import no_websocket
from .base import CONNECTION, UPGRADE, VALID, maker

_case = maker("upgrade")

_LIST = "Connection is compared as one string: it is a list over all its lines; split at commas, ignore case and blanks"
_CASE = "the comparison minds case: both values are compared without it"
_SUBSTRING = "the value is searched for a substring: compare whole list elements"
_PRESENCE = "the field is not looked at: without it nobody asked for an upgrade"
_OTHER = "Upgrade to another protocol is answered as if websocket had been asked for"
_UPGRADES = "Upgrade is compared as one string: it is a list, of which websocket may be one element"


def _connection(name: str, title: str, *values: str | bytes, mistake: str = _SUBSTRING) -> Case:
    request = VALID.put(CONNECTION, *values)
    return _case(f"connection-{name}", "connection-upgrade", title, request, NOT_UPGRADED, mistake=mistake)


def _opens(name: str, title: str, *values: str | bytes, mistake: str = _LIST) -> Case:
    return _case(
        f"connection-{name}", "connection-upgrade", title, VALID.put(CONNECTION, *values), OPENS, mistake=mistake
    )


def _upgrade(name: str, title: str, *values: str | bytes, mistake: str = _SUBSTRING) -> Case:
    return _case(
        f"upgrade-{name}", "upgrade-websocket", title, VALID.put(UPGRADE, *values), NOT_UPGRADED, mistake=mistake
    )


CASES: tuple[Case, ...] = (
    _case(
        "upgrade-mixed-case",
        "upgrade-websocket",
        "Upgrade: WebSocket",
        VALID.put(UPGRADE, "WebSocket"),
        OPENS,
        mistake=_CASE,
    ),
    _case(
        "upgrade-upper-case",
        "upgrade-websocket",
        "Upgrade: WEBSOCKET",
        VALID.put(UPGRADE, "WEBSOCKET"),
        OPENS,
        mistake=_CASE,
    ),
    _case(
        "upgrade-list",
        "upgrade-websocket",
        "websocket, h2c on one line",
        VALID.put(UPGRADE, "websocket, h2c"),
        SHOULD_OPEN,
        mistake=_UPGRADES,
    ),
    _case(
        "upgrade-list-last",
        "upgrade-websocket",
        "h2c, websocket on one line",
        VALID.put(UPGRADE, "h2c, websocket"),
        SHOULD_OPEN,
        mistake=_UPGRADES,
    ),
    _case(
        "upgrade-two-lines",
        "upgrade-websocket",
        "websocket, and h2c on a second line",
        VALID.put(UPGRADE, "websocket", "h2c"),
        SHOULD_OPEN,
        mistake=_UPGRADES,
    ),
    _upgrade("missing", "no Upgrade, as a proxy leaves it that strips hop-by-hop fields", mistake=_PRESENCE),
    _upgrade("empty", "an empty Upgrade", "", mistake=_PRESENCE),
    _case(
        "upgrade-h2c",
        "upgrade-websocket",
        "Upgrade: h2c",
        VALID.put(UPGRADE, "h2c"),
        Expect((*NOT_UPGRADED.conforms, "101"), (), "This asks for HTTP/2: a plain answer, a refusal, a 101 to h2c."),
        mistake=_OTHER,
        checks=(no_websocket,),
    ),
    _upgrade("versioned", "Upgrade: websocket/13", "websocket/13"),
    _upgrade("plural", "Upgrade: websockets", "websockets"),
    _upgrade("prefix", "Upgrade: xwebsocket", "xwebsocket"),
    _upgrade("space", "Upgrade: web socket", "web socket"),
    _upgrade("quoted", 'Upgrade: "websocket" in quotes', '"websocket"'),
    _case(
        "upgrade-nul",
        "field-content",
        "a NUL behind websocket",
        VALID.put(UPGRADE, b"websocket\x00"),
        NOT_UPGRADED,
        mistake=_SUBSTRING,
    ),
    _opens("lower-case", "Connection: upgrade", "upgrade", mistake=_CASE),
    _opens("upper-case", "Connection: UPGRADE", "UPGRADE", mistake=_CASE),
    _opens("keep-alive-first", "keep-alive, Upgrade, as Firefox sends", "keep-alive, Upgrade"),
    _opens("keep-alive-last", "Upgrade, keep-alive", "Upgrade, keep-alive"),
    _opens("no-space", "keep-alive,Upgrade without a space", "keep-alive,Upgrade"),
    _opens("tabs", "the option between tabs", "keep-alive\t,\tUpgrade\t"),
    _opens("empty-elements", "a list with empty elements, to be ignored (RFC 9110 §5.6.1)", ", ,Upgrade,"),
    _opens("two-lines-first", "two lines, Upgrade in the first", "Upgrade", "keep-alive"),
    _opens("two-lines-last", "two lines, Upgrade in the last", "keep-alive", "Upgrade"),
    _opens("unknown-option", "an option that nobody knows beside Upgrade", "Upgrade, X-Probe"),
    _case(
        "connection-close-too",
        "connection-upgrade",
        "close, Upgrade",
        VALID.put(CONNECTION, "close, Upgrade"),
        EITHER,
        note="It asks for both; RFC 9112 §9.6 makes this the last request here, which a WebSocket is in a way.",
    ),
    _connection("missing", "no Connection, as a proxy leaves it that strips hop-by-hop fields", mistake=_PRESENCE),
    _connection("empty", "an empty Connection", "", mistake=_PRESENCE),
    _connection("close", "Connection: close", "close", mistake=_PRESENCE),
    _connection("keep-alive", "Connection: keep-alive", "keep-alive", mistake=_PRESENCE),
    _connection("plural", "Connection: Upgrades", "Upgrades"),
    _connection("prefix", "Connection: x-upgrade", "x-upgrade"),
    _connection("prefix-in-list", "keep-alive, x-upgrade", "keep-alive, x-upgrade"),
    _connection("space-separated", "keep-alive Upgrade without a comma", "keep-alive Upgrade"),
    _connection("parameter", "Upgrade;q=1", "Upgrade;q=1"),
    _connection("quoted", '"Upgrade" in quotes', '"Upgrade"'),
    _case(
        "connection-nul",
        "field-content",
        "a NUL behind Upgrade",
        VALID.put(CONNECTION, b"Upgrade\x00"),
        NOT_UPGRADED,
        mistake=_SUBSTRING,
    ),
    _case(
        "upgrade-connection-missing",
        "upgrade-websocket",
        "neither Upgrade nor Connection, but key and version",
        VALID.put(UPGRADE).put(CONNECTION),
        NOT_UPGRADED,
        mistake=_PRESENCE,
    ),
)
