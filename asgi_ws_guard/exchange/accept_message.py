"""What an app's websocket.accept may not carry: a choice of its own, and the fields that the server writes itself.

uvicorn, hypercorn and gunicorn send an app's `sec-websocket-accept` as a second line beside the right one, which a
client must refuse (RFC 6455 §11.3.3); daphne and granian drop it. Removed here, it is the same on all of them. So is
what is no field: with uvicorn a name that has a line break is two lines, and most others fail on it.
"""

from __future__ import annotations

from ..asgi import Message, rereadable
from ..handshake import Handshake, Violation
from ..handshake.fields import escaped
from ..handshake.requirements import violated
from ..handshake.verification import check_choice
from .app_fields import is_line, read_field, read_name

_SUBPROTOCOL = "sec-websocket-protocol"
_NOT_THE_APPS = frozenset({"sec-websocket-accept", "upgrade", "connection", "sec-websocket-extensions", _SUBPROTOCOL})


def mended_accept(message: Message, handshake: Handshake) -> tuple[Message, Violation | None]:
    """The accept message without what is not the app's or no field at all, and a violation where there was such.

    A subprotocol among the headers is moved to `subprotocol` where it was offered and nothing is set there.
    The message itself is left as it is.
    """
    message = rereadable(message)
    headers = message.get("headers")
    if not headers or not isinstance(headers, list | tuple):
        return message, None
    fields = [read_field(item) for item in headers]
    removed = [field for field in fields if not _is_the_apps(field)]
    if not removed:
        return message, None
    mended = dict(message)
    mended["headers"] = [item for item, field in zip(headers, fields, strict=True) if _is_the_apps(field)]
    details = [_of_removed(field, mended, handshake) for field in removed]
    return mended, violated("app-fields", "in the headers of websocket.accept " + ", ".join(details))


def _is_the_apps(field: tuple[str, str] | None) -> bool:
    """Whether the app may send it: a line of a head that is none of the handshake's own."""
    return field is not None and is_line(*field) and field[0].lower() not in _NOT_THE_APPS


def _of_removed(field: tuple[str, str] | None, mended: Message, handshake: Handshake) -> str:
    """What became of a field that is not the app's. Its value is not shown: it may be a secret."""
    if field is None:
        return "what is no pair of a name and a value in bytes was removed"
    name, value = field[0], field[1].strip()
    if read_name(name) not in _NOT_THE_APPS:
        shown = escaped(name.partition(":")[0], 64)  # behind a colon there is a value
        return f"{shown} was removed; wanted a token for a name and no CR, LF or NUL in the value"
    if read_name(name) == _SUBPROTOCOL and not mended.get("subprotocol") and value in handshake.offered_subprotocols:
        mended["subprotocol"] = value
        return f"{escaped(name, 64)} was moved to subprotocol, where ASGI has it"
    return f"{escaped(name, 64)} was removed; the server writes it"


def wrong_choice(message: Message, handshake: Handshake) -> Violation | None:
    """What is wrong with the subprotocol that the app chose, if anything: it was not offered, or is no str."""
    subprotocol = message.get("subprotocol")
    if not subprotocol:
        return None
    if isinstance(subprotocol, str):
        return check_choice(handshake, [subprotocol])
    return violated("subprotocol-single", f"the subprotocol is a {type(subprotocol).__name__}, wanted str")
