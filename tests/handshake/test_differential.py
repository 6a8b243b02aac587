"""Our reading of generated handshakes against those of `websockets` and `wsproto`: each disagreement has its reason.

Measured with websockets 17.4 and wsproto 1.3.2 on h11 0.16. A reason is a predicate, as narrow as it can be: what no
reason explains fails, and so does a library that changed its mind where we know of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import pytest
from hypothesis import given, settings
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol
from websockets.version import version as websockets_version
from wsproto.connection import ConnectionType
from wsproto.events import AcceptConnection, Request
from wsproto.handshake import H11Handshake
from wsproto.utilities import RemoteProtocolError

from asgi_ws_guard import Handshake, accept_value, validate
from asgi_ws_guard.handshake import parse_request, parse_response
from asgi_ws_guard.handshake.fields import TOKEN, list_elements
from asgi_ws_guard.testing import make_handshake

from .broken import GOOD_KEY, OTHER_KEY
from .generated import REQUESTS, head

Predicate = Callable[[Handshake], bool]
Reasons = tuple[tuple[str, Predicate], ...]


def ours(raw: bytes) -> Handshake | None:
    try:
        return parse_request(raw)
    except ValueError:
        return None


def broken_by(handshake: Handshake) -> set[str]:
    """What is refused by default: flagged requirements are not."""
    return {violation.requirement.id for violation in validate(handshake) if not violation.requirement.flagged}


def websockets_accept(raw: bytes) -> str | None:
    """The accept value that `websockets` answers with, None where it refuses."""
    server = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()])
    server.receive_data(raw)
    for request in server.events_received():
        response = server.accept(request)  # type: ignore[arg-type]
        return response.headers["Sec-WebSocket-Accept"] if response.status_code == 101 else None
    return None


def wsproto_accept(raw: bytes) -> str | None:
    """The accept value that wsproto answers with, None where it refuses."""
    server = H11Handshake(ConnectionType.SERVER)
    try:
        server.receive_data(raw)
    except (RemoteProtocolError, UnicodeError):  # it decodes host and lists with idna and ascii, unguarded
        return None
    for event in server.events():
        assert isinstance(event, Request)
        return parse_response(server.send(AcceptConnection())).accept
    return None


def values(handshake: Handshake, name: str) -> list[str]:
    return handshake.fields.get_all(name)


def only(pattern: str, names: Iterable[str]) -> Predicate:
    """Bytes that are no ASCII text in the fields `names`, if any, are all of `pattern`."""

    def check(handshake: Handshake) -> bool:
        text = "".join(value for name in names for value in values(handshake, name))
        return not re.sub(pattern, "", re.sub(r"[\t -~]", "", text))

    return check


def always(handshake: Handshake) -> bool:
    return True


HANDSHAKE_FIELDS = ("host", "upgrade", "connection", "origin", "sec-websocket-key", "sec-websocket-version")
LISTS = ("sec-websocket-protocol", "sec-websocket-extensions")
ALL = (*HANDSHAKE_FIELDS, *LISTS, "sec-websocket-accept", "cookie")

# We refuse and they accept: what they do not look at, by requirement, and where exactly.
WEBSOCKETS_LENIENT: Mapping[str, tuple[str, Predicate]] = {
    "host-once": ("it leaves Host to the HTTP stack before it", always),
    "origin-syntax": ("it compares Origin with its list, and reads none without one", always),
    "field-content": ("it takes obs-text anywhere that is read as no token", only(r"[\x80-\xff]", ALL)),
    "subprotocol-unique": ("it takes the first subprotocol that fits, whatever comes twice", always),
}


def last(name: str, is_good: Callable[[str], bool]) -> Predicate:
    """Of several lines the last one counts: the others were never read."""
    return lambda handshake: bool(values(handshake, name)) and is_good(values(handshake, name)[-1])


WSPROTO_LENIENT: Mapping[str, tuple[str, Predicate]] = {
    "key-once": ("the last key is taken, or all of them joined", always),
    "key-base64": ("the key is hashed unread", always),
    "key-length": ("the key is hashed unread", always),
    "version-once": ("the last version counts", last("sec-websocket-version", lambda value: value == "13")),
    "no-body": ("a body may be announced, and its end be waited for", always),
    "origin-once": ("Origin is not read", always),
    "origin-syntax": ("Origin is not read", always),
    "subprotocol-token": ("offers are split at commas, and not read further", always),
    "subprotocol-unique": ("offers are split at commas, and not read further", always),
    "extension-syntax": ("offers are split at commas, and not read further", always),
    "host-once": ("h11 reads Host as any text", lambda handshake: len(values(handshake, "host")) == 1),
    "http-version": ("h11 takes any HTTP/1.x", lambda handshake: handshake.http_version.startswith("1.")),
    "field-content": ("h11 refuses NUL, CR, LF and white space only", lambda handshake: not _bad_for_h11(handshake)),
}


def _bad_for_h11(handshake: Handshake) -> bool:
    return any(re.search(rb"[\x00\r\x0b\x0c]", value) for _, value in handshake.fields.raw)


# They refuse and we accept: where they are narrower than the RFCs, or look at what is not the handshake's.
WEBSOCKETS_STRICT: Reasons = (
    ("Upgrade may list nothing else", lambda handshake: len(list_elements(values(handshake, "upgrade"))) > 1),
    (
        "an empty line of a list is an error",
        lambda handshake: _empty_line(handshake, ("connection", "upgrade", *LISTS)),
    ),
    ("every connection option is a token", lambda handshake: not _tokens(values(handshake, "connection"))),
    ("Content-Length is exactly 0", lambda handshake: bool(set(values(handshake, "content-length")) - {"0"})),
    ("a target is ASCII", lambda handshake: not handshake.target.isascii()),
)
WSPROTO_STRICT: Reasons = (
    ("Upgrade is the one word, in its last line", last("upgrade", lambda value: value.lower() != "websocket")),
    (
        "Connection counts in its last line only",
        last("connection", lambda value: "upgrade" not in [option.lower() for option in list_elements([value])]),
    ),
    ("several Content-Length have to be equal", lambda handshake: len(set(values(handshake, "content-length"))) > 1),
    ("Host has to be IDNA", lambda handshake: not _idna(values(handshake, "host"))),
    ("a target is ASCII", lambda handshake: not handshake.target.isascii()),
)


def _empty_line(handshake: Handshake, names: Iterable[str]) -> bool:
    return any(not list_elements([value]) for name in names for value in values(handshake, name))


def _tokens(lines: list[str]) -> bool:
    return all(TOKEN.fullmatch(element) for element in list_elements(lines))


def _idna(hosts: list[str]) -> bool:
    try:
        return all(host.encode("latin-1").decode("idna") is not None for host in hosts)
    except UnicodeError:
        return False


def unexplained(
    handshake: Handshake,
    accept: str | None,
    lenient: Mapping[str, tuple[str, Predicate]],
    strict: Iterable[tuple[str, Predicate]],
) -> str | None:
    """Why our reading of `handshake` and a library's cannot stand side by side; None where they can."""
    broken = broken_by(handshake)
    if accept is None:
        return None if broken or any(there(handshake) for _, there in strict) else "only the library refuses"
    reasons = {name: lenient[name][1](handshake) if name in lenient else False for name in broken}
    missing = sorted(name for name, explained in reasons.items() if not explained)
    if missing:
        return f"only we refuse: {', '.join(missing)}"
    if not broken and accept != handshake.expected_accept:
        return "the accept values differ"
    return None


Libraries = Mapping[str, tuple[Callable[[bytes], str | None], Mapping[str, tuple[str, Predicate]], Reasons]]
LIBRARIES: Libraries = {
    "websockets": (websockets_accept, WEBSOCKETS_LENIENT, WEBSOCKETS_STRICT),
    "wsproto": (wsproto_accept, WSPROTO_LENIENT, WSPROTO_STRICT),
}


EACH_LIBRARY = pytest.mark.parametrize(
    "library",
    [
        pytest.param(
            "websockets",
            marks=pytest.mark.skipif(
                int(websockets_version.split(".")[0]) < 17,
                reason=f"the reasons are websockets 17's; this Python has {websockets_version}",
            ),
        ),
        "wsproto",
    ],
)


@EACH_LIBRARY
@given(raw=REQUESTS)
@settings(max_examples=800)
def test_requests_are_read_alike(library: str, raw: bytes) -> None:
    accepts, lenient, strict = LIBRARIES[library]
    handshake, accept = ours(raw), accepts(raw)
    if handshake is None:
        assert accept is None, "no head to us, and a handshake to them"
    else:
        assert unexplained(handshake, accept, lenient, strict) is None


# One request for each reason, so that none is there for nothing.
WE_REFUSE: Mapping[str, dict[str, Mapping[str, str | list[str] | None]]] = {
    "websockets": {
        "host-once": {"Host": None},
        "origin-syntax": {"Origin": "example.com"},
        "field-content": {"Origin": "https://\xff"},
        "subprotocol-unique": {"Sec-WebSocket-Protocol": "chat, chat"},
    },
    "wsproto": {
        "key-once": {"Sec-WebSocket-Key": [GOOD_KEY, OTHER_KEY]},
        "key-base64": {"Sec-WebSocket-Key": "hello!"},
        "key-length": {"Sec-WebSocket-Key": "c2hvcnQ="},
        "version-once": {"Sec-WebSocket-Version": ["8", "13"]},
        "no-body": {"Content-Length": "5"},
        "origin-once": {"Origin": ["null", "null"]},
        "origin-syntax": {"Origin": "example.com"},
        "subprotocol-token": {"Sec-WebSocket-Protocol": "a b"},
        "subprotocol-unique": {"Sec-WebSocket-Protocol": "chat, chat"},
        "extension-syntax": {"Sec-WebSocket-Extensions": "a;"},
        "host-once": {"Host": "a b"},
        "http-version": {},
        "field-content": {"Sec-WebSocket-Key": "dGhl\xff"},
    },
}
THEY_REFUSE: Mapping[str, dict[str, Mapping[str, str | list[str] | None]]] = {
    "websockets": {
        "Upgrade may list nothing else": {"Upgrade": "websocket, h2c"},
        "an empty line of a list is an error": {"Connection": ["", "Upgrade"]},
        "every connection option is a token": {"Connection": "a b, Upgrade"},
        "Content-Length is exactly 0": {"Content-Length": "00"},
        "a target is ASCII": {},
    },
    "wsproto": {
        "Upgrade is the one word, in its last line": {"Upgrade": "websocket, h2c"},
        "Connection counts in its last line only": {"Connection": ["Upgrade", "keep-alive"]},
        "several Content-Length have to be equal": {"Content-Length": ["0", "00"]},
        "Host has to be IDNA": {"Host": "xn--a"},
        "a target is ASCII": {},
    },
}


def written(changes: Mapping[str, str | list[str] | None], start: str = "GET / HTTP/1.1") -> bytes:
    return head(start, list(make_handshake({"Sec-WebSocket-Key": GOOD_KEY, **changes}).fields))


@EACH_LIBRARY
def test_every_reason_is_one(library: str) -> None:
    accepts, lenient, strict = LIBRARIES[library]
    assert accepts(written({})) == accept_value(GOOD_KEY)
    assert lenient.keys() == WE_REFUSE[library].keys()
    for reason, changes in WE_REFUSE[library].items():
        raw = written(changes, "GET / HTTP/1.2" if reason == "http-version" else "GET / HTTP/1.1")
        assert accepts(raw) is not None, f"{library} refuses this by now: {reason}"
        assert broken_by(parse_request(raw)) == {reason}
    assert {reason for reason, _ in strict} == THEY_REFUSE[library].keys()
    for reason, changes in THEY_REFUSE[library].items():
        raw = written(changes, "GET /\xe9 HTTP/1.1" if reason == "a target is ASCII" else "GET / HTTP/1.1")
        assert accepts(raw) is None, f"{library} accepts this by now: {reason}"
        assert broken_by(parse_request(raw)) == set()
