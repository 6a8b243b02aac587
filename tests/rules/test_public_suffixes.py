"""Wildcards that let strangers in are warned of, and no others."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from asgi_ws_guard import Policy
from asgi_ws_guard.policy.file import load_policy_file
from asgi_ws_guard.rules import public_suffixes
from asgi_ws_guard.rules.public_suffixes import is_public_suffix

PUBLIC = (
    *("com", "dev", "uk", "xn--p1ai", "co.uk", "com.au", "co.jp", "com.br", "github.io", "herokuapp.com", "vercel.app"),
    *("netlify.app", "pages.dev", "web.app", "azurewebsites.net", "cloudfront.net", "s3.amazonaws.com", "ngrok.io"),
    *("ngrok-free.app", "trycloudflare.com", "workers.dev", "windows.net", "azure.com", "railway.app"),
)
OWN = (
    *("example.com", "example.co.uk", "me.github.io", "app.web.app", "b.s3.amazonaws.com", "localhost", "local"),
    *("internal", "lan", "test", "example", "home", "corp", "home.arpa", "svc.cluster.local", "uk.com.example"),
    *("notgithub.io", "github.io.example.com", "co.example"),
)


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_suffixes, "_warned", set())


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert {(record.name, record.levelno) for record in caplog.records} <= {("asgi_ws_guard", logging.WARNING)}
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("domain", PUBLIC)
def test_a_wildcard_over_a_public_suffix_is_warned_of(domain: str, caplog: pytest.LogCaptureFixture) -> None:
    origin, host = f"https://*.{domain}", f"*.{domain.upper()}.:443"
    policy = Policy(allowed_origins=[origin], allowed_hosts=[host])
    of_host, of_origin = sorted(warnings(caplog))
    assert of_origin == (
        f"allowed_origins has '{origin}', which lets in everybody who has a name under {domain}; wanted your own: "
        f"'https://your-name.{domain}', or 'https://*.your-name.{domain}' for its subdomains"
    )
    assert of_host.startswith(f"allowed_hosts has '{host}', which lets in everybody who has a name under {domain};")
    assert policy.allowed_origins == (origin,) and policy.allowed_hosts == (host,), "it is let in all the same"


@pytest.mark.parametrize("domain", OWN)
def test_a_wildcard_over_a_name_of_ones_own_is_not(domain: str, caplog: pytest.LogCaptureFixture) -> None:
    Policy(allowed_origins=["same-origin", f"https://*.{domain}", f"https://{domain}"], allowed_hosts=[f"*.{domain}"])
    assert warnings(caplog) == []


@pytest.mark.parametrize("domain", ["com", "github.io", "co.uk"])
def test_without_a_wildcard_it_is_one_name(domain: str, caplog: pytest.LogCaptureFixture) -> None:
    Policy(allowed_origins=[f"https://{domain}"], allowed_hosts=[domain])
    assert warnings(caplog) == []


def test_it_is_said_once_however_many_policies_have_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('allowed_origins = ["https://*.com"]\n[paths."/a"]\nrequire_tls = true\n[paths."/b"]\n')
    load_policy_file(file)
    load_policy_file(file)
    assert len(warnings(caplog)) == 1


def test_what_is_listed_is_a_name_in_lower_case() -> None:
    for suffix in public_suffixes._SUFFIXES:
        assert is_public_suffix(suffix) and not is_public_suffix(f"x.{suffix}")
        assert suffix == suffix.lower().strip(".") and "." in suffix
