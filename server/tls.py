"""TLS: the operator's certificate, or a self-signed one made in the data directory."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.config import Config, ConfigError

VALID_DAYS = 397
"""Longest that browsers accept."""
_RENEW_DAYS = 14
_WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104


def context(config: Config) -> ssl.SSLContext | None:
    """None without TLS. Raises ConfigError."""
    if not config.tls:
        return None
    if config.tls_cert is not None and config.tls_key is not None:
        certificate, key = config.tls_cert, config.tls_key
    else:
        certificate, key = _self_signed(config.data_dir / "tls", names(config.host))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        made.load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        raise ConfigError("bad_certificate", f"{certificate} and {key} cannot be used: {error}") from None
    return made


def names(host: str) -> list[str]:
    """What the server can be called by on its network, the best for others first."""
    if host not in _WILDCARDS:
        return [host, "localhost", "127.0.0.1"]
    return [*local_addresses(), socket.gethostname(), "localhost", "127.0.0.1"]


def local_addresses() -> list[str]:
    """This machine's IPv4 addresses, as far as its name leads to them, without loopback."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    addresses = [str(item[4][0]) for item in found]
    return [text for text in dict.fromkeys(addresses) if not ipaddress.ip_address(text).is_loopback]


def _self_signed(directory: Path, hosts: list[str]) -> tuple[Path, Path]:
    """The certificate and its key, made when missing, for other names, or soon to expire."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    if _is_usable(certificate, hosts) and key.is_file():
        return certificate, key
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = ec.generate_private_key(ec.SECP256R1())
        _write(
            key,
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        made = _make(private, hosts)
        _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise ConfigError("data_dir_unusable", f"{directory} cannot be written: {error.strerror}") from None
    return certificate, key


def _make(private: ec.EllipticCurvePrivateKey, hosts: list[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sangdam")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(private, hashes.SHA256())


def _is_usable(path: Path, hosts: list[str]) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    return left > timedelta(days=_RENEW_DAYS) and all(_general(host) in covered for host in hosts)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
