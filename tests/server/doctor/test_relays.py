"""The doctor against a real coturn."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.config import Config
from server.doctor import media, reach, relays
from server.doctor.relays import RelayFailed
from server.turn import Turn, TurnUrl
from tests.coturn import SECRET, Coturn, coturn
from wire.ports import PortRange

pytestmark = pytest.mark.net


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn")) as running:
        yield running


def turn(url: str, secret: str = SECRET) -> Turn:
    return Turn((TurnUrl.parse(url),), secret, 60)


async def refused(url: str, secret: str = SECRET) -> str:
    made = turn(url, secret)
    with pytest.raises(RelayFailed) as failed:
        async with relays.allocation(made, made.urls[0]):
            pass
    finding = failed.value.finding
    assert finding.level == "problem"
    assert url in finding.message
    return f"{finding.message} → {finding.advice}"


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_every_way_is_tried_with_a_real_allocation(
    relay: Coturn, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.certificate))
    made = turn(relay.urls()[way])
    async with relays.allocation(made, made.urls[0]) as (transport, _):
        assert relays.allocated(made.urls[0], transport).level == "ok"
    assert f"{relays.PERSON}>" in relay.log()


async def test_what_is_wrong_is_named(relay: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "static-auth-secret" in await refused(relay.urls()["udp"], "another secret")
    assert "certificate" in await refused(relay.urls()["tls"])
    assert "turn:127.0.0.1:1?transport=tcp" in await refused("turn:127.0.0.1:1?transport=tcp")
    monkeypatch.setattr(relays, "TIMEOUT_S", 0.5)
    assert "nothing answers" in await refused("turn:127.0.0.1:1?transport=udp")
    assert "is not known" in await refused("turn:nowhere.invalid?transport=tcp")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "WAIT_S", 0.2)


@pytest.mark.usefixtures("impatient")
async def test_the_way_from_the_relay_to_the_media_ports_is_tried(relay: Coturn) -> None:
    made = turn(relay.urls()["udp"])
    async with (
        relays.allocation(made, made.urls[0]) as allocated,
        reach.listening("127.0.0.1", None) as ear,
    ):
        assert ear is not None
        assert await reach.through_relay(allocated, ear, "127.0.0.1") is True
        # As docs/operations.md sets it up, the relay leads to the media workers and nowhere else.
        assert await reach.through_relay(allocated, ear, "127.0.0.2") == 403
        ear.port = 1
        assert await reach.through_relay(allocated, ear, "127.0.0.1") is False


@pytest.mark.usefixtures("impatient")
async def test_the_way_from_here_is_tried() -> None:
    async with reach.listening("127.0.0.1", None) as ear:
        assert ear is not None
        assert await reach.from_here(ear, "127.0.0.1")
        ear.port = 1
        assert not await reach.from_here(ear, "127.0.0.1")


async def test_ports_that_are_all_taken_leave_nothing_to_listen_with() -> None:
    async with reach.listening("127.0.0.1", None) as first:
        assert first is not None
        async with reach.listening("127.0.0.1", PortRange(first.port, first.port)) as second:
            assert second is None


async def test_the_media_worker_says_what_it_would_listen_on(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, udp_hosts=("127.0.0.1",), udp_ports="31990-31993", port=0)
    (ports,) = await media.check(config)
    assert (ports.check, ports.level) == ("udp ports", "warning")
    assert "of 4 ports of 31990-31993" in ports.message
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        one = Config(data_dir=tmp_path, udp_hosts=("127.0.0.1",), udp_port=31_989, port=0)
        (free,) = await media.check(one)
        assert (free.level, "one for all" in free.message) == ("ok", True)
        other.bind(("127.0.0.1", 31_989))
        (taken,) = await media.check(one)
        assert (taken.level, "is in use" in taken.message) == ("warning", True)
    elsewhere = Config(data_dir=tmp_path, udp_hosts=("192.0.2.99",), public_addresses=("192.0.2.98",))
    (gone,) = await media.check(elsewhere)
    assert (gone.level, "192.0.2.99" in gone.message) == ("problem", True)
    impossible = Config(data_dir=tmp_path, udp_hosts=("127.0.0.1",), public_addresses=("2001:db8::1",))
    (refusal,) = await media.check(impossible)
    assert (refusal.level, "--public-address" in refusal.message) == ("problem", True)


async def test_relays_that_cannot_be_configured_so_are_a_problem(tmp_path: Path) -> None:
    (finding,) = await media.check(Config(data_dir=tmp_path, turn_urls=("turn:a",)))
    assert (finding.check, finding.level) == ("relay", "problem")
