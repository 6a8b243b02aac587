"""The request line: GET, HTTP/1.1, a target without a fragment (RFC 6455 §4.2.1 item 1, RFC 9112 §3)."""

from __future__ import annotations

from ..case import EITHER, NOT_UPGRADED, SHOULD_OPEN, SHOULD_REFUSE, Case, Expect
from .base import KEY, VALID, maker

_case = maker("method")

_METHOD = "the method is not looked at: an opening handshake is a GET (405 with Allow: GET)"
_OLD = "HTTP/1.0 is upgraded: RFC 9110 §7.8 says that Upgrade in an HTTP/1.0 request MUST be ignored, and a hop of that version cannot carry the frames"  # noqa: E501
_NEW = "the version of the request line is not looked at: on this wire it is 1.1 (505 or 400 for the rest)"
_LINE = (
    "a request line that is none is read all the same: proxies read it differently, which is what smugglers look for"
)

_OLD_NOTE = "RFC 6455 §4.2.1 item 1 asks for 1.1 or higher, and RFC 9110 §7.8 has its own MUST: two, so 101 violates."
_LINE_NOTE = "RFC 9112 §3 says SHOULD, so a 101 is lenient."
_ABSOLUTE = Expect(
    ("101",),
    ("2xx", "3xx", "4xx", "501"),
    "RFC 9112 §3.2.2 tells servers to accept absolute-form, but no WebSocket client sends it to a server.",
)
_CONTROL = "the path keeps a control character once it is decoded, which some routers take for its end, and some do not"
_SMUGGLED = "a version that needs no key was believed: HTTP/2 starts with a preface, never with a request line"


def _method(method: str, title: str) -> Case:
    return _case(
        f"method-{method.lower() if method.isupper() else 'lower-case'}",
        "method-get",
        title,
        VALID.but(method=method.encode()),
        NOT_UPGRADED,
        mistake=_METHOD,
    )


def _path(name: str, title: str, encoded: str) -> Case:
    return _case(
        f"path-{name}",
        "path-content",
        f"{title} at the end of the path, percent-encoded",
        VALID.but(target=b"{path}" + encoded.encode()),
        SHOULD_REFUSE,
        mistake=_CONTROL,
        note="RFC 3986 §7.3 warns of such bytes and has no MUST, so a 101 is lenient.",
    )


CASES: tuple[Case, ...] = (
    _method("POST", "POST"),
    _method("PUT", "PUT"),
    _method("DELETE", "DELETE"),
    _method("PATCH", "PATCH"),
    _method("HEAD", "HEAD"),
    _method("OPTIONS", "OPTIONS"),
    _method("TRACE", "TRACE"),
    _method("CONNECT", "CONNECT with a path, which is no authority"),
    _method("PROBE", "a method that nobody knows"),
    _method("get", "get in lower case: methods are case-sensitive (RFC 9110 §9.1)"),
    _case(
        "http-1.0",
        "http-version",
        "HTTP/1.0",
        VALID.but(version=b"HTTP/1.0"),
        NOT_UPGRADED,
        mistake=_OLD,
        note=_OLD_NOTE,
    ),
    _case(
        "http-1.0-keep-alive",
        "http-version",
        "HTTP/1.0 with keep-alive",
        VALID.but(version=b"HTTP/1.0").put("Connection", "keep-alive, Upgrade"),
        NOT_UPGRADED,
        mistake=_OLD,
        note=_OLD_NOTE,
    ),
    _case(
        "http-1.2",
        "http-version",
        "HTTP/1.2",
        VALID.but(version=b"HTTP/1.2"),
        Expect(
            ("101", "2xx", "3xx", "4xx", "505"),
            (),
            "RFC 9110 §2.5: a higher minor version is read as the highest that one knows; refusing it is no fault.",
        ),
        mistake=_NEW,
    ),
    _case(
        "http-2.0-line",
        "http-version",
        "HTTP/2.0 in a request line",
        VALID.but(version=b"HTTP/2.0"),
        SHOULD_REFUSE,
        mistake=_NEW,
        note="RFC 6455 asks for 1.1 or higher, which this claims to be; nothing that speaks HTTP/2 writes it.",
    ),
    _case(
        "http-2.0-line-no-key",
        "http-version",
        "HTTP/2.0 in a request line, and no key",
        VALID.but(version=b"HTTP/2.0").put(KEY),
        NOT_UPGRADED,
        mistake=_SMUGGLED,
    ),
    _case(
        "http-3.0-line-no-key",
        "http-version",
        "HTTP/3.0 in a request line, and no key",
        VALID.but(version=b"HTTP/3.0").put(KEY),
        NOT_UPGRADED,
        mistake=_SMUGGLED,
    ),
    _case("http-0.8", "http-version", "HTTP/0.8", VALID.but(version=b"HTTP/0.8"), NOT_UPGRADED, mistake=_OLD),
    _case(
        "http-version-two-digits",
        "request-line",
        "HTTP/1.10",
        VALID.but(version=b"HTTP/1.10"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "http-version-lower-case",
        "request-line",
        "http/1.1 in lower case",
        VALID.but(version=b"http/1.1"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "http-version-other-name",
        "request-line",
        "HTTQ/1.1",
        VALID.but(version=b"HTTQ/1.1"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "line-two-spaces",
        "request-line",
        "two spaces before the target",
        VALID.but(target=b" {path}"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note="RFC 9112 §3 lets a server split at runs of whitespace, so a 101 is lenient.",
    ),
    _case(
        "line-tab",
        "request-line",
        "a tab before the target",
        VALID.but(method=b"GET\t{path}", target=b""),
        SHOULD_REFUSE,
        mistake=_LINE,
        note="As for two spaces.",
    ),
    _case(
        "line-empty-before",
        "request-line",
        "an empty line before the request line",
        VALID.but(before=b"\r\n"),
        SHOULD_OPEN,
        mistake="an empty line before the request line is refused: RFC 9112 §2.2 says that a server SHOULD ignore one",
    ),
    _case(
        "target-absolute",
        "request-target",
        "the target in absolute-form",
        VALID.but(target=b"http://{host}{path}"),
        _ABSOLUTE,
        mistake="absolute-form is taken for a path: RFC 9112 §3.2.2 says how to read it",
        note="A MUST of RFC 9112, counted lenient, since only proxies are sent this form.",
    ),
    _case(
        "target-absolute-other",
        "request-target",
        "absolute-form with another host than Host",
        VALID.but(target=b"http://other.example{path}"),
        EITHER,
        note="The target wins over Host (RFC 9112 §3.2.2); whether that host is served here is the server's to say.",
    ),
    _case(
        "target-fragment",
        "request-target",
        "a fragment in the target",
        VALID.but(target=b"{path}#probe"),
        SHOULD_REFUSE,
        mistake="a fragment is taken: RFC 6455 §3 knows none in a resource name",
        note="§3 speaks to clients; a server that cuts it off does no harm.",
    ),
    _case(
        "target-space",
        "request-target",
        "a space inside the target",
        VALID.but(target=b"{path} probe"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "target-asterisk",
        "request-target",
        "the target *, which is for OPTIONS",
        VALID.but(target=b"*"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "target-empty",
        "request-target",
        "no target",
        VALID.but(target=b""),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _case(
        "target-nul",
        "request-target",
        "a NUL in the target",
        VALID.but(target=b"{path}\x00"),
        SHOULD_REFUSE,
        mistake=_LINE,
        note=_LINE_NOTE,
    ),
    _path("lf", "a line feed", "%0A"),
    _path("nul", "a NUL", "%00"),
    _path("c1", "a control character of Latin-1, NEL", "%C2%85"),
    _case(
        "target-0xff",
        "request-target",
        "the byte 0xFF in the target",
        VALID.but(target=b"{query}&x=\xff"),
        EITHER,
        note="No URI has it (RFC 3986 §2), and nothing says what a server does about it; that it answers is asked.",
    ),
)
