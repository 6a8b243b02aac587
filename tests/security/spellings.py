"""Ways to spell the path of a guarded endpoint, /admin/ws: by kind, as request targets, in their own bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

GUARDED = "/admin/ws"
AUTHORITY = "example.com"
ROOT = "/root"  # the root_path that a server is configured with

_CONTROLS = [*range(0x20), 0x7F]
_SEPARATORS = ("%2f", "%2F", "%252f", "%255c", "%5c", "%5C", "\\", "//", "///", "/./", "/.//", "/%2e/", "/;/", "/%20/")
# What one reader or another makes a slash, a dot, an a, an s or nothing of.
_LOOK_ALIKES = {
    "/": ("\u2215", "\u2044", "\uff0f", "\u29f8", "\u2571", "\u1735"),
    "a": ("\uff41", "\u0430", "\u00aa", "\u1d43", "\u00e1", "a\u0301"),
    "d": ("\u217e", "\uff44"),
    "m": ("\u217f", "\uff4d"),
    "i": ("\u0131", "\u0130", "\u2170", "\uff49"),
    "s": ("\u017f", "\uff53"),
    "w": ("\uff57", "\u1d42"),
}
_NOTHING = ("\u200b", "\u200d", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u202e")
_SPACES = ("\u0085", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u3000")


class Spelling(NamedTuple):
    """A target as it stands in the request line, and the field Daphne-Root-Path, None where there is none."""

    kind: str
    target: bytes
    root_path: str | None = None

    def under(self, prefix: str, behind: str = "") -> Spelling:
        """The same trick for the endpoint that has `prefix` before its path: first of all, or behind a root_path."""
        first = behind.encode() if behind and self.target.startswith(behind.encode()) else b""
        rest = self.target[len(first) :]
        if rest.startswith(b"/") or b"://" not in rest:
            return self._replace(target=first + prefix.encode() + rest)
        return self._replace(target=first + rest.replace(b"/admin", prefix.encode() + b"/admin", 1))

    def __str__(self) -> str:
        root_path = "" if self.root_path is None else f" (Daphne-Root-Path: {self.root_path})"
        return f"{self.kind}: {self.target.decode('latin-1')}{root_path}"


def percent(text: str | bytes) -> str:
    """All bytes of `text` percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in (text.encode() if isinstance(text, str) else text))


def _encoded() -> Iterator[str]:
    """Single characters, some and all, once and twice, in both cases."""
    for place, character in enumerate(GUARDED):
        for code in dict.fromkeys((percent(character), percent(character).lower())):
            yield GUARDED[:place] + code + GUARDED[place + 1 :]
        yield GUARDED[:place] + percent(character).replace("%", "%25") + GUARDED[place + 1 :]
    yield percent(GUARDED)
    yield percent(percent(GUARDED))
    yield f"/{percent('admin')}/{percent('ws')}"
    yield f"/{percent('admin/ws')}"
    yield from (
        "/%25%36%31dmin/ws",
        "/%2561dmin/ws",
        "/%u0061dmin/ws",
        "/admin%u002fws",
        "/&#97;dmin/ws",
        "/\\x61dmin/ws",
    )
    yield from ("/admin/ws%", "/admin/ws%2", "/admin/ws%zz", "/admin%/ws", "/%admin/ws", "/admin/%ws", "/adm%69n/w%73")


def _slashes() -> Iterator[str]:
    yield from ("//admin/ws", "///admin/ws", "////admin/ws", "/admin/ws/", "/admin/ws//", "/admin/ws///")
    yield from ("//admin//ws//", "///admin///ws///", "//admin/ws/", "/admin//ws/")
    yield from (f"/admin{separator}ws" for separator in _SEPARATORS)
    for slash in ("%2f", "%2F", "%252f", "%5c", "\\", "%255c"):
        yield from (
            f"/{slash}admin/ws",
            f"{slash}admin/ws",
            f"/admin/ws{slash}",
            f"/admin/ws/{slash}",
            f"/admin/{slash}ws",
        )


def _dots() -> Iterator[str]:
    for dot in (".", "%2e", "%2E", "%252e"):
        yield from (f"/{dot}/admin/ws", f"/admin/{dot}/ws", f"/admin/ws/{dot}", f"/admin/ws{dot}", f"/{dot}admin/ws")
        yield from (f"/x/{dot}{dot}/admin/ws", f"/admin/x/{dot}{dot}/ws", f"/admin/ws/x/{dot}{dot}")
        yield from (
            f"/{dot}{dot}/admin/ws",
            f"/public/{dot}{dot}/admin/ws",
            f"/public/ws/{dot}{dot}/{dot}{dot}/admin/ws",
        )
        yield f"/public{dot}{dot}/admin/ws"
    for slash in ("%2f", "%5c", "\\", "%252f"):
        yield from (
            f"/public/..{slash}admin/ws",
            f"/public{slash}..{slash}admin{slash}ws",
            f"/admin/x{slash}..{slash}ws",
        )
        yield f"/public/%2e%2e{slash}admin/ws"
    yield from ("/.../admin/ws", "/public/..;/admin/ws", "/public/.;/../admin/ws", "/public//../admin/ws")
    yield from ("/public/ws/%00/../../admin/ws", "/public/...//admin/ws", "/public/admin/ws", "/public/%2fadmin/ws")


def _cases() -> Iterator[str]:
    yield from (
        "/ADMIN/WS",
        "/Admin/ws",
        "/admin/WS",
        "/aDMIN/ws",
        "/admin/wS",
        "/%41dmin/ws",
        "/ADMIN%2FWS",
        "/admin%2fWS",
    )


def _controls() -> Iterator[str]:
    """Each at the end, and those that mean something to a reader everywhere."""
    yield from (f"/admin/ws%{control:02x}" for control in _CONTROLS)
    for control in ("%00", "%09", "%0a", "%0d", "%0b", "%1c", "%20", "%7f", "%0d%0a", "%0a%0a"):
        yield from (f"/admin{control}/ws", f"/admin/{control}ws", f"/{control}admin/ws", f"{control}/admin/ws")
        yield from (f"/admin/ws/{control}", f"/admin/ws{control}/", f"/adm{control}in/ws", f"//admin/ws{control}")
    yield from (
        "/admin/ws%0ax",
        "/x%0a/admin/ws",
        "/admin/ws%00.png",
        "/admin/ws%0d%0a",
        "/admin/ws%0a%0a",
        "/admin/ws%0a/x",
    )
    yield from (f"/admin/ws{raw}" for raw in "\x01\t\x0b\x0c\x1f\x7f\x85\xa0")
    yield from ("/admin/ws ", "/admin /ws", "/admin/ws%20%0a", "/admin/ws%250a", "/admin/ws%2500")


def _unicode() -> Iterator[str]:
    for character, look_alikes in _LOOK_ALIKES.items():
        place = GUARDED.rindex(character)
        for look_alike in look_alikes:
            yield GUARDED[:place] + percent(look_alike) + GUARDED[place + 1 :]
    for nothing in (*_NOTHING, *_SPACES):
        yield from (f"/admin/ws{percent(nothing)}", f"/{percent(nothing)}admin/ws")
    yield from ("/admin\xef\xbc\x8fws", "/\xd0\xb0dmin/ws", "/admin/w\xc5\xbf")  # raw bytes of UTF-8


def _broken_utf_8() -> Iterator[str]:
    """Overlong forms of / and a, surrogates, bytes that start or continue nothing, and Latin-1."""
    for slash in ("%c0%af", "%e0%80%af", "%f0%80%80%af", "%c1%9c", "%c0%2f", "%2f%c0", "%af"):
        yield f"/admin{slash}ws"
    for letter in ("%c1%a1", "%e0%81%a1", "%ed%a0%80", "%ff", "%fe", "%80", "%c3", "%85"):
        yield from (f"/{letter}dmin/ws", f"/admin/ws{letter}", f"/admin{letter}/ws")
    yield from ("/admin/ws\xff", "/admin\xc0\xafws", "/\xff/../admin/ws")


def _parameters() -> Iterator[str]:
    for parameter in (";", ";x", ";x=y", "%3bx", ";jsessionid=1", ";/", ",x"):
        yield from (f"/admin/ws{parameter}", f"/admin{parameter}/ws")
    yield from ("/;x/admin/ws", ";/admin/ws", "/public;/../admin/ws", "/public/ws;/../../admin/ws")


def _queries() -> Iterator[str]:
    yield from ("/admin/ws?", "/admin/ws?x", "/admin/ws?x=/public/ws", "/admin/ws??", "/admin/ws?%0a", "/admin/ws?#x")
    yield from (
        "/admin/ws#",
        "/admin/ws#x",
        "/admin/ws%3f",
        "/admin/ws%3fx",
        "/admin/ws%23",
        "/admin%3f/ws",
        "/admin#/ws",
    )
    yield from ("/public/ws?/../../admin/ws", "/public/ws#/../../admin/ws", "/public/%3f/../../admin/ws", "?/admin/ws")
    yield from (
        "/?/admin/ws",
        "#/admin/ws",
        "/#/admin/ws",
        "/admin/ws&x",
        "/admin/ws%26",
        "/admin/ws?x#y",
        "/admin/ws%2523",
    )


def _absolute() -> Iterator[str]:
    for scheme in ("http", "https", "ws", "wss", "HTTP", "x"):
        yield f"{scheme}://{AUTHORITY}/admin/ws"
    yield from (f"http://{AUTHORITY}//admin/ws", f"http://{AUTHORITY}/admin/ws/", f"http://{AUTHORITY}/admin/ws%0a")
    yield from (
        "http:///admin/ws",
        "http:/admin/ws",
        "http:admin/ws",
        "http://evil.example/admin/ws",
        "http://u@h/admin/ws",
    )
    yield from (
        f"//{AUTHORITY}/admin/ws",
        f"/http://{AUTHORITY}/admin/ws",
        "http://admin/ws",
        "file:///admin/ws",
        "//x/admin/ws",
    )
    yield from (
        "admin/ws",
        "./admin/ws",
        "../admin/ws",
        "*",
        "*/admin/ws",
        "%2fadmin/ws",
        "x/admin/ws",
        f"{AUTHORITY}/admin/ws",
    )


def _urls() -> Iterator[str]:
    """What Quart reads as a URL, since no slash begins it: its scheme, query, fragment and parameters cut off."""
    for beginning in ("", "x:/", "public:/", "ws://evil/", "http:/", "http://x/", "1x:/", "%20/", "%00/", "%01%20/"):
        yield f"{beginning}admin/ws"
        yield from (f"{beginning}adm{control}in/ws" for control in ("%09", "%0a", "%0d"))
        yield from (f"{beginning}admin/ws{end}" for end in ("%3fx", "%23x", ";x", ";x/../public/ws", "%3bx%3fy"))
    yield from (
        "public%3f/../admin/ws",
        "public:/admin/ws%23/public/ws",
        "x:%5cadmin%5cws",
        "x:admin/ws",
        "x:/%2fadmin/ws",
    )
    yield from (
        "%e3%80%80/admin/ws",
        "%c2%85/admin/ws",
        "x://[::1]/admin/ws",
        "x://[/admin/ws",
        "x://h/public%3f/admin/ws",
    )
    yield from (
        "x:///admin/ws",
        "x:////admin/ws",
        "x:/admin//ws",
        "x:/admin/ws/",
        "x:/public/../admin/ws",
        "data:,/admin/ws",
    )


def _more_before_or_behind() -> Iterator[str]:
    """For patterns that are searched and not matched, and for what mounts take off."""
    yield from (
        "/x/admin/ws",
        "/xadmin/ws",
        "/admin/wsx",
        "/admin/ws/x",
        "/admin/admin/ws",
        "/admin/ws/admin/ws",
        "/adminws",
    )
    yield from (
        "/x%0aadmin/ws",
        "/admin/ws%0aadmin/ws",
        "/sub/sub/admin/ws",
        "/admin/sub/ws",
        "/subadmin/ws",
        "/admin/x/ws",
    )


_TARGETS: Mapping[str, tuple[str, ...]] = {
    "plain": (GUARDED,),
    "encoded": tuple(_encoded()),
    "slashes": tuple(_slashes()),
    "dots": tuple(_dots()),
    "case": tuple(_cases()),
    "controls": tuple(_controls()),
    "unicode": tuple(_unicode()),
    "broken UTF-8": tuple(_broken_utf_8()),
    "parameters": tuple(_parameters()),
    "queries": tuple(_queries()),
    "absolute": tuple(_absolute()),
    "URLs": tuple(_urls()),
    "more": tuple(_more_before_or_behind()),
}

# Root paths that the client chooses, and targets that one reader or another finds /admin/ws in then.
_ROOTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "/x",
        (
            "/x/admin/ws",
            "/xadmin/ws",
            "/x//admin/ws",
            "/x/admin/ws/",
            "/admin/ws",
            "/y/x/admin/ws",
            "/public/x/admin/ws",
        ),
    ),
    (
        "/x",
        ("/x/x/admin/ws", "/public/xadmin/ws", "/x", "/x%2fadmin/ws", "/X/admin/ws", "/x/admin/ws%0a", "//x/admin/ws"),
    ),
    ("/x/", ("/x/admin/ws", "/x//admin/ws", "/xadmin/ws", "/x/", "/admin/ws", "/public/x/admin/ws")),
    ("x", ("/xadmin/ws", "/x/admin/ws", "xadmin/ws", "/admin/ws", "/public/xadmin/ws")),
    ("/", ("/admin/ws", "//admin/ws", "admin/ws", "/x/admin/ws")),
    ("//", ("//admin/ws", "/admin/ws", "/public//admin/ws", "/x//admin/ws", "///admin/ws")),
    ("/admin", ("/admin/ws", "/admin/admin/ws", "/adminadmin/ws", "/admin//admin/ws", "/ws")),
    ("/admin/", ("/admin/ws", "/admin/admin/ws", "/admin//admin/ws")),
    ("/admin/ws", ("/admin/ws", "/admin/ws/admin/ws", "/admin/ws/", "/", "")),
    ("/adm", ("/admin/ws", "/adm/admin/ws", "/admadmin/ws")),
    ("/public", ("/public/admin/ws", "/publicadmin/ws", "/public//admin/ws", "/admin/ws", "/public/public/admin/ws")),
    ("/public/", ("/public/admin/ws", "/public//admin/ws", "/public/ws/public/admin/ws")),
    (
        "/public/ws",
        ("/public/ws/admin/ws", "/public/wsadmin/ws", "/public/ws//admin/ws", "/public/ws/public/ws/admin/ws"),
    ),
    ("/public/..", ("/public/../admin/ws", "/public/..admin/ws", "/public/%2e%2e/admin/ws")),
    ("%2fx", ("/x/admin/ws", "/xadmin/ws", "/public/x/admin/ws")),
    ("%0a", ("/admin/ws", "/%0aadmin/ws", "%0a/admin/ws", "/public/%0a/admin/ws")),
    ("/%41", ("/A/admin/ws", "/%41admin/ws", "/public/A/admin/ws")),
    ("/sub", ("/sub/admin/ws", "/sub/sub/admin/ws", "/subadmin/ws", "/admin/ws")),
    ("?", ("/public/?/admin/ws", "/public/%3f/admin/ws", "/%3f/admin/ws")),
    ("", ("/admin/ws", "//admin/ws")),
    (".", ("/public/./admin/ws", "/x./admin/ws")),
)


def _all() -> Iterator[Spelling]:
    for kind, targets in _TARGETS.items():
        for target in dict.fromkeys(targets):
            yield Spelling(kind, target.encode("latin-1"))
    for root_path, targets in _ROOTED:
        for target in targets:
            yield Spelling("root path of the client", target.encode("latin-1"), root_path)


SPELLINGS: tuple[Spelling, ...] = tuple(_all())

# For a router in a mount at /sub: it takes off the root_path of the server together with the mount's own.
MOUNTED: tuple[Spelling, ...] = tuple(
    Spelling("root path before a mount", target.encode(), root_path)
    for root_path in ("/y", "/sub", "/admin", "/", "y", "/public")
    for target in (
        f"/sub/public{root_path}/subadmin/ws",
        f"/sub/public{root_path}/sub/admin/ws",
        f"/sub{root_path}/subadmin/ws",
        f"/sub{root_path}/sub/admin/ws",
        f"{root_path}/sub/admin/ws",
        f"{root_path}sub/admin/ws",
        f"/sub{root_path}/admin/ws",
        "/sub/admin/ws",
        "/subadmin/ws",
    )
)

# For a server that was told its root_path, ROOT: where it stands in what the client asks for, and where it does not.
CONFIGURED: tuple[Spelling, ...] = tuple(
    Spelling("root path of the server", target.encode())
    for target in (
        *(
            "/admin/ws",
            "//admin/ws",
            "/root/admin/ws",
            "/rootadmin/ws",
            "rootadmin/ws",
            "root/admin/ws",
            "/root//admin/ws",
            "/root%2fadmin/ws",
        ),
        *("/public/root/admin/ws", "/public/rootadmin/ws", "/public/root//admin/ws", "/public%2frootadmin/ws"),
        *("/root/root/admin/ws", "/root/rootadmin/ws", "/root/public/root/admin/ws", "/root/public/rootadmin/ws"),
        *("//root/admin/ws", "/x/../root/admin/ws", "/ROOT/admin/ws", "/roo%74/admin/ws", "/root;/admin/ws"),
        *("/admin/root/ws", "/adm/rootin/ws", "/admin/ws/root", "/admin/ws/root/admin/ws", "x:/root/admin/ws"),
        *(
            "x:/public/root/admin/ws",
            "http://x/root/admin/ws",
            "/root%0a/admin/ws",
            "/root/admin/ws%0a",
            "/root/./admin/ws",
        ),
    )
)


def distinct(spellings: Iterable[Spelling]) -> list[Spelling]:
    """One of those that are the same once they are decoded, as every server decodes them."""
    return list({(unquote_to_bytes(spelling.target), spelling.root_path): spelling for spelling in spellings}.values())
