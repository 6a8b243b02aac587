"""accept and verify: the value, its steps, the mistake, and the exit codes."""

from __future__ import annotations

import pytest

from asgi_ws_guard.handshake import accept_value, generate_key

from .running import program, run

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_accept_prints_the_value_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "accept", KEY) == (0, f"{ACCEPT}\n", "")


def test_accept_shows_its_steps(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "accept", KEY, "--verbose")
    assert code == 0
    assert f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11" in out
    assert "b37a4f2cc0624f1690f64606cf385945b2bec4ea" in out
    assert out.rstrip().endswith(ACCEPT)


@pytest.mark.parametrize("key", ["", "hello", "testserver==", "AAECAwQFBgcICQoLDA0ODxAR", "\uff21\uff21=="])
def test_a_bad_key_gets_one_line(capsys: pytest.CaptureFixture[str], key: str) -> None:
    code, out, err = run(capsys, "accept", key)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and "is no key" in err


def test_verify_says_that_it_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify", KEY, ACCEPT)
    assert code == 0 and out.startswith("right: ")


def test_verify_forgives_what_pasting_adds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "verify", f" {KEY}\n", f"{ACCEPT} ")[0] == 0


def test_verify_names_the_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify", KEY, "b37a4f2cc0624f1690f64606cf385945b2bec4ea")
    assert code == 1
    assert ACCEPT in out and "hex-digest" in out


def test_verify_knows_a_bad_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "verify", "hello", ACCEPT)[0] == 2


def test_python_m_runs_it() -> None:
    key = generate_key()
    with program("-m", "asgi_ws_guard", "accept", key) as process:
        assert process.communicate(timeout=20) == (f"{accept_value(key)}\n", "")
    assert process.returncode == 0
