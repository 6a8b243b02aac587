"""The full 101: what RFC 6455 §4.1 tells a client to check, one requirement a case, and what HTTP asks beside it."""

from __future__ import annotations

from ..case import OPENS, Case, Expect
from ..checks import (
    frames_follow,
    free_of,
    hashed_as_it_came,
    holds,
    no_close_option,
    no_content,
    nothing_doubled,
    own_accept,
    ping_answered,
    well_formed_head,
)
from ..frames import PING, PONG
from .base import KEY, VALID, maker

_case = maker("response")

_101 = Expect(("101",), (), "A valid handshake opens; judged here is what the 101 carries.")

_HASHED = Expect(("101", "4xx"), (), "Judged here is what was hashed; whether this opens is judged elsewhere.")


def _field(requirement: str, title: str, mistake: str) -> Case:
    return _case(f"response-{requirement}", requirement, title, VALID, _101, mistake, checks=(holds(requirement),))


CASES: tuple[Case, ...] = (
    _field(
        "response-upgrade",
        "Upgrade: websocket, once",
        "the 101's Upgrade is missing, another, or doubled: say Upgrade: websocket",
    ),
    _field(
        "response-connection",
        "Connection lists upgrade",
        "the 101's Connection is missing or another: a proxy or the server's keep-alive overwrote it",
    ),
    _field(
        "accept-present",
        "there is an accept value",
        "the upgrade is answered as a plain HTTP 101, the key unread: leave it to a WebSocket library",
    ),
    _field("accept-once", "one accept value", "two layers add the accept value: leave it to the server"),
    _field("accept-value", "the accept value is the key's", "see `asgi-ws-guard accept KEY --verbose` for the steps"),
    _field("accept-canonical", "the accept value's pad bits are zero", "the base64 encoder leaves pad bits behind"),
    _case(
        "accept-of-ows-key",
        "accept-value",
        "spaces round the key are not hashed",
        VALID.put(KEY, "  {key}  "),
        _HASHED,
        checks=(free_of("key-space"),),
    ),
    _case(
        "accept-of-plus-key",
        "accept-value",
        "a key of + and / is hashed as it came",
        VALID.put(KEY, "+/+/+/+/+/+/+/+/+/+/+w=="),
        _HASHED,
        checks=(free_of("key-escaped", "key-base64url"),),
    ),
    _case(
        "accept-of-pad-bits",
        "accept-value",
        "a key with pad bits set is hashed as it came, not encoded anew",
        VALID.put(KEY, "AQIDBAUGBwgJCgsMDQ4PEC=="),
        _HASHED,
        "the key is decoded, and encoded once more before it is hashed: hash the text as it came",
        checks=(hashed_as_it_came,),
    ),
    _field(
        "subprotocol-offered",
        "no subprotocol where none was offered",
        "a subprotocol is sent to a client that offered none: browsers fail the connection",
    ),
    _field(
        "extension-offered",
        "no extension where none was offered",
        "an extension is sent to a client that offered none: browsers fail the connection",
    ),
    _case(
        "response-head",
        "response-head",
        "the head is HTTP/1.1, line by line",
        VALID,
        _101,
        "the head of the 101 is put together by hand: lines end in CR LF, and the status line says HTTP/1.1 101",
        checks=(well_formed_head,),
    ),
    _case(
        "response-once",
        "response-once",
        "no field is doubled",
        VALID,
        _101,
        "two layers write the same field",
        checks=(nothing_doubled,),
    ),
    _case(
        "response-content",
        "response-content",
        "no Content-Length, no Transfer-Encoding",
        VALID,
        _101,
        "the 101 is written by code for bodies: clients and proxies that believe it misread the frames",
        checks=(no_content,),
    ),
    _case(
        "response-no-close",
        "response-connection",
        "no Connection: close beside the upgrade",
        VALID,
        _101,
        "a middleware adds close to every answer",
        "Clients read on all the same, so it is lenient.",
        checks=(no_close_option,),
    ),
    _case(
        "response-frames",
        "response-frames",
        "what follows the head is frames",
        VALID,
        _101,
        "something writes behind the 101 that is no frame: a second answer, a body, a line end too many",
        checks=(frames_follow,),
        linger=0.4,
    ),
    _case(
        "response-ping",
        "response-frames",
        "a ping is answered",
        VALID,
        _101,
        "nothing speaks WebSocket behind the 101: the handshake was answered, and the connection left to nobody",
        checks=(ping_answered,),
        linger=1.0,
        then=PING,
        until=PONG,
    ),
    _case(
        "replay-in-turn",
        "replay",
        "three handshakes in turn: three accept values",
        VALID,
        OPENS,
        checks=(own_accept,),
        times=3,
    ),
    _case(
        "replay-at-once",
        "replay",
        "four handshakes at once: each its own accept value",
        VALID,
        OPENS,
        checks=(own_accept,),
        times=4,
        together=True,
    ),
    _case(
        "replay-same-key",
        "replay",
        "the same key in two handshakes",
        VALID.put(KEY, "Zm9yIHRoZSBwcm9iZSAhIQ=="),
        Expect(("101", "4xx"), (), "A server may notice a used key; most need not."),
        times=2,
    ),
)
