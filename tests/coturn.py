"""A real coturn on loopback, with time-limited credentials and a certificate of its own."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SECRET = "the relay's secret"
START_S = 15.0
RELAYED_PORTS = 40


class Coturn:
    """`close` ends it. Peers on loopback are allowed, which nobody should do elsewhere."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.certificate, key = directory / "turn.pem", directory / "turn.key"
        self.spki_digest = _make_certificate(self.certificate, key)
        self.port, self.tls_port = _free_ports()
        first = _free_range()
        config = directory / "turnserver.conf"
        config.write_text(
            "\n".join(
                (
                    "listening-ip=127.0.0.1",
                    f"listening-port={self.port}",
                    f"tls-listening-port={self.tls_port}",
                    "relay-ip=127.0.0.1",
                    f"min-port={first}",
                    f"max-port={first + RELAYED_PORTS - 1}",
                    "fingerprint",
                    "use-auth-secret",
                    f"static-auth-secret={SECRET}",
                    "realm=turn.test",
                    f"cert={self.certificate}",
                    f"pkey={key}",
                    "allow-loopback-peers",
                    # As docs/operations.md has it: the relay leads to the media workers and nowhere else.
                    "denied-peer-ip=0.0.0.0-255.255.255.255",
                    "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                    "allowed-peer-ip=127.0.0.1",
                    "no-multicast-peers",
                    "no-stun-backward-compatibility",
                    "no-tlsv1",
                    "no-tlsv1_1",
                    "no-cli",
                    "no-rfc5780",
                    "relay-threads=1",
                    f"userdb={directory / 'turndb'}",
                    f"pidfile={directory / 'pid'}",
                    "log-file=stdout",
                    "verbose",
                    "",
                )
            )
        )
        self._log_path = directory / "turn.log"
        self._log = self._log_path.open("w")
        self._process = subprocess.Popen(
            ("turnserver", "-c", str(config)), stdout=self._log, stderr=self._log, cwd=directory
        )
        self._wait()

    def urls(self) -> dict[str, str]:
        return {
            "udp": f"turn:127.0.0.1:{self.port}?transport=udp",
            "tcp": f"turn:127.0.0.1:{self.port}?transport=tcp",
            "tls": f"turns:127.0.0.1:{self.tls_port}?transport=tcp",
        }

    def log(self) -> str:
        self._log.flush()
        return self._log_path.read_text()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(self.log())

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


@contextmanager
def coturn(directory: Path) -> Iterator[Coturn]:
    running = Coturn(directory)
    try:
        yield running
    finally:
        running.close()


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _free_ports() -> tuple[int, int]:
    """Two ports that neither TCP nor UDP uses."""
    found: list[int] = []
    while len(found) < 2:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found[0], found[1]


def _free_range() -> int:
    """The first of many UDP ports in a row that are free now, below those that the kernel gives to others."""
    for first in range(22_000, 32_000, RELAYED_PORTS):
        probes = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(RELAYED_PORTS)]
        try:
            for at, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + at))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free UDP ports for the relay")


def _make_certificate(certificate: Path, key: Path) -> str:
    """Self-signed; returns the digest of its public key as Chromium wants it."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "turn.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(public).digest()).decode()
