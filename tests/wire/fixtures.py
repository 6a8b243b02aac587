"""One process a stack serves all tests of this folder that do with it as it is."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from asgi_ws_guard import Handshake, Policy, Verdict, guard
from asgi_ws_guard.policy.precedents import Precedent
from tests.wire.stacks import COMMANDS, TLS_COMMANDS, Running, running


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack, by its name in COMMANDS."""
    with running(COMMANDS[request.param], tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="session")
def tls_stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]
) -> Iterator[Running]:
    """A stack that speaks TLS, by its name in TLS_COMMANDS."""
    key, chain = certificate
    command = TLS_COMMANDS[request.param].replace("{key}", str(key)).replace("{certificate}", str(chain))
    with running(command, tmp_path_factory.mktemp(request.param), tls=True) as found:
        yield found


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Files with a private key and a certificate of its own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    directory = tmp_path_factory.mktemp("certificate")
    key_file, chain_file = directory / "key.pem", directory / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    chain_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return key_file, chain_file


@pytest.fixture
def decisions(monkeypatch: pytest.MonkeyPatch) -> list[Handshake]:
    """The handshakes that were decided on."""
    seen: list[Handshake] = []
    decided = guard._decided

    def counted(one: Handshake, policy: Policy) -> tuple[Verdict, Precedent | None]:
        seen.append(one)
        return decided(one, policy)

    monkeypatch.setattr(guard, "_decided", counted)
    return seen
