"""Generated heads: a right one with up to three things done to it that peers, proxies and attackers do."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from .broken import GOOD_KEY, OTHER_KEY

Lines = list[tuple[str, str]]

REQUEST: Lines = [
    ("Host", "example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", GOOD_KEY),
    ("Sec-WebSocket-Version", "13"),
]
# Values that mean something to one reader or another, right ones and wrong ones.
REQUEST_VALUES: Mapping[str, tuple[str, ...]] = {
    "Host": ("", "example.com:8000", "[::1]", "a b", "a,b", "user@a", "EXAMPLE.com", "a..b", "xn--a", "%41"),
    "Upgrade": ("WebSocket", "websocket, h2c", "h2c", "websocket/13", ",websocket", "websocket,", "a b, websocket", ""),
    "Connection": (
        "upgrade",
        "keep-alive, Upgrade",
        "close",
        "Upgrade,,",
        "x-upgrade",
        "a b, Upgrade",
        "Upgrade;a",
        "",
    ),
    "Sec-WebSocket-Key": (
        OTHER_KEY,
        "",
        "hello",
        GOOD_KEY[:-1],
        GOOD_KEY[:-2],
        f" {GOOD_KEY}",
        f"{GOOD_KEY}, {OTHER_KEY}",
        "AQIDBAUGBwgJCgsMDQ4PEC==",
        "-_-_-_-_-_-_-_-_-_-_-w==",
        "c2hvcnQ=",
        "=",
        f"{GOOD_KEY}=",
        "AAAA",
    ),
    "Sec-WebSocket-Version": ("8", "013", "13, 13", "13,", "+13", "", "1 3", "14"),
    "Sec-WebSocket-Protocol": ("chat", "chat, superchat", "chat, chat", "a b", ",chat", "", ",", "a/b", "chat, a@b"),
    "Sec-WebSocket-Extensions": (
        "permessage-deflate",
        "a; b=c",
        'a; b="c"',
        'a; b="c,d"',
        "a;",
        "",
        ",a",
        "a b",
        'a; b="c d"',
        "permessage-deflate; client_max_window_bits",
        'a; b="\\c"',
        "a; b=",
        "=",
        'a; b="',
        "a, a",
    ),
    "Origin": ("null", "https://example.com", "", "example.com", "https://a, https://b"),
    "Content-Length": ("0", "5", "00", "", "0, 0", "-1", "a"),
    "Transfer-Encoding": ("chunked", "identity", ""),
    "Cookie": ("a=b", "\xff", "\x01"),
}

RESPONSE_VALUES: Mapping[str, tuple[str, ...]] = {
    "Upgrade": ("WebSocket", "websocket,", ",websocket", "h2c", "websocket, h2c", "", "websocket/13", "a b"),
    "Connection": ("upgrade", "keep-alive, Upgrade", "close", "Upgrade,", "a b, Upgrade", "", "Upgrade;a", "x-upgrade"),
    "Sec-WebSocket-Accept": (
        "",
        "x",
        " {accept} ",
        "{accept},",
        "{accept}=",
        "{accept}\t",
        "{accept} {accept}",
        "{other}",
    ),
    "Sec-WebSocket-Protocol": (
        "chat",
        "superchat",
        "other",
        "",
        "chat, superchat",
        "chat,",
        ",chat",
        "Chat",
        "a b",
        ",",
    ),
    "Sec-WebSocket-Extensions": (
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "other",
        "",
        "a b",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; unheard-of",
        "permessage-deflate;",
        ",permessage-deflate",
        'permessage-deflate; server_max_window_bits="10"',
        "permessage-deflate; server_max_window_bits=99",
        ",",
    ),
    "X-Other": ("a", "\xff"),
}

# One character more, anywhere: the controls, white space that is no OWS, separators, and what is no ASCII.
_CHARACTERS = st.sampled_from('\x00\x01\t\n\r\x0b\x0c\x1c\x7f\x80\x85\xa0\xff ,;"=\\/:[]A1-')


@st.composite
def changed(draw: st.DrawFn, lines: Lines, values: Mapping[str, tuple[str, ...]]) -> Lines:
    """`lines` after up to three changes, each of a kind that leaves a head a head."""
    lines = list(lines)
    for _ in range(draw(st.integers(0, 3))):
        change = draw(
            st.sampled_from(["value", "value", "add", "add", "drop", "twice", "insert", "cut", "case", "ows", "swap"])
        )
        if change == "add" or not lines:
            name = draw(st.sampled_from(sorted(values)))
            lines.insert(draw(st.integers(0, len(lines))), (name, draw(st.sampled_from(values[name]))))
            continue
        place = draw(st.integers(0, len(lines) - 1))
        name, value = lines[place]
        if change == "value":
            lines[place] = (name, draw(st.sampled_from(values.get(name.title().replace("socket", "Socket"), (value,)))))
        elif change == "drop":
            del lines[place]
        elif change == "twice":
            lines.insert(draw(st.integers(0, len(lines))), (name, value))
        elif change == "insert":
            at = draw(st.integers(0, len(value)))
            lines[place] = (name, value[:at] + draw(_CHARACTERS) + value[at:])
        elif change == "cut":
            lines[place] = (name, value[: draw(st.integers(0, len(value)))])
        elif change == "case":
            lines[place] = draw(
                st.sampled_from(
                    [
                        (name.upper(), value),
                        (name.lower(), value),
                        (name, value.encode("latin-1").upper().decode("latin-1")),
                    ]
                )
            )
        elif change == "ows":
            lines[place] = (
                name,
                draw(st.sampled_from([" ", "\t", " \t"])) + value + draw(st.sampled_from(["", " ", "\t"])),
            )
        else:
            lines.append(lines.pop(place))
    return lines


def head(start: str, lines: Lines) -> bytes:
    return "\r\n".join([start, *(f"{name}: {value}" for name, value in lines), "", ""]).encode("latin-1")


REQUEST_LINES = st.sampled_from(
    ["GET /chat HTTP/1.1"] * 8
    + ["POST / HTTP/1.1", "get / HTTP/1.1", "GET / HTTP/1.0", "GET / HTTP/1.2", "GET /\xe9 HTTP/1.1"]
)
REQUESTS = st.builds(head, REQUEST_LINES, changed(REQUEST, REQUEST_VALUES))


@st.composite
def responses(draw: st.DrawFn, accept: str, other: str) -> tuple[int, Lines]:
    """Status and lines of the right answer to a key, after changes."""
    right = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]
    values = {
        name: tuple(value.format(accept=accept, other=other) for value in of) for name, of in RESPONSE_VALUES.items()
    }
    return draw(st.sampled_from([101] * 9 + [200, 400, 403])), draw(changed(right, values))
