"""What the worker is started with, and the one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from media.addresses import LOOPBACK, MAX_ADDRESSES, host_addresses
from media.core import LIBRARY
from media.options import BadOptions, read_options, workers_url
from wire.ports import PortRange

ENVIRONMENT = {"SANGDAM_WORKER_SECRET": "secret"}


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/workers"),
        ("https://host/", "wss://host/workers"),
        ("ws://host:1/workers", "ws://host:1/workers"),
    ],
)
def test_the_server_may_be_named_in_any_scheme(given: str, url: str) -> None:
    assert workers_url(given) == url


@pytest.mark.parametrize("given", ["host:8080", "ftp://host", "http://", ""])
def test_other_addresses_are_refused(given: str) -> None:
    with pytest.raises(BadOptions, match="--server"):
        workers_url(given)


def test_hosts_may_be_repeated_or_listed() -> None:
    options = read_options(
        ["--server", "ws://s", "--udp-host", "10.0.0.1,fd00::1", "--udp-host", "10.0.0.1"], ENVIRONMENT
    )
    assert options.hosts == ("10.0.0.1", "fd00::1")


def test_a_host_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadOptions, match="--udp-host"):
        read_options(["--server", "ws://s", "--udp-host", "eth0"], ENVIRONMENT)


def test_ports_and_public_addresses_are_read() -> None:
    options = read_options(
        [
            *("--server", "ws://s", "--udp-host", "10.0.0.1", "--udp-ports", "40000-40199"),
            *("--public-address", "203.0.113.5", "--announce-local"),
        ],
        ENVIRONMENT,
    )
    assert options.udp_ports == PortRange(40_000, 40_199)
    assert options.announced == {"10.0.0.1": ("203.0.113.5", "10.0.0.1")}
    assert read_options(["--server", "ws://s"], ENVIRONMENT).udp_ports is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--udp-ports", "40000"),
        ("--udp-port", "70000"),
        ("--public-address", "example.org"),
        ("--public-address", "2001:db8::1"),
    ],
)
def test_ports_and_addresses_that_cannot_be_are_refused(option: str, value: str) -> None:
    with pytest.raises(BadOptions, match=f"{option}: .*{value}"):
        read_options(["--server", "ws://s", "--udp-host", "10.0.0.1", option, value], ENVIRONMENT)


def test_one_port_and_a_range_exclude_each_other() -> None:
    given = ["--server", "ws://s", "--udp-port", "3478"]
    assert read_options(given, ENVIRONMENT).udp_port == 3478
    with pytest.raises(BadOptions, match="exclude"):
        read_options([*given, "--udp-ports", "1-2"], ENVIRONMENT)


def test_the_compiled_core_is_named_or_the_one_beside_the_source() -> None:
    given = ["--server", "ws://s"]
    assert read_options(given, ENVIRONMENT).compiled_core is None
    assert read_options([*given, "--compiled-core"], ENVIRONMENT).compiled_core == LIBRARY
    assert read_options([*given, "--compiled-core", "/x.so"], ENVIRONMENT).compiled_core == Path("/x.so")
    with pytest.raises(BadOptions, match="--measure-latency"):
        read_options([*given, "--compiled-core", "--measure-latency"], ENVIRONMENT)


def test_the_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    options = read_options(["--server", "ws://s", "--secret-file", str(file)], {})
    assert options.secret == "from the file"


@pytest.mark.parametrize("content", [None, "\n"])
def test_a_missing_or_empty_secret_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadOptions, match="--secret-file"):
        read_options(["--server", "ws://s", "--secret-file", str(file)], {})
    with pytest.raises(BadOptions, match="SANGDAM_WORKER_SECRET"):
        read_options(["--server", "ws://s"], {})


def test_every_start_is_another_instance() -> None:
    first, second = (read_options(["--server", "ws://s"], ENVIRONMENT).instance for _ in range(2))
    assert first != second


def test_loopback_is_always_there_and_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def machine(*addresses: str) -> tuple[str, ...]:
        monkeypatch.setattr("media.addresses.get_host_addresses", lambda use_ipv4, use_ipv6: list(addresses))
        return host_addresses()

    assert machine() == (LOOPBACK,)
    assert machine("192.0.2.2", "fe80::1", "::1", "192.0.2.2") == ("192.0.2.2", LOOPBACK)
    assert len(machine(*(f"192.0.2.{number}" for number in range(1, 40)))) == MAX_ADDRESSES
