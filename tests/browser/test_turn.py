"""Picture and sound through coturn, for browsers that reach nothing else; all at one port of the worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ALLOW, FAKE_DEVICES, Launch, Visit
from tests.browser.installation import Consultation, Installation
from tests.coturn import SECRET, Coturn, coturn, free_udp_port

RELAYED_ONLY = """(transport) => {
  const Plain = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Plain {
    constructor(configuration) {
      const iceServers = configuration.iceServers.map((server) => (
        { ...server, urls: server.urls.filter((url) => transport?.(url)) }));
      super(transport
        ? { ...configuration, iceServers, iceTransportPolicy: 'relay' }
        : { ...configuration, iceServers: [] });
      window.connections.push(this);
    }
  };
}"""
"""A browser behind a firewall that lets one way through, or (null) without relays; the pages know nothing."""

WAYS = {
    "udp": "(url) => url.endsWith('udp')",
    "tcp": "(url) => url.startsWith('turn:') && url.endsWith('tcp')",
    "tls": "(url) => url.startsWith('turns:')",
    "direct": "null",
}

SELECTED = """async () => (await Promise.all(window.connections.map(async (connection) => {
  const reports = [...(await connection.getStats()).values()];
  const pair = reports.find(({ type, nominated, state }) =>
    type === 'candidate-pair' && nominated && state === 'succeeded');
  const local = reports.find(({ id }) => id === pair?.localCandidateId);
  const remote = reports.find(({ id }) => id === pair?.remoteCandidateId);
  return local ? `${local.relayProtocol ?? 'direct'} to ${remote.port}` : null;
}))).filter(Boolean)"""

HEARD = """async () => {
  const heard = await Promise.all(window.connections.map(async (connection) =>
    [...(await connection.getStats()).values()]
      .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')
      .reduce((sum, { totalAudioEnergy }) => sum + (totalAudioEnergy ?? 0), 0)));
  return heard.some((energy) => energy > 0.001);
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn")) as running:
        yield running


@pytest.fixture(scope="module")
def udp_port() -> int:
    return free_udp_port()


@pytest.fixture(scope="module")
def relayed(relay: Coturn, udp_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    directory = tmp_path_factory.mktemp("relayed")
    secret = directory / "turn-secret"
    secret.write_text(SECRET)
    urls = [part for url in relay.urls().values() for part in ("--turn-url", url)]
    running = Installation(
        directory / "data",
        options=(
            *("--udp-host", "127.0.0.1", "--udp-port", str(udp_port)),
            *("--turn-secret-file", str(secret), *urls),
        ),
    )
    yield running
    running.close()


@pytest.fixture
def room(relayed: Installation) -> Iterator[Consultation]:
    made = relayed.consultation()
    yield made
    relayed.remove(made.id)


@pytest.fixture(scope="module")
def trusting(launch: Launch, relay: Coturn) -> Browser:
    """Takes the relay's self-signed certificate, which Chromium otherwise refuses as it does a page's."""
    return launch(FAKE_DEVICES, ALLOW, f"--ignore-certificate-errors-spki-list={relay.spki_digest}")


@pytest.mark.parametrize("way", list(WAYS))
def test_both_sides_see_and_hear_each_other(
    visitor_in: Visit, trusting: Browser, room: Consultation, udp_port: int, way: str
) -> None:
    seller, buyer = visitor_in(trusting), visitor_in(trusting, locale="zh-CN")
    for one, me in ((seller, "seller"), (buyer, "buyer")):
        one.page.add_init_script(f"({RELAYED_ONLY})({WAYS[way]})")
        one.join(room.urls[me])
    for one, other in ((seller, "buyer"), (buyer, "seller")):
        one.sees(room.people[other])
        one.page.wait_for_function(HEARD)
        assert one.page.evaluate(SELECTED) == [f"{way} to {udp_port}"] * 2
