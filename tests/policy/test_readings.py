"""All that a router may take a path for, and the policies that come of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asgi_ws_guard import Guard, Policy
from asgi_ws_guard.policy.readings import _PLAIN, Reading, canonical, is_plain, readings, route_path

PIECES = st.sampled_from(
    [
        "/",
        "//",
        "a",
        "B",
        ".",
        "..",
        "%2F",
        "%2e",
        "%252e",
        "%25",
        "%",
        "\\",
        "\0",
        "\n",
        "\x85",
        "\u00e9",
        "\u212a",
        ";x",
    ]
)
PATHS = st.lists(PIECES, max_size=8).map("".join)


@pytest.mark.parametrize(
    "spelling",
    [
        *(
            "/admin/ws",
            "//admin/ws",
            "/admin//ws",
            "/admin/ws/",
            "/admin/ws//",
            "admin/ws",
            "/./admin/ws",
            "/x/../admin/ws",
        ),
        *("/admin/./ws", "/admin/x/../ws", "/../admin/ws", "/admin/ws/.", "/ADMIN/WS", "/Admin/ws", "\\admin\\ws"),
        *(
            "/admin%2Fws",
            "/admin%2fws",
            "/admin%252Fws",
            "/admin%25252Fws",
            "/%61dmin/ws",
            "/%2561dmin/ws",
            "/admin%5Cws",
        ),
        *(
            "/admin/ws\n",
            "/admin/ws\0",
            "/adm\0in/ws",
            "/admin\x85/ws",
            "/admin/%0Aws",
            "/%2e%2E/admin/ws",
            "/a/%2e%2e%2fadmin/ws",
        ),
    ],
)
def test_each_spelling_of_a_route_has_its_canonical_form(spelling: str) -> None:
    assert canonical(spelling) == "/admin/ws"


@pytest.mark.parametrize(
    "other", ["/admin", "/admin/wss", "/x/admin/ws", "/admin/w%20s", "/", "", "/admin.ws", "/admin;/ws"]
)
def test_what_no_router_takes_for_it_has_not(other: str) -> None:
    assert canonical(other) != "/admin/ws"


@given(path=PATHS)
def test_the_canonical_form_is_that_of_itself(path: str) -> None:
    once = canonical(path)
    assert once.startswith("/") and "//" not in once and "\\" not in once and "/../" not in f"{once}/"
    if "%" not in once:
        assert canonical(once) == once


STEPS: dict[str, Callable[[str], str]] = {
    "decode": unquote,
    "merge": lambda path: "/" + "/".join(filter(None, path.split("/"))) + ("/" if path.endswith("/") else ""),
    "strip": lambda path: "/" + path.strip("/"),
    "fold": str.lower,
    "line": lambda path: path.removesuffix("\n"),
}


@given(path=PATHS, steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=4))
@example(path="/a%2F/B", steps=["decode", "merge", "fold"])
def test_whatever_a_router_does_of_it_arrives_at_the_same(path: str, steps: list[str]) -> None:
    """The law: done in part, and then whole, it is what it is done whole. (No router decodes more than twice.)"""
    read = path
    for step in steps:
        if step != "decode" or steps.count("decode") <= 1:
            read = STEPS[step](read)
    if "%25" not in path:
        assert canonical(read) == canonical(path)


@given(path=st.lists(st.sampled_from(["/", "a", "b", "1", "-", "_", ".", "..", "A", "%"]), max_size=8).map("".join))
def test_a_plain_path_has_one_reading_and_that_is_its_canonical_form(path: str) -> None:
    if is_plain(path):
        assert canonical(path) == path
        assert readings(path) == [Reading(path, canonical=False, ended=False, certain=True)]
    else:
        assert Reading(canonical(path), True, path.endswith("/"), True) in readings(path)


def test_what_most_paths_look_like_is_plain() -> None:
    assert all(map(is_plain, ["/", "/ws", "/chat/room-1/a.b~c", "/socket.io", "/v1/devices/7:8@9"]))
    assert _PLAIN.fullmatch("/.well-known") is None


@pytest.mark.parametrize(
    ("path", "root_path", "client_chosen", "expected"),
    [
        ("/api/ocpp/7", "/api", False, {"/ocpp/7": True, "/api/ocpp/7": False}),
        ("/api/ocpp/7", "/api", True, {"/ocpp/7": True, "/api/ocpp/7": True}),
        ("/xadmin/ws", "/x", True, {"/xadmin/ws": True, "/admin/ws": True}),
        ("/y/x/admin/ws", "/x", True, {"/y/x/admin/ws": True, "/admin/ws": True}),
        ("/admin/ws", "/admin", True, {"/ws": True, "/admin/ws": True}),
        ("/ocpp/7", "/api", False, {"/ocpp/7": True}),
        ("/api", "/api", False, {"": True, "/": True, "/api": False}),
        ("/api/x", "/api/", False, {"/api/x": True, "/x": True}),
        ("/rootadmin/ws", "/root", False, {"/rootadmin/ws": True, "/admin/ws": True}),
    ],
)
def test_a_root_path_may_be_taken_off_in_several_ways(
    path: str, root_path: str, client_chosen: bool, expected: dict[str, bool]
) -> None:
    found = readings(path, root_path, client_chosen=client_chosen)
    certain = {reading.path: any(each.certain for each in found if each.path == reading.path) for reading in found}
    assert certain.items() >= expected.items()
    assert found[0] == Reading(route_path(path, root_path), canonical=False, ended=False, certain=True)


@pytest.mark.parametrize(
    ("path", "root_path", "route"),
    [
        ("/sub/public/y/subadmin/ws", "/y", "/sub/admin/ws"),  # Litestar at /sub splits at "/y/sub"
        ("/v1/x/admin/ws", "/x", "/v1/admin/ws"),  # a middleware has taken /v1 off before any router sees the path
        ("/v1/public/x/admin/ws", "/x", "/v1/admin/ws"),
        ("/v1/xadmin/ws", "/x", "/v1/admin/ws"),
        ("/v1/sub/public/y/subadmin/ws", "/y", "/v1/sub/admin/ws"),
        ("/v1/y/sub/admin/ws", "/y", "/v1/sub/admin/ws"),
    ],
)
def test_what_stands_before_a_router_takes_its_own_off_as_well(path: str, root_path: str, route: str) -> None:
    assert route in {reading.path for reading in readings(path, root_path) if reading.certain}


@pytest.mark.parametrize(
    "path",
    [
        *("http://x/admin/ws", "x:/admin/ws", "file:///admin/ws", "public:/admin/ws", "admin/ws", "admin/ws?x"),
        *(" /admin/ws", "admin/ws;x", "admin/ws#x", "http:/admin/ws;foo?bar", "ws://evil//admin//ws/"),
    ],
)
def test_what_begins_with_no_slash_is_read_as_a_url_as_well(path: str) -> None:
    assert "/admin/ws" in {reading.path for reading in readings(path) if reading.canonical or reading.path[:1] == "/"}
    assert "/admin/ws" in {reading.path for reading in readings(path.replace("/admin", "/root/admin"), "/root")} or (
        not path.startswith(("http", "ws", "file"))
    )


def test_what_is_no_url_either_has_its_other_readings() -> None:
    found = {reading.path for reading in readings("http://[/admin/ws")}
    assert found == {"http://[/admin/ws", "/http://[/admin/ws", "/http:/[/admin/ws"}


def test_a_path_that_nul_ends_is_read_to_there_as_well() -> None:
    assert {reading.path for reading in readings("/admin/ws\0/x")} == {"/admin/ws\0/x", "/admin/ws/x", "/admin/ws"}


def test_long_paths_cost_what_their_length_does() -> None:
    for piece in ("%25", "%2525", "/..", "/a", "//", "%2e%2e/", "A"):
        assert len(readings("/" + piece * 20_000)) <= 4
        assert len(readings(piece * 20_000, piece)) <= 128


STRICT, LAX = Policy(), Policy(allowed_origins="*")


def picked(patterns: dict[str, Policy | None], path: str, default: Policy = LAX) -> list[Policy | None]:
    return [policy for _, policy in Guard(default, paths=patterns).paths.policies_for(path)]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        *(("/rooms/*", path) for path in ("//rooms/../ws", "rooms/../ws", "///rooms//../ws/", "/rooms//./ws")),
        *(("/rooms/*", path) for path in ("//rooms/.%2e/ws", "//rooms/x\\..\\../ws", "x:/rooms/../ws")),
        *(("/x/[!a-z]*", path) for path in ("/x/ABC", "//x/ABC", "/x/ABC/", "x/ABC")),
        *(("/?/ws", path) for path in ("/\u00df/ws", "//\u00df/ws", "//%/ws")),
        *(("/x/", path) for path in ("/x/", "/x", "//x", "x")),
        *(("/x/*/", path) for path in ("/x/a/", "/x/a", "//x//a")),
        *(("/Admin/WS", path) for path in ("/Admin/WS", "//Admin/WS", "/admin/ws")),
        *(("/chat/*/ws", path) for path in ("/chat/../ws\n", "/chat/.%2e/ws\n", "//chat/../ws\n", "/chat/x/ws\n")),
        *(
            ("/m/*/end/", path)
            for path in ("/m/../end", "/m/.%2e/end", "/m/a\\..\\..\\q/end", "/m/x/end", "//m/../end")
        ),
        *(("/m/*/end", path) for path in ("/M/../end", "/M/x/end", "/M//../END/")),
    ],
)
def test_a_route_with_parameters_takes_dots_and_letters_as_they_are(pattern: str, path: str) -> None:
    """Of such a route the canonical form is another's: so slashes alone are read as routers read them, too."""
    assert STRICT in picked({pattern: STRICT}, path)


SLASHED: dict[str, Callable[[str], str]] = {
    "none": lambda path: path,
    "leading": lambda path: f"/{path.lstrip('/')}",
    "merged": lambda path: re.sub("//+", "/", f"/{path}"),
    "litestar": lambda path: re.sub("//+", "/", f"/{path.strip('/')}"),
}


@given(
    path=PATHS,
    pattern=st.lists(st.sampled_from(["/", "a", "B", "..", "*", "?", "[!a]", "%", "\\", "\u00e9"]), max_size=6),
    how=st.sampled_from(sorted(SLASHED)),
)
def test_whatever_a_router_does_with_slashes_the_pattern_of_what_it_reads_counts(
    path: str, pattern: list[str], how: str
) -> None:
    text = "/" + "".join(pattern)
    if fnmatchcase(SLASHED[how](path), text):
        assert STRICT in picked({text: STRICT}, path)


@pytest.mark.parametrize("path", ["/socket.io/", "/socket.io/x", "/socket.io//", "/socket.io/x/", "/Socket.io/x"])
def test_what_is_asked_for_by_the_prefix_itself_is_of_the_prefix(path: str) -> None:
    assert (LAX in picked({"/socket.io/*": LAX}, path, STRICT)) is True
    if path != "/Socket.io/x":
        assert picked({"/socket.io/*": LAX}, path, STRICT) == [LAX]


def test_a_path_that_is_too_long_to_be_read_is_under_all_policies() -> None:
    patterns: dict[str, Policy | None] = {"/a/*": STRICT, "/b": None}
    assert picked(patterns, "/c/" + "x" * 1021) == [LAX]
    assert picked(patterns, "/c/" + "x" * 1022) == [STRICT, None, LAX]


@pytest.mark.parametrize("path", ["/admin/ws/\n/..", "/admin/\n/../ws", "/x/.\n./admin/ws"])
def test_a_control_character_alone_in_a_segment_is_a_name_to_dots(path: str) -> None:
    """Found by the fuzzer. Such a path is refused, unless `path-content` is tolerated."""
    assert canonical(path) == "/admin/ws"
