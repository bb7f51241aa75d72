"""A worker process between aiortc clients, over the link that the server uses."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

import numpy as np
import pytest

from media.room import MAX_PEERS
from tests.media.rig import (
    SECRET,
    AudioServer,
    Client,
    FakeServer,
    PictureTrack,
    ToneTrack,
    new_connection,
    strongest_hz,
    worker_process,
)
from wire.links import (
    AudioTarget,
    CloseRoom,
    Enter,
    Failed,
    MediaHello,
    PeerState,
    Subscribe,
    SubscribeAnswer,
    SubscribeOffer,
)
from wire.message import Message
from wire.network import Network

pytestmark = pytest.mark.net

NewClient = Callable[..., Client]


async def speaking(
    client: NewClient, person: str, *, hz: float, brightness: int, transcribe: bool = False
) -> Client:
    """Somebody who sends and receives."""
    made = client(person)
    await made.enter(transcribe=transcribe)
    await made.receive()
    await made.publish(microphone=ToneTrack(hz), camera=PictureTrack(brightness))
    return made


async def test_two_people_see_and_hear_each_other(client: NewClient) -> None:
    ulsan = await speaking(client, "p1", hz=440, brightness=60)
    changchun = await speaking(client, "p2", hz=880, brightness=200)
    await ulsan.until_offered(("p2", "microphone"), ("p2", "camera"))
    await changchun.until_offered(("p1", "microphone"), ("p1", "camera"))
    pictures = await asyncio.gather(ulsan.picture("p2"), changchun.picture("p1"))
    pitches = await asyncio.gather(ulsan.pitch("p2"), changchun.pitch("p1"))
    assert list(pictures) == [pytest.approx(200, abs=15), pytest.approx(60, abs=15)]
    assert list(pitches) == [pytest.approx(880, abs=10), pytest.approx(440, abs=10)]


async def test_lips_and_voice_share_a_stream_and_the_screen_has_its_own(client: NewClient) -> None:
    presenter = client("p1")
    await presenter.enter()
    await presenter.publish(microphone=ToneTrack(440), camera=PictureTrack(60), screen=PictureTrack(90))
    audience = client("p2")
    await audience.enter()
    await audience.receive()
    await audience.until_offered(("p1", "microphone"), ("p1", "camera"), ("p1", "screen"))
    lines = audience.offers[-1].sdp.splitlines()
    streams = sorted(line.split()[0] for line in lines if line.startswith("a=msid:"))
    assert streams == ["a=msid:p1-person", "a=msid:p1-person", "a=msid:p1-screen"]


async def test_who_only_watches_gets_a_picture_at_once(client: NewClient) -> None:
    await speaking(client, "p1", hz=440, brightness=60)
    await speaking(client, "p2", hz=880, brightness=200)
    observer = client("p3")
    await observer.enter()
    await observer.receive()
    await observer.until_offered(
        ("p1", "microphone"), ("p1", "camera"), ("p2", "microphone"), ("p2", "camera")
    )
    assert await observer.picture("p1") == pytest.approx(60, abs=15)
    assert await observer.picture("p2") == pytest.approx(200, abs=15)


async def test_networks_are_measured_in_both_directions(client: NewClient, server: FakeServer) -> None:
    await speaking(client, "p1", hz=440, brightness=60)
    await speaking(client, "p2", hz=880, brightness=200)

    def is_complete(message: Message) -> bool:
        if not isinstance(message, Network) or len(message.people) != 2:
            return False
        flows = [flow for one in message.people for flow in (*one.sends, *one.receives)]
        return len(flows) == 8 and all(one.rtt_ms is not None for one in message.people)

    network = await server.wait_for(is_complete)
    assert isinstance(network, Network)
    for one in network.people:
        assert {flow.source for flow in one.sends} == {"microphone", "camera"}
        assert all(flow.bps > 1_000 for flow in (*one.sends, *one.receives))
        assert all(flow.loss == 0 for flow in one.sends)
        assert all(flow.jitter_ms is not None for flow in one.sends)
        assert (one.rtt_ms or 0) < 1_000


async def test_leaving_and_coming_back(client: NewClient) -> None:
    stays = await speaking(client, "p1", hz=440, brightness=60)
    leaves = await speaking(client, "p2", hz=880, brightness=200)
    await stays.until_offered(("p2", "microphone"), ("p2", "camera"))
    await leaves.leave()
    await stays.until_offered()
    back = await speaking(client, "p2", hz=660, brightness=120)
    await stays.until_offered(("p2", "microphone"), ("p2", "camera"))
    await back.until_offered(("p1", "microphone"), ("p1", "camera"))
    assert await back.picture("p1") == pytest.approx(60, abs=15)
    assert await stays.pitch("p2") == pytest.approx(660, abs=10)


async def test_a_new_publishing_connection_replaces_the_old(client: NewClient, server: FakeServer) -> None:
    watching = await speaking(client, "p1", hz=440, brightness=60)
    reconnecting = await speaking(client, "p2", hz=880, brightness=200)
    await watching.until_offered(("p2", "microphone"), ("p2", "camera"))
    assert await watching.picture("p2") == pytest.approx(200, abs=15)
    before = len(watching.offers)
    await reconnecting.publish(camera=PictureTrack(30))
    await watching.until_offered(("p2", "camera"))
    assert len(watching.offers) > before
    async with asyncio.timeout(10):
        while abs(await watching.picture("p2") - 30) > 15:
            pass


async def test_a_new_receiving_connection_starts_over(client: NewClient) -> None:
    await speaking(client, "p1", hz=440, brightness=60)
    returning = client("p2")
    await returning.enter()
    await returning.receive()
    await returning.until_offered(("p1", "microphone"), ("p1", "camera"))
    first = returning.offers[-1]
    await returning.receive()
    await returning.until_offered(("p1", "microphone"), ("p1", "camera"))
    second = returning.offers[-1]

    def lines(offer: SubscribeOffer, start: str) -> set[str]:
        return {line for line in offer.sdp.splitlines() if line.startswith(start)}

    assert second.generation > first.generation
    for start in ("a=ice-ufrag", "a=fingerprint", "a=ssrc:"):
        assert not lines(first, start) & lines(second, start)
    assert await returning.picture("p1") == pytest.approx(60, abs=15)


async def test_the_screen_is_a_second_video_and_comes_and_goes(client: NewClient) -> None:
    presenter = await speaking(client, "p1", hz=440, brightness=60)
    audience = client("p2")
    await audience.enter()
    await audience.receive()
    await audience.until_offered(("p1", "microphone"), ("p1", "camera"))
    await presenter.add(screen=PictureTrack(220, width=256))
    await audience.until_offered(("p1", "microphone"), ("p1", "camera"), ("p1", "screen"))
    assert await audience.picture("p1", "screen") == pytest.approx(220, abs=15)
    assert await audience.picture("p1", "camera") == pytest.approx(60, abs=15)
    await presenter.remove("screen")
    await audience.until_offered(("p1", "microphone"), ("p1", "camera"))
    assert await audience.picture("p1", "camera") == pytest.approx(60, abs=15)


async def test_a_voice_arrives_for_recognition_at_16_khz_with_its_time(
    client: NewClient, server: FakeServer
) -> None:
    audio = AudioServer()
    async with audio.listen():
        await server.send(audio.target)
        await speaking(client, "p1", hz=440, brightness=60, transcribe=True)
        await speaking(client, "p2", hz=880, brightness=200, transcribe=False)
        frames = await audio.until_frames(50)
        now_us = time.time_ns() // 1000
    assert audio.tokens == [f"Bearer {SECRET}"]
    assert {frame.track for frame in frames} == {"r1-p1"}
    assert all(len(frame.samples) == 1280 for frame in frames)
    samples = np.frombuffer(b"".join(frame.samples for frame in frames[10:]), np.int16)
    assert strongest_hz(samples, 16_000) == pytest.approx(440, abs=5)
    steps = np.diff([frame.wall_us for frame in frames[10:]])
    assert steps.mean() == pytest.approx(40_000, abs=2_000)
    assert 0 < now_us - frames[-1].wall_us < 1_000_000


async def test_transcription_can_be_switched_on_later_and_follows_a_reconnection(
    client: NewClient, server: FakeServer
) -> None:
    audio = AudioServer()
    async with audio.listen():
        await server.send(audio.target)
        speaker = await speaking(client, "p1", hz=440, brightness=60)
        await speaker.enter(transcribe=True)
        await audio.until_frames(10)
        await speaker.publish(microphone=ToneTrack(880))
        seen = len(audio.frames)
        frames = await audio.until_frames(seen + 60)
    samples = np.frombuffer(b"".join(frame.samples for frame in frames[-20:]), np.int16)
    assert strongest_hz(samples, 16_000) == pytest.approx(880, abs=10)


async def test_media_goes_on_without_the_server_which_is_told_who_is_there(
    client: NewClient, server: FakeServer
) -> None:
    ulsan = await speaking(client, "p1", hz=440, brightness=60)
    changchun = await speaking(client, "p2", hz=880, brightness=200)
    await ulsan.until_offered(("p2", "microphone"), ("p2", "camera"))
    await changchun.until_offered(("p1", "microphone"), ("p1", "camera"))
    await server.drop_link()
    assert await ulsan.picture("p2") == pytest.approx(200, abs=15)
    await server.wait_for(lambda message: isinstance(message, MediaHello) and bool(message.peers))
    first, again = server.hellos
    assert again.instance == first.instance
    assert {(peer.room, peer.person) for peer in again.peers} == {("r1", "p1"), ("r1", "p2")}
    before = len(ulsan.offers)
    await ulsan.enter()
    await changchun.add(screen=PictureTrack(90))
    await ulsan.until_offered(("p2", "microphone"), ("p2", "camera"), ("p2", "screen"))
    assert len(ulsan.offers) == before + 1


async def test_rooms_do_not_hear_each_other_and_close(client: NewClient, server: FakeServer) -> None:
    here, there = client("p1", "r1"), client("p1", "r2")
    for person in (here, there):
        await person.enter()
        await person.publish(microphone=ToneTrack(440))
    listener = client("p2", "r2")
    await listener.enter()
    await listener.receive()
    await listener.until_offered(("p1", "microphone"))
    await server.send(CloseRoom(room="r2"))
    stats = await server.stats()
    assert (stats.rooms, stats.peers) == (1, 1)
    assert stats.counters["packets_in"] > 0
    assert stats.loop_stall_ms >= stats.loop_stall_p99_ms > 0


async def test_a_peer_that_vanishes_is_reported_and_its_tracks_go(
    client: NewClient, server: FakeServer
) -> None:
    stays = await speaking(client, "p1", hz=440, brightness=60)
    vanishes = await speaking(client, "p2", hz=880, brightness=200)
    await stays.until_offered(("p2", "microphone"), ("p2", "camera"))
    await server.peer_state("p2", "publish", "connected")
    assert vanishes.publishing is not None
    # As if its machine had lost power: its sockets are gone and nobody says goodbye.
    ice = vanishes.publishing.getTransceivers()[0].receiver.transport.transport._connection
    for protocol in ice._protocols:
        protocol.transport.abort()
    await server.peer_state("p2", "publish", "failed", timeout_s=16)
    await stays.until_offered()


async def test_refusals_name_their_reason(client: NewClient, server: FakeServer) -> None:
    stranger = await server.publish("r9", "p1", "s1", "v=0", {})
    assert isinstance(stranger, Failed)
    assert stranger.code == "no_such_peer"
    await client("p1").enter()
    for text in ("", "v=0\r\nm=audio", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", "m=" * 30_000):
        refused = await server.publish("r1", "p1", "s1", text, {"0": "microphone"})
        assert isinstance(refused, Failed)
        assert refused.code == "bad_sdp"


async def test_a_refused_renegotiation_leaves_what_was_published(
    client: NewClient, server: FakeServer
) -> None:
    watching = await speaking(client, "p1", hz=440, brightness=60)
    sending = await speaking(client, "p2", hz=880, brightness=200)
    await watching.until_offered(("p2", "microphone"), ("p2", "camera"))
    refused = await server.publish("r1", "p2", "s1", "v=0\r\n", {})
    assert isinstance(refused, Failed)
    assert await watching.picture("p2") == pytest.approx(200, abs=15)
    await sending.add(screen=PictureTrack(90))
    await watching.until_offered(("p2", "microphone"), ("p2", "camera"), ("p2", "screen"))


async def test_sources_must_fit_their_sections(client: NewClient, server: FakeServer) -> None:
    await client("p1").enter()
    connection = new_connection()
    connection.addTransceiver(ToneTrack(440), direction="sendonly")
    await connection.setLocalDescription(await connection.createOffer())
    offer = connection.localDescription.sdp
    for tracks in ({"0": "camera"}, {"7": "microphone"}):
        refused = await server.publish("r1", "p1", "s1", offer, tracks)  # type: ignore[arg-type]
        assert isinstance(refused, Failed)
        assert refused.code == "bad_sdp"
    await connection.close()


async def test_garbage_on_the_link_and_in_answers_harms_nobody(client: NewClient, server: FakeServer) -> None:
    ulsan = await speaking(client, "p1", hz=440, brightness=60)
    changchun = await speaking(client, "p2", hz=880, brightness=200)
    await ulsan.until_offered(("p2", "microphone"), ("p2", "camera"))
    for text in ("", "{", '{"type": "publish"}', '{"type": "fly"}', "[" * 5_000):
        await server.send_text(text)
    await server.send(Enter(room="r1", person="p9", transcribe=False))
    await server.send(Subscribe(room="r1", person="p9"))
    offer = await server.wait_for(lambda m: isinstance(m, SubscribeOffer) and m.person == "p9")
    assert isinstance(offer, SubscribeOffer)
    answer = SubscribeAnswer(room="r1", person="p9", generation=offer.generation, sdp="v=0")
    for change in ({"generation": 99}, {"person": "p8"}, {"room": "r7"}, {}):
        await server.send(answer.model_copy(update=change))
    await server.peer_state("p9", "subscribe", "failed")
    assert await ulsan.picture("p2") == pytest.approx(200, abs=15)
    assert await changchun.picture("p1") == pytest.approx(60, abs=15)


async def test_a_room_takes_so_many_and_no_more(server: FakeServer) -> None:
    for number in range(MAX_PEERS + 1):
        await server.send(Enter(room="r1", person=f"p{number}", transcribe=False))
    refused = await server.wait_for(lambda message: isinstance(message, PeerState))
    assert isinstance(refused, PeerState)
    assert (refused.person, refused.state) == (f"p{MAX_PEERS}", "failed")
    answer = await server.publish("r1", f"p{MAX_PEERS}", "s1", "v=0", {})
    assert isinstance(answer, Failed)
    assert answer.code == "no_such_peer"


async def test_a_wrong_secret_ends_the_worker_with_one_line() -> None:
    async with (
        FakeServer().listen() as server,
        worker_process(f"http://127.0.0.1:{server.port}", secret="wrong") as process,
    ):
        assert process.stderr is not None
        lines = (await process.stderr.read()).decode().splitlines()
        assert await process.wait() == 78
    assert lines == ["media worker: the server refused this worker's secret"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_worker_ends_when_told(number: signal.Signals) -> None:
    async with (
        FakeServer().listen() as server,
        worker_process(f"http://127.0.0.1:{server.port}") as process,
    ):
        await server.wait_for(lambda message: isinstance(message, MediaHello))
        await server.send(AudioTarget(url="ws://127.0.0.1:1/audio"))
        await server.send(Enter(room="r1", person="p1", transcribe=True))
        await server.publish("r1", "p1", "s1", "v=0", {})
        process.send_signal(number)
        async with asyncio.timeout(10):
            assert await process.wait() == 0


async def test_latency_is_measured_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    async with (
        FakeServer().listen() as server,
        worker_process(f"http://127.0.0.1:{server.port}", "--measure-latency"),
    ):
        await server.wait_for(lambda message: isinstance(message, MediaHello))
        sending, receiving = Client(server, "r1", "p1"), Client(server, "r1", "p2")
        await sending.enter()
        await receiving.enter()
        await sending.publish(microphone=ToneTrack(440))
        await receiving.receive()
        await receiving.until_offered(("p1", "microphone"))
        await receiving.pitch("p1")
        stats = await server.stats()
        await sending.close()
        await receiving.close()
    assert 0 < stats.counters["latency_p50_us"] <= stats.counters["latency_p99_us"]
