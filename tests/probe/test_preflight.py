"""Where there is nothing to probe, the probe says so, and what to check."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator

import pytest

from asgi_ws_guard import probe
from asgi_ws_guard.probe.preflight import look
from asgi_ws_guard.probe.target import parse_target

from .certificates import server_context
from .zoo import Correct, listening, serving


async def look_at(answer: bytes, scheme: str = "ws") -> str:
    """What the look says of a server that sends `answer` to everybody."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(answer)
        await writer.drain()
        if answer:
            writer.close()

    async with listening(connection) as port:
        return await look(parse_target(f"{scheme}://127.0.0.1:{port}/ws"), 0.5)


def head(status: int, *fields: str, body: str = "") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} X", *fields, "", body]).encode()


OBSTACLES = [
    ("404", head(404), "404", "path"),
    ("401", head(401, "WWW-Authenticate: Basic"), "401", "--cookie-file"),
    ("403", head(403), "403", "--origin"),
    ("400", head(400), "400", "--subprotocol"),
    ("200", head(200), "200", "WebSocket library"),
    ("426", head(426, "Upgrade: websocket"), "426", "hop-by-hop"),
    ("502", head(502), "502", "behind it"),
    ("307", head(307, "Location: /ws/"), "307", "/ws/"),
    ("HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\n", "200", "HTTP/1.0"),
    ("nginx on TLS", head(400, body="The plain HTTP request was sent to HTTPS port"), "400", "wss://"),
    ("TLS alert", b"\x15\x03\x01\x00\x02\x02\x46", "TLS", "wss://"),
    ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0", "check the port"),
    ("silence", b"", "said nothing", "stuck"),
]


@pytest.mark.parametrize(("answer", "saw", "check"), [row[1:] for row in OBSTACLES], ids=[row[0] for row in OBSTACLES])
def test_an_obstacle_is_named(answer: bytes, saw: str, check: str) -> None:
    with pytest.raises(probe.CannotProbe) as error:
        asyncio.run(look_at(answer))
    assert saw in error.value.reason
    assert check in error.value.check
    assert "\n" not in str(error.value)


def test_a_dropped_connection_is_named() -> None:
    async def drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> None:
        async with listening(drop) as port:
            await look(parse_target(f"ws://127.0.0.1:{port}/"), 1)

    with pytest.raises(probe.CannotProbe, match=r"ended the connection without an answer.*wss://"):
        asyncio.run(run())


def test_nothing_listens() -> None:
    with pytest.raises(probe.CannotProbe, match=r"connection refused.*is the server running"):
        probe.run("ws://127.0.0.1:1/", only=["control"])


def test_tls_on_a_plain_port() -> None:
    with pytest.raises(probe.CannotProbe) as error:
        asyncio.run(look_at(head(400), "wss"))
    assert "use ws:// for a plain port" in error.value.check


def test_a_wrong_status_beside_an_accept_value_is_a_finding_and_no_obstacle() -> None:
    assert asyncio.run(look_at(head(200, "Sec-WebSocket-Accept: x", "Server: odd"))) == "odd"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ssl.SSLContext]:
    yield server_context(tmp_path_factory.mktemp("tls"))


async def probe_tls(context: ssl.SSLContext, **options: bool | str) -> probe.Report:
    async with listening(Correct().serve, context) as port:
        only = ["control", "refusal-405-allow"]
        return await probe.run_async(f"wss://127.0.0.1:{port}/ws", only=only, **options)  # type: ignore[arg-type]


def test_a_certificate_that_nobody_trusts_is_an_obstacle(tls: ssl.SSLContext) -> None:
    with pytest.raises(probe.CannotProbe, match=r"certificate is not trusted.*--insecure"):
        asyncio.run(probe_tls(tls))


def test_insecure_probes_over_tls(tls: ssl.SSLContext) -> None:
    report = asyncio.run(probe_tls(tls, insecure=True))
    assert report.conforms and len(report.results) > 10


def test_the_server_name_is_sent(tls: ssl.SSLContext) -> None:
    names: list[str | None] = []
    tls.sni_callback = lambda _, name, __: names.append(name)
    asyncio.run(probe_tls(tls, insecure=True, server_name="probe.example"))
    tls.sni_callback = None
    assert set(names) == {"probe.example"}


BAD_URLS = [
    ("ftp://a/", "scheme"),
    ("ws://", "no address"),
    ("ws://a:99999/", "port"),
    ("ws://a b/", "no address"),
    ("", "no address"),
]


@pytest.mark.parametrize(("url", "says"), BAD_URLS)
def test_a_bad_url_is_named_in_one_line(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_target(url)


def test_a_field_that_cannot_be_sent_is_named() -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        parse_target("ws://a/", headers=(("X-A", "1\r\nX-B: 2"),))


def test_the_targets_own_fields_go_into_each_handshake_that_does_not_test_them() -> None:
    seen: list[bytes] = []

    class Recording(Correct):
        async def read_head(self, reader: asyncio.StreamReader) -> bytes | None:
            found = await super().read_head(reader)
            seen.append(found or b"")
            return found

    async def run() -> None:
        async with serving(Recording()) as url:
            await probe.run_async(
                url,
                headers=[("X-Token", "t")],
                origin="https://own.example",
                subprotocols=["chat"],
                cookies="a=b",
                only=["control-valid", "origin-null", "subprotocol-unknown", "subprotocol-none"],
            )

    asyncio.run(run())
    assert all(b"X-Token: t\r\n" in request and b"Cookie: a=b\r\n" in request for request in seen)
    assert sum(b"Origin: https://own.example" in request for request in seen) == 4  # the look, and all but origin-null
    assert sum(b"Origin: null" in request for request in seen) == 1
    assert sum(b"Sec-WebSocket-Protocol: chat, x-probe-1" in request for request in seen) == 1
    assert sum(b"Sec-WebSocket-Protocol" not in request for request in seen) == 1
