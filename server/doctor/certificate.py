"""The certificate that browsers see: whose names it has, who vouches for it, and for how long."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from server import tls
from server.config import Config, ConfigError, is_loopback
from server.doctor.finding import Finding, ok, problem, warning

SOON = timedelta(days=14)
TIMEOUT_S = 10.0


async def check(config: Config) -> Sequence[Finding]:
    if config.tls_cert is not None:
        return [_own(config, config.tls_cert)]
    if config.tls_self_signed:
        made = config.data_dir / "tls" / "certificate.pem"
        if not made.is_file():
            return [ok("certificate", "a self-signed one is made at the start")]
        return [_self_signed(made)]
    url = urlsplit(config.public_url or "")
    if url.scheme == "https" and url.hostname:
        return [await _proxys(url.hostname, url.port or 443), _callers(config)]
    if is_loopback(config.host) and not url.hostname:
        return [ok("certificate", "none is needed: only this machine is served")]
    return [
        problem("certificate", "none: browsers refuse camera and microphone", "give --tls-cert, --tls-key")
    ]


def _own(config: Config, path: Path) -> Finding:
    try:
        tls.context(config)
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (ConfigError, ValueError) as error:
        return problem("certificate", str(error), "give the chain and the key that belongs to it, as PEM")
    name = urlsplit(config.base_url).hostname or config.host
    if config.public_url is None and config.host in ("0.0.0.0", "::", ""):  # noqa: S104
        return _lasting(certificate, path)
    if not _covers(certificate, name):
        return problem("certificate", f"{path} is not for {name}", "get one for the public URL's name")
    return _lasting(certificate, path)


def _self_signed(path: Path) -> Finding:
    return warning(
        "certificate",
        f"{path} is self-signed",
        "good for a trial: every visitor is warned; get a real one for consultations",
    )


def _lasting(certificate: x509.Certificate, path: Path) -> Finding:
    return _term(certificate.not_valid_before_utc, certificate.not_valid_after_utc, str(path))


def _term(starts: datetime, ends: datetime, where: str) -> Finding:
    now = datetime.now(UTC)
    advice = "renew it and start the server again"
    if now >= ends:
        return problem("certificate", f"{where} ended on {ends:%Y-%m-%d}", advice)
    if now < starts:
        return problem(
            "certificate", f"{where} begins on {starts:%Y-%m-%d %H:%M} UTC", "set this machine's clock"
        )
    if ends - now < SOON:
        return warning("certificate", f"{where} ends on {ends:%Y-%m-%d}", advice)
    return ok("certificate", f"{where} is good until {ends:%Y-%m-%d}")


def _covers(certificate: x509.Certificate, name: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(name) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        patterns = [pattern.lower() for pattern in names.get_values_for_type(x509.DNSName)]
    name = name.lower()
    return name in patterns or f"*.{name.partition('.')[2]}" in patterns


def _callers(config: Config) -> Finding:
    """Whether visitors who come through the proxy can be told from one another."""
    if config.trusted_proxies:
        return ok("proxy", f"visitors are told apart through {', '.join(config.trusted_proxies)}")
    return warning(
        "proxy",
        "limits on wrong links and passwords count everybody behind it as one",
        "name it with --trusted-proxy, and have it write X-Forwarded-For",
    )


async def _proxys(host: str, port: int) -> Finding:
    """As a browser sees it, name and chain included."""
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
        found = writer.get_extra_info("peercert")
        writer.close()
    except ssl.SSLCertVerificationError as error:
        return problem(
            "certificate", f"{where}: {error.verify_message}", "see to the proxy's certificate and chain"
        )
    except (OSError, TimeoutError) as error:
        advice = "a proxy that only outside machines reach cannot be looked at from here"
        return warning("certificate", f"{where} cannot be reached: {error or 'timeout'}", advice)
    return _term(_time(found["notBefore"]), _time(found["notAfter"]), where)


def _time(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
