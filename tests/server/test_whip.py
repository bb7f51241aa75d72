"""Encoders and players over HTTP: a real server, a real media worker, WebRTC clients that are no pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import ClientResponse, ClientSession
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame, VideoFrame

from server.store.records import Room, Token
from server.turn import Turn, TurnUrl
from tests.media.rig import PictureTrack, ToneTrack, new_connection, strongest_hz, worker_process
from tests.server.peers import QUICK, Browser, RunningServer, browser, media_worker, running_server
from wire.links import Published

pytestmark = pytest.mark.net

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
LIMITS = replace(QUICK, grace_s=5.0)


@pytest.fixture(autouse=True)
def _loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


class House:
    """A server with an open room, and who comes to it by HTTP."""

    def __init__(
        self, server: RunningServer, http: ClientSession, room: Room, tokens: dict[str, Token]
    ) -> None:
        self.server = server
        self.http = http
        self.room = room
        self.tokens = tokens
        self.url = server.url.replace("ws:", "http:")
        self.connections: list[RTCPeerConnection] = []

    def headers(self, person: str | None, **more: str) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.tokens[person]}"} if person else {}) | more

    async def post(self, path: str, person: str | None, body: str, **headers: str) -> ClientResponse:
        headers = {"Content-Type": SDP} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(self.url + path, data=body, headers=self.headers(person, **headers))

    async def patch(self, session: str, person: str, body: str, **headers: str) -> ClientResponse:
        headers = {"Content-Type": FRAGMENT} | {name.replace("_", "-"): v for name, v in headers.items()}
        return await self.http.patch(self.url + session, data=body, headers=self.headers(person, **headers))

    async def delete(self, session: str, person: str) -> ClientResponse:
        return await self.http.delete(self.url + session, headers=self.headers(person))

    def connection(self) -> RTCPeerConnection:
        self.connections.append(new_connection())
        return self.connections[-1]

    async def encode(
        self, person: str, *tracks: MediaStreamTrack
    ) -> tuple[RTCPeerConnection, ClientResponse]:
        """An encoder that sends these."""
        encoder = self.connection()
        for track in tracks:
            encoder.addTransceiver(track, direction="sendonly")
        return encoder, await self._connect("/whip", person, encoder)

    async def play(self, person: str, query: str = "") -> tuple[RTCPeerConnection, ClientResponse]:
        player = self.connection()
        for kind in ("audio", "video"):
            player.addTransceiver(kind, direction="recvonly")
        return player, await self._connect(f"/whep{query}", person, player)

    async def _connect(self, path: str, person: str, connection: RTCPeerConnection) -> ClientResponse:
        await connection.setLocalDescription(await connection.createOffer())
        answer = await self.post(path, person, connection.localDescription.sdp)
        if answer.status == 201:
            await connection.setRemoteDescription(RTCSessionDescription(await answer.text(), "answer"))
        return answer

    def present(self) -> frozenset[str]:
        return self.server.hub.present(self.room.id)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with (
        running_server(tmp_path, LIMITS) as server,
        serving_worker(server),
        ClientSession() as http,
    ):
        await until(lambda: server.hub.media.count == 1)
        room, tokens = await server.room()
        made = House(server, http, room, tokens)
        yield made
        for connection in made.connections:
            await connection.close()


@asynccontextmanager
async def serving_worker(server: RunningServer) -> AsyncIterator[None]:
    url = server.url.replace("ws:", "http:")
    async with worker_process(url, "--udp-host", "127.0.0.1", secret=server.auth.worker_secret):
        yield


async def until(holds: Callable[[], bool], timeout_s: float = 10) -> None:
    async with asyncio.timeout(timeout_s):
        while not holds():
            await asyncio.sleep(0.02)


async def encoder_of(house: House) -> list[str]:
    """What p1's own page is told that an encoder sends."""
    async with browser(house.server, house.tokens["p1"]) as page:
        sources: list[str] = page.joined["you"]["encoder"]
        await page.send({"type": "leave"})
        await page.closed()
        return sources


async def person_seen(page: Browser, person: str, **wanted: object) -> None:
    """Waits until the page was told so."""
    while True:
        shown = (await page.get("person"))["person"]
        if shown["id"] == person and all(shown[name] == value for name, value in wanted.items()):
            return


async def receive(page: Browser, *wanted: tuple[str, str], earlier: str = "") -> RTCPeerConnection:
    """A receiving connection of the page, once exactly these are in it; `earlier` is another one's SDP."""
    await page.send({"type": "receive"})
    connection = new_connection()
    while True:
        offer = await page.get("subscribe")
        if ufrag_of(offer["sdp"]) == ufrag_of(earlier):
            continue
        await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        await connection.setLocalDescription()
        answer = {"generation": offer["generation"], "sdp": connection.localDescription.sdp}
        await page.send({"type": "subscribed", **answer})
        if {(track["person"], track["source"]) for track in offer["tracks"]} == set(wanted):
            return connection


async def receive_anew(
    page: Browser, before: RTCPeerConnection, *wanted: tuple[str, str]
) -> RTCPeerConnection:
    await before.close()
    return await receive(page, *wanted, earlier=before.remoteDescription.sdp)


def ufrag_of(sdp: str) -> str:
    return next((line for line in sdp.splitlines() if line.startswith("a=ice-ufrag")), "")


def track_of(connection: RTCPeerConnection, kind: str) -> MediaStreamTrack:
    return next(t.receiver.track for t in connection.getTransceivers() if t.kind == kind)


async def brightness(track: MediaStreamTrack, wanted: int, timeout_s: float = 15) -> None:
    """Waits until pictures of this brightness come."""
    async with asyncio.timeout(timeout_s):
        while True:
            frame = await track.recv()
            assert isinstance(frame, VideoFrame)
            if abs(int(frame.to_ndarray(format="yuv420p")[: frame.height].mean()) - wanted) < 15:
                return


async def code_of(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json())["error"]["code"]


async def test_an_encoder_is_the_person_of_its_link(house: House) -> None:
    async with browser(house.server, house.tokens["p2"]) as buyer:
        _, created = await house.encode("p1", ToneTrack(440), PictureTrack(200))
        assert created.status == 201
        assert created.content_type == SDP
        assert created.headers["ETag"].startswith('"')
        session = created.headers["Location"]
        assert session.startswith("/whip/")
        await person_seen(buyer, "p1", present=True, microphone=True, camera=True, screen=False)
        joined = await encoder_of(house)
        assert sorted(joined) == ["camera", "microphone"]
        receiving = await receive(buyer, ("p1", "microphone"), ("p1", "camera"))
        await brightness(track_of(receiving, "video"), 200)
        ended = await house.delete(session, "p1")
        assert ended.status == 200
        await person_seen(buyer, "p1", present=False, microphone=False, camera=False)
        assert await code_of(await house.delete(session, "p1")) == (404, "session_not_found")
        await receiving.close()


async def test_a_player_sees_and_hears_who_is_there(house: House) -> None:
    await house.encode("p1", ToneTrack(440), PictureTrack(200))
    player, created = await house.play("p4")
    assert created.status == 201
    await brightness(track_of(player, "video"), 200)
    assert {"p1", "p4"} == house.present()
    # The organiser sees how much gets through to a wall screen as well.

    def flowing() -> set[str]:
        wall = house.server.hub.networks(house.room.id).get("p4")
        receives = wall.receives if wall is not None else ()
        return {flow.source for flow in receives if flow.bps > 1_000 and flow.loss is not None}

    await until(lambda: flowing() == {"microphone", "camera"}, timeout_s=15)
    assert house.server.hub.networks(house.room.id)["p1"].sends, "and to the encoder"
    assert (await house.delete(created.headers["Location"], "p4")).status == 200
    assert {"p1"} == house.present()
    assert house.server.hub.networks(house.room.id).keys() == {"p1"}


async def test_whoever_may_not_is_told_why(house: House) -> None:
    encoder = house.connection()
    encoder.addTransceiver(ToneTrack(440), direction="sendonly")
    await encoder.setLocalDescription(await encoder.createOffer())
    offer = encoder.localDescription.sdp
    nobody = await house.post("/whip", None, offer)
    assert await code_of(nobody) == (401, "unauthorised")
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    house.tokens["stranger"] = Token("x" * 32)
    assert await code_of(await house.post("/whip", "stranger", offer)) == (401, "invalid_token")
    assert await code_of(await house.post("/whip", "p4", offer)) == (403, "not_allowed")
    before = house.tokens["p2"]
    house.tokens["p2"] = await house.server.store.links.replace(house.room.id, "p2")
    assert (await house.post("/whip", "p2", offer)).status == 201
    house.tokens["p2"] = before
    assert await code_of(await house.post("/whip", "p2", offer)) == (403, "link_withdrawn")
    await house.server.close(house.room.id)
    for kind in ("whip", "whep"):
        assert await code_of(await house.post(f"/{kind}", "p1", offer)) == (409, "room_not_open")
    house.tokens["stranger"] = Token("y" * 32)
    for _ in range(30):
        refused = await code_of(await house.post("/whip", "stranger", offer))
    assert refused == (429, "rate_limited")
    assert (await house.post("/whip", "p1", offer)).status == 409


async def test_what_cannot_be_taken_has_its_own_status(house: House) -> None:
    encoder, created = await house.encode("p1", ToneTrack(440))
    offer = encoder.localDescription.sdp
    assert await code_of(await house.http.get(house.url + "/whip")) == (405, "method_not_allowed")
    assert await code_of(await house.post("/whip", "p1", offer, Accept="text/plain")) == (
        406,
        "not_acceptable",
    )
    assert await code_of(await house.post("/whip", "p1", "a" * 65_537)) == (413, "body_too_large")
    answer = await house.post("/whip", "p1", "{}", Content_Type="application/json")
    assert await code_of(answer) == (415, "unsupported_type")
    for body in ("", "v=0", offer.replace("a=setup:actpass", "a=setup:passive"), offer[: len(offer) // 2]):
        assert await code_of(await house.post("/whip", "p1", body)) == (422, "bad_sdp")
    recvonly = offer.replace("a=sendonly", "a=recvonly")
    assert await code_of(await house.post("/whip", "p1", recvonly)) == (422, "bad_sdp")
    assert await code_of(await house.post("/whep", "p1", offer)) == (422, "bad_sdp")
    _, twice = await house.encode("p1", ToneTrack(440), ToneTrack(880))
    assert await code_of(twice) == (406, "too_many_tracks")
    _, unknown = await house.play("p1", "?person=p9")
    assert await code_of(unknown) == (404, "person_not_found")
    # What was refused has not touched the session that is there.
    assert (await house.delete(created.headers["Location"], "p1")).status == 200


async def test_candidates_may_follow_and_a_restart_is_refused(house: House) -> None:
    # The answer is not used: a worker that has found its peer looks no further.
    encoder = house.connection()
    encoder.addTransceiver(ToneTrack(440), direction="sendonly")
    await encoder.setLocalDescription(await encoder.createOffer())
    created = await house.post("/whip", "p1", encoder.localDescription.sdp)
    session, tag = created.headers["Location"], created.headers["ETag"]
    lines = encoder.localDescription.sdp.splitlines()
    ufrag = next(line for line in lines if line.startswith("a=ice-ufrag"))
    password = next(line for line in lines if line.startswith("a=ice-pwd"))
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[bytes] = loop.create_future()

    class Socket(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            if not arrived.done():
                arrived.set_result(data)

    transport, _ = await loop.create_datagram_endpoint(Socket, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    candidate = f"a=candidate:7 1 udp 2130706431 127.0.0.1 {port} typ host generation 0"
    fragment = "\r\n".join(
        (ufrag, password, "m=audio 9 RTP/AVP 0", "a=mid:0", candidate, "a=end-of-candidates", "")
    )
    assert await code_of(await house.patch(session, "p1", fragment)) == (428, "etag_needed")
    assert await code_of(await house.patch(session, "p1", fragment, If_Match='"no"')) == (412, "etag_changed")
    wrong_type = await house.patch(session, "p1", fragment, If_Match=tag, Content_Type=SDP)
    assert await code_of(wrong_type) == (415, "unsupported_type")
    assert await code_of(await house.patch(session, "p1", "a=mid:0", If_Match=tag)) == (400, "bad_fragment")
    assert await code_of(await house.patch(session, "p2", fragment, If_Match=tag)) == (
        404,
        "session_not_found",
    )
    restart = fragment.replace(ufrag, "a=ice-ufrag:anew")
    assert await code_of(await house.patch(session, "p1", restart, If_Match="*")) == (422, "ice_restart")
    accepted = await house.patch(session, "p1", fragment, If_Match=tag)
    assert accepted.status == 204
    assert "ETag" not in accepted.headers
    # The worker tries the new candidate: a STUN binding request.
    async with asyncio.timeout(10):
        assert (await arrived)[:2] == b"\x00\x01"
    transport.close()
    assert (await house.delete(session, "p1")).status == 200


async def test_pages_of_other_sites_may_play(house: House) -> None:
    asked = await house.http.options(
        house.url + "/whep",
        headers={"Origin": "https://player.example", "Access-Control-Request-Method": "POST"},
    )
    assert asked.status == 204
    assert asked.headers["Accept-Post"] == SDP
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    refused = await house.post("/whep", None, "", Origin="https://player.example")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    session = await house.http.options(house.url + "/whep/abc")
    assert session.headers["Accept-Patch"] == FRAGMENT
    elsewhere = await house.http.get(house.url + "/healthz", headers={"Origin": "https://player.example"})
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


async def test_a_new_encoder_replaces_the_one_before(house: House) -> None:
    async with browser(house.server, house.tokens["p2"]) as buyer:
        first, created = await house.encode("p1", PictureTrack(60))
        await until(lambda: first.connectionState == "connected")
        _, again = await house.encode("p1", PictureTrack(200))
        receiving = await receive(buyer, ("p1", "camera"))
        await brightness(track_of(receiving, "video"), 200)
        before = created.headers["Location"]
        assert await code_of(await house.delete(before, "p1")) == (404, "session_not_found")
        await until(lambda: first.connectionState in ("closed", "failed"))
        assert "p1" in house.present()
        assert (await house.delete(again.headers["Location"], "p1")).status == 200
        await receiving.close()


async def test_a_page_and_an_encoder_of_one_person_go_together(house: House) -> None:
    async with (
        browser(house.server, house.tokens["p2"]) as buyer,
        browser(house.server, house.tokens["p1"]) as seller,
    ):
        page = new_connection()
        page.addTransceiver(PictureTrack(60), direction="sendonly")
        await page.setLocalDescription(await page.createOffer())
        tracks = [{"mid": page.getTransceivers()[0].mid, "source": "camera"}]
        offer = {"session": "a1", "sdp": page.localDescription.sdp, "tracks": tracks}
        await seller.send({"type": "publish", **offer})
        answer = (await seller.get("published"))["sdp"]
        await page.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        receiving = await receive(buyer, ("p1", "camera"))
        await brightness(track_of(receiving, "video"), 60)
        _, created = await house.encode("p1", PictureTrack(200))
        receiving = await receive_anew(buyer, receiving, ("p1", "camera"))
        await brightness(track_of(receiving, "video"), 200)
        await house.delete(created.headers["Location"], "p1")
        receiving = await receive_anew(buyer, receiving, ("p1", "camera"))
        await brightness(track_of(receiving, "video"), 60)
        _, created = await house.encode("p1", PictureTrack(120))
        await seller.send({"type": "leave"})
        await seller.closed()
        assert "p1" in house.present()
        assert (await house.delete(created.headers["Location"], "p1")).status == 200
        assert "p1" not in house.present()
        await page.close()
        await receiving.close()


async def test_sessions_end_with_the_room_and_with_the_link(house: House) -> None:
    encoder, _ = await house.encode("p1", ToneTrack(440))
    player, played = await house.play("p4")
    # One that is not connected yet would hear of its end only by silence.
    await until(lambda: encoder.connectionState == player.connectionState == "connected")
    await house.server.store.links.revoke(house.room.id, "p1")
    await house.server.hub.link_revoked(house.room.id, "p1")
    await until(lambda: encoder.connectionState in ("closed", "failed"))
    assert house.present() == {"p4"}
    await house.server.close(house.room.id)
    await until(lambda: player.connectionState in ("closed", "failed"))
    assert house.present() == frozenset()
    assert await code_of(await house.delete(played.headers["Location"], "p4")) == (404, "session_not_found")


async def test_an_encoder_that_vanishes_is_gone_within_15_s(house: House) -> None:
    encoder, created = await house.encode("p1", ToneTrack(440))
    await until(lambda: encoder.connectionState == "connected")
    # As if its machine had lost power.
    ice = encoder.getTransceivers()[0].sender.transport.transport._connection
    for protocol in ice._protocols:
        protocol.transport.abort()
    await until(lambda: house.present() == frozenset(), timeout_s=16)
    assert await code_of(await house.delete(created.headers["Location"], "p1")) == (404, "session_not_found")


async def test_a_person_has_so_many_players_and_no_more(house: House) -> None:
    for _ in range(4):
        _, created = await house.play("p4")
        assert created.status == 201
    _, refused = await house.play("p4")
    assert await code_of(refused) == (429, "too_many_players")
    assert int(refused.headers["Retry-After"]) > 0
    await house.delete(created.headers["Location"], "p4")
    _, created = await house.play("p4")
    assert created.status == 201


async def test_without_a_media_worker_there_is_none(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, ClientSession() as http:
        room, tokens = await server.room()
        house = House(server, http, room, tokens)
        refused = await house.post("/whip", "p1", "v=0")
        assert await code_of(refused) == (503, "media_unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert house.present() == frozenset()


class Voice(ToneTrack):
    """Speaks only while it is told to."""

    speaking = False

    async def recv(self) -> AudioFrame:
        frame = await super().recv()
        if not self.speaking:
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        return frame


async def pitch(track: MediaStreamTrack, wanted: float, timeout_s: float = 15) -> None:
    """Waits until this tone is heard."""
    heard: list[np.ndarray] = []
    async with asyncio.timeout(timeout_s):
        while True:
            frame = await track.recv()
            assert isinstance(frame, AudioFrame)
            heard = [*heard[-9:], frame.to_ndarray().reshape(-1)[::2]]
            samples = np.concatenate(heard)
            if (
                len(heard) == 10
                and abs(samples).max() > 1_000
                and abs(strongest_hz(samples, 48_000) - wanted) < 30
            ):
                return


async def test_a_player_follows_who_speaks_and_stays_where_it_is_told(house: House) -> None:
    seller, buyer = Voice(440), Voice(880)
    await house.encode("p1", seller, PictureTrack(60))
    await house.encode("p2", buyer, PictureTrack(200))
    wall, _ = await house.play("p4")
    one, _ = await house.play("p4", "?person=p1")
    own, _ = await house.play("p2")
    seller.speaking = True
    await asyncio.gather(pitch(track_of(wall, "audio"), 440), brightness(track_of(wall, "video"), 60))
    seller.speaking, buyer.speaking = False, True
    await asyncio.gather(pitch(track_of(wall, "audio"), 880), brightness(track_of(wall, "video"), 200))
    await brightness(track_of(one, "video"), 60)
    # Nobody sees themselves, however loud they are.
    await brightness(track_of(own, "video"), 60)
    seller.speaking, buyer.speaking = True, False
    await asyncio.gather(
        pitch(track_of(wall, "audio"), 440),
        pitch(track_of(one, "audio"), 440),
        pitch(track_of(own, "audio"), 440),
        brightness(track_of(wall, "video"), 60),
    )


async def test_a_player_hears_the_interpreter_of_its_language(house: House) -> None:
    """p5 reads Korean; p2 speaks Chinese and is said once more by the interpreter p3."""
    buyer, interpreter = Voice(440), Voice(880)
    await house.encode("p2", buyer)
    await house.encode("p3", interpreter)
    wall, _ = await house.play("p5")
    buyer.speaking = interpreter.speaking = True
    async with browser(house.server, house.tokens["p3"]) as desk:
        await desk.send({"type": "interpret", "into": "zh-Hans"})
        await desk.get("interpretation")
        await pitch(track_of(wall, "audio"), 440)
        await desk.send({"type": "interpret", "into": "ko"})
        await pitch(track_of(wall, "audio"), 880)
        await desk.send({"type": "interpret", "into": "ko", "air": False})
        await pitch(track_of(wall, "audio"), 440)


async def test_sessions_outlive_the_server(tmp_path: Path) -> None:
    async with running_server(tmp_path, LIMITS) as first:
        port = int(first.url.rsplit(":", 1)[1])
        room, tokens = await first.room()
        running = serving_worker(first)
        await running.__aenter__()
        await until(lambda: first.hub.media.count == 1)
        async with ClientSession() as http:
            before = House(first, http, room, tokens)
            encoder, created = await before.encode("p1", PictureTrack(60))
            assert created.status == 201
            await until(lambda: encoder.connectionState == "connected")
    async with running_server(tmp_path, LIMITS, port=port) as second, ClientSession() as http:
        after = House(second, http, room, tokens)
        await until(lambda: after.present() == {"p1"})
        async with browser(second, tokens["p2"]) as buyer:
            receiving = await receive(buyer, ("p1", "camera"))
            await brightness(track_of(receiving, "video"), 60)
            await receiving.close()
        assert (await after.delete(created.headers["Location"], "p1")).status == 200
        await until(lambda: encoder.connectionState in ("closed", "failed"))
        await encoder.close()
        await running.__aexit__(None, None, None)


async def test_sessions_end_with_their_media_worker(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, ClientSession() as http:
        room, tokens = await server.room()
        house = House(server, http, room, tokens)
        async with media_worker(server, "m1") as worker:
            posting = asyncio.create_task(house.post("/whip", "p1", "offer"))
            asked = await worker.get("publish", via="whip")
            await worker.send(Published(request=asked["request"], sdp="answer", sources=("camera",)))
            created = await posting
            assert (created.status, await created.text()) == (201, "answer")
            assert house.present() == {"p1"}
        async with media_worker(server, "m2"):
            await until(lambda: house.present() == frozenset())
        gone = await house.delete(created.headers["Location"], "p1")
        assert await code_of(gone) == (404, "session_not_found")


async def test_relays_are_named_in_the_answer(tmp_path: Path) -> None:
    urls = (TurnUrl.parse("turn:turn.example"), TurnUrl.parse("turns:turn.example:443?transport=tcp"))
    turn = Turn(urls, "secret", 3600)
    async with running_server(tmp_path, turn=turn) as server, ClientSession() as http:
        room, tokens = await server.room()
        house = House(server, http, room, tokens)
        async with media_worker(server) as worker:
            posting = asyncio.create_task(house.post("/whep", "p4", "offer"))
            asked = await worker.get("play")
            await worker.send(Published(request=asked["request"], sdp="answer"))
            links = (await posting).headers.getall("Link")
    assert [link.split(";")[0] for link in links] == [f"<{url.text}>" for url in urls]
    assert all('rel="ice-server"' in link and 'credential="' in link for link in links)
