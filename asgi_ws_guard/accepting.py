"""What an app's websocket.accept may not carry: a choice of its own, and the fields that the server writes itself.

uvicorn and hypercorn send an app's `sec-websocket-accept` as a second line beside the right one, which a client
must refuse (RFC 6455 §11.3.3); daphne and granian drop it. Removed here, it is the same on all of them.
"""

from __future__ import annotations

from .asgi import Message, rereadable
from .handshake import Handshake, Violation
from .handshake.fields import Fields, escaped
from .handshake.requirements import violated
from .handshake.verification import check_choice

_SUBPROTOCOL = "sec-websocket-protocol"
_NOT_THE_APPS = frozenset({"sec-websocket-accept", "upgrade", "connection", "sec-websocket-extensions", _SUBPROTOCOL})


def mended_accept(message: Message, handshake: Handshake) -> tuple[Message, Violation | None]:
    """The accept message without the fields that are not the app's, and a violation where there were some.

    A subprotocol among the headers is moved to `subprotocol` where it was offered and nothing is set there.
    The message itself is left as it is.
    """
    message = rereadable(message)
    headers = message.get("headers")
    if not headers:
        return message, None
    pairs = [(name, value, next(iter(Fields([(name, value)])))) for name, value in headers]
    not_the_apps = [text for _, _, text in pairs if text[0].lower() in _NOT_THE_APPS]
    if not not_the_apps:
        return message, None
    mended = dict(message)
    mended["headers"] = [(name, value) for name, value, text in pairs if text not in not_the_apps]
    details = []
    for name, value in not_the_apps:
        movable = name.lower() == _SUBPROTOCOL and not mended.get("subprotocol")
        if movable and value.strip() in handshake.offered_subprotocols:
            mended["subprotocol"] = value.strip()
            details.append(f"{escaped(name, 64)} was moved to subprotocol, where ASGI has it")
        else:
            details.append(f"{escaped(name, 64)} was removed; the server writes it")
    return mended, violated("app-fields", "in the headers of websocket.accept " + ", ".join(details))


def wrong_choice(message: Message, handshake: Handshake) -> Violation | None:
    """What is wrong with the subprotocol that the app chose, if anything: it was not offered, or is no str."""
    subprotocol = message.get("subprotocol")
    if not subprotocol:
        return None
    if isinstance(subprotocol, str):
        return check_choice(handshake, [subprotocol])
    return violated("subprotocol-single", f"the subprotocol is a {type(subprotocol).__name__}, wanted str")
