from pathlib import Path
from typing import Any

import pytest

from server.config import Config, ConfigError, Limits, is_loopback, load


def refused(options: dict[str, Any], environment: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        load(options, environment or {})
    return error.value


def with_file(tmp_path: Path, text: str) -> dict[str, Any]:
    (tmp_path / "sangdam.toml").write_text(text, "utf-8")
    return {"data_dir": tmp_path}


def test_defaults_are_for_one_machine(tmp_path: Path) -> None:
    config = load({"data_dir": tmp_path}, {})
    assert config == Config(data_dir=tmp_path)
    assert config.base_url == "http://127.0.0.1:8080"
    assert config.demo


def test_options_win_over_variables_and_these_over_the_file(tmp_path: Path) -> None:
    options = with_file(tmp_path, 'port = 1\nhost = "localhost"\nthreads = 1\n[limits]\ngrace_s = 3.5\n')
    config = load({**options, "port": 3}, {"SANGDAM_PORT": "2", "SANGDAM_THREADS": "2", "HOME": "x"})
    assert (config.port, config.threads, config.host) == (3, 2, "localhost")
    assert config.limits == Limits(grace_s=3.5)


def test_variables_are_read_as_what_they_mean(tmp_path: Path) -> None:
    variables = {
        "SANGDAM_DATA_DIR": str(tmp_path),
        "SANGDAM_DEMO": "false",
        "SANGDAM_UDP_HOSTS": "192.0.2.1,192.0.2.2",
        "SANGDAM_WORKER_SECRET": "not a setting of the server",
    }
    config = load({}, variables)
    assert config.data_dir == tmp_path
    assert config.demo is False
    assert config.udp_hosts == ("192.0.2.1", "192.0.2.2")


@pytest.mark.parametrize("text", ["prot = 1\n", "[limits]\nrate = 1\n", "[limit]\nrate_messages = 1\n"])
def test_an_unknown_key_in_the_file_is_an_error(tmp_path: Path, text: str) -> None:
    assert refused(with_file(tmp_path, text)).code == "unknown_setting"


def test_an_unknown_variable_is_an_error() -> None:
    error = refused({}, {"SANGDAM_PROT": "1"})
    assert error.code == "unknown_setting"
    assert "SANGDAM_PROT" in error.message


@pytest.mark.parametrize(
    ("text", "code"),
    [("port = ", "bad_settings"), ('port = "x"', "bad_setting"), ('data_dir = "/"', "bad_settings")],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, code: str) -> None:
    assert refused(with_file(tmp_path, text)).code == code


@pytest.mark.parametrize("host", ["192.0.2.1", "::", "sangdam.example"])
def test_without_tls_only_loopback_is_served(tmp_path: Path, host: str) -> None:
    error = refused({"data_dir": tmp_path, "host": host})
    assert error.code == "tls_needed"
    assert "--tls-self-signed" in error.message
    assert load({"data_dir": tmp_path, "host": host, "tls_self_signed": True}, {}).tls
    proxied = load({"data_dir": tmp_path, "host": host, "public_url": "https://x.example/"}, {})
    assert proxied.base_url == "https://x.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"port": 70_000}, "bad_setting"),
        ({"tls_cert": Path("/none.pem")}, "bad_setting"),
        ({"tls_cert": Path("/none.pem"), "tls_key": Path("/none.key")}, "missing_file"),
        ({"tls_cert": Path("/a"), "tls_key": Path("/b"), "tls_self_signed": True}, "bad_setting"),
        ({"schedule": Path("/none.csv")}, "missing_file"),
        ({"models_dir": Path("/none")}, "missing_models"),
        ({"public_url": "sangdam.example"}, "bad_setting"),
        ({"log_level": "loud"}, "bad_setting"),
        ({"udp_ports": "40000"}, "bad_setting"),
        ({"udp_port": 70_000}, "bad_setting"),
        ({"udp_port": 3478, "udp_ports": "1-2"}, "bad_setting"),
        ({"udp_hosts": ["eth0"]}, "bad_setting"),
        ({"public_addresses": ["consult.example"]}, "bad_setting"),
        ({"public_addresses": ["203.0.113.5", "203.0.113.6"]}, "bad_setting"),
        ({"trusted_proxies": ["proxy.example"]}, "bad_setting"),
        ({"trusted_proxies": ["10.0.0.1/8"]}, "bad_setting"),
        ({"trusted_proxies": ["0.0.0.0/0"]}, "bad_setting"),
        ({"trusted_proxies": ["::/0"]}, "bad_setting"),
        ({"trusted_proxies": ["::ffff:0:0/96"]}, "bad_setting"),
    ],
)
def test_what_cannot_work_is_refused_with_a_code(tmp_path: Path, options: dict[str, Any], code: str) -> None:
    assert refused({"data_dir": tmp_path, **options}).code == code


def test_a_proxy_is_the_same_in_both_ways_to_write_its_address(tmp_path: Path) -> None:
    options = {"data_dir": tmp_path, "trusted_proxies": ["::ffff:10.0.0.7", "::ffff:10.0.1.0/120", "fd00::7"]}
    assert [str(each) for each in load(options, {}).proxies] == ["10.0.0.7/32", "10.0.1.0/24", "fd00::7/128"]


def test_a_mail_server_needs_a_sender_and_tls_for_its_password(tmp_path: Path) -> None:
    office = {"data_dir": tmp_path, "smtp_host": "mail.example"}
    assert refused(office).code == "bad_setting"
    assert refused({**office, "mail_from": "Office <a@b.kr>\r\nBcc: c@d.kr"}).code == "bad_setting"
    office |= {"mail_from": "Office <a@b.kr>"}
    assert refused({**office, "smtp_tls": "none", "smtp_user": "office"}).code == "bad_setting"
    (tmp_path / "password").write_text("secret\n")
    config = load({**office, "smtp_user": "office", "smtp_password_file": tmp_path / "password"}, {})
    server = config.mail_server
    assert server is not None
    assert (server.port, server.password) == (587, "secret")
    assert "secret" not in repr(server)
    assert load({"data_dir": tmp_path}, {}).mail_server is None
