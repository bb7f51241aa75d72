import ssl
from pathlib import Path

import pytest
from cryptography import x509

from server import tls
from server.config import Config, ConfigError


def config(tmp_path: Path, **values: object) -> Config:
    return Config(data_dir=tmp_path, **values)  # type: ignore[arg-type]


def certificate(tmp_path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((tmp_path / "tls" / "certificate.pem").read_bytes())


def test_without_tls_there_is_no_context(tmp_path: Path) -> None:
    assert tls.context(config(tmp_path)) is None


def test_a_self_signed_certificate_covers_the_address_and_its_key_is_private(tmp_path: Path) -> None:
    made = tls.context(config(tmp_path, host="192.0.2.7", tls_self_signed=True))
    assert isinstance(made, ssl.SSLContext)
    names = certificate(tmp_path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == [
        "192.0.2.7",
        "127.0.0.1",
    ]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert (tmp_path / "tls" / "key.pem").stat().st_mode & 0o077 == 0


def test_it_is_kept_and_made_anew_for_another_address(tmp_path: Path) -> None:
    first = config(tmp_path, host="192.0.2.7", tls_self_signed=True)
    tls.context(first)
    serial = certificate(tmp_path).serial_number
    tls.context(first)
    assert certificate(tmp_path).serial_number == serial
    tls.context(config(tmp_path, host="192.0.2.8", tls_self_signed=True))
    assert certificate(tmp_path).serial_number != serial


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "x.pem"
    wrong.write_text("nothing")
    with pytest.raises(ConfigError) as refused:
        tls.context(config(tmp_path, tls_cert=wrong, tls_key=wrong))
    assert refused.value.code == "bad_certificate"


def test_a_wildcard_is_called_by_addresses_that_others_can_reach_first() -> None:
    names = tls.names("::")
    assert names[-2:] == ["localhost", "127.0.0.1"]
    assert tls.names("192.0.2.7")[0] == "192.0.2.7"
