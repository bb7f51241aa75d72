import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.config import Config
from server.doctor import certificate


def made(directory: Path, *names: str, days: float = 90, begins: float = -1) -> tuple[Path, Path]:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    general: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(text)) if text[0].isdigit() else x509.DNSName(text)
        for text in names
    ]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate_file, key_file = directory / "chain.pem", directory / "key.pem"
    certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file


async def level(**settings: Any) -> str:
    (finding,) = await certificate.check(Config(**settings))
    assert (finding.level == "ok") == (finding.advice == "")
    return finding.level


@pytest.mark.parametrize(
    ("names", "url", "expected"),
    [
        (("consult.example",), "https://consult.example", "ok"),
        (("*.example",), "https://Consult.Example:8443/", "ok"),
        (("*.example",), "https://a.consult.example", "problem"),
        (("other.example",), "https://consult.example", "problem"),
        (("192.0.2.1",), "https://192.0.2.1", "ok"),
        (("consult.example",), "https://192.0.2.1", "problem"),
    ],
)
async def test_it_must_be_for_the_public_name(
    tmp_path: Path, names: tuple[str, ...], url: str, expected: str
) -> None:
    chain, key = made(tmp_path, *names)
    assert await level(data_dir=tmp_path, tls_cert=chain, tls_key=key, public_url=url) == expected


@pytest.mark.parametrize(
    ("days", "begins", "expected"),
    [(-0.5, -1, "problem"), (10, -1, "warning"), (15, -1, "ok"), (9, 1, "problem")],
)
async def test_its_end_is_seen_coming(tmp_path: Path, days: float, begins: float, expected: str) -> None:
    chain, key = made(tmp_path, "a.example", days=days, begins=begins)
    url = "https://a.example"
    assert await level(data_dir=tmp_path, tls_cert=chain, tls_key=key, public_url=url) == expected


async def test_a_key_of_another_certificate_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    chain, _ = made(tmp_path, "a.example")
    _, key = made(tmp_path / "other", "a.example")
    assert await level(data_dir=tmp_path, tls_cert=chain, tls_key=key) == "problem"


async def test_a_self_signed_one_is_for_trials(tmp_path: Path) -> None:
    assert await level(data_dir=tmp_path, tls_self_signed=True) == "ok"
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "certificate.pem").touch()
    assert await level(data_dir=tmp_path, tls_self_signed=True) == "warning"


async def test_loopback_needs_none(tmp_path: Path) -> None:
    assert await level(data_dir=tmp_path) == "ok"


@pytest.mark.net
async def test_visitors_behind_a_proxy_are_told_apart_only_where_it_is_named(tmp_path: Path) -> None:
    async def proxy(**settings: Any) -> str:
        config = Config(data_dir=tmp_path, public_url="https://127.0.0.1:1", **settings)
        found = {each.check: each for each in await certificate.check(config)}
        return found["proxy"].level

    assert await proxy() == "warning"
    assert await proxy(trusted_proxies=("127.0.0.1",)) == "ok"
