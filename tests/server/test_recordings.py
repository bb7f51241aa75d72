"""Recording from the pages' answers to the finished file."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import aiohttp
import av
import pytest

from server.api.models import RoomRow
from server.errors import RecordingNotFound, RevokedLink
from server.store.records import NewPerson, PersonChange, RoomPatch
from tests.media.recording.dumped import OPUS_20_MS, DumpFile
from tests.server.peers import Browser, RunningServer, Worker, browser, media_worker, running_server
from wire.links import PeerRef, RecordingState

pytestmark = pytest.mark.net


async def allow(server: RunningServer, room: str, allowed: bool = True) -> None:
    await server.hub.room_changed(await server.store.rooms.change(room, RoomPatch(recording_allowed=allowed)))


async def say(page: Browser, agreed: bool) -> None:
    await page.send({"type": "consent", "recording": agreed})


async def inside(stack: AsyncExitStack, server: RunningServer, token: str) -> Browser:
    return await stack.enter_async_context(browser(server, token))


async def test_it_begins_once_everybody_has_agreed_and_stops_when_somebody_new_comes(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        media = await stack.enter_async_context(media_worker(server))
        room, tokens = await server.room()
        seller = await inside(stack, server, tokens["p1"])
        assert seller.joined["recording"]["state"] == "off"
        await allow(server, room.id)
        assert (await seller.get("recording"))["unanswered"] == 1
        await say(seller, True)
        assert await media.get("record") == {"type": "record", "room": room.id, "take": "t1"}
        assert (await seller.get("recording", state="recording"))["answer"] is True

        buyer = await inside(stack, server, tokens["p2"])
        assert buyer.joined["recording"]["state"] == "asking"
        assert buyer.joined["recording"]["answer"] is None
        assert (await media.get("record"))["take"] is None
        assert (await seller.get("recording", state="asking"))["unanswered"] == 1
        await say(buyer, False)
        refused = await seller.get("recording", state="refused")
        assert "p2" not in str(refused)
        await say(buyer, True)
        assert (await media.get("record"))["take"] == "t2"
        await allow(server, room.id, False)
        assert (await media.get("record"))["take"] is None
        assert (await buyer.get("recording", state="off"))["allowed"] is False


async def test_answers_outlive_the_server(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"]) as seller:
            await say(seller, True)
            await seller.get("recording", answer=True)
    async with running_server(tmp_path) as server, media_worker(server) as media:
        async with browser(server, tokens["p1"]) as seller:
            assert seller.joined["recording"] == {
                "type": "recording",
                "allowed": True,
                "state": "recording",
                "unanswered": 0,
                "answer": True,
                "code": None,
            }
        assert (await media.get("record"))["take"] == "t1"


async def test_a_full_disk_is_said_and_the_call_goes_on(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"]) as seller:
            await say(seller, True)
            take = (await media.get("record"))["take"]
            await media.send(RecordingState(room=room.id, take=take, state="failed", code="disk_full"))
            assert (await seller.get("recording", state="failed"))["code"] == "disk_full"
            assert (await media.get("record"))["take"] is None
            # Not begun again by itself, but when the organiser wants it.
            await say(seller, True)
            await allow(server, room.id, False)
            await allow(server, room.id)
            assert (await media.get("record"))["take"] == "t2"


async def test_those_who_are_not_asked_cannot_answer(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p5"]) as organiser:
            await say(organiser, True)
            assert (await organiser.error())["code"] == "not_allowed"
            assert not (await organiser_open(organiser))
        assert await server.store.consents.of_room(room.id) == {}


async def organiser_open(page: Browser) -> bool:
    """Whether the page was closed by what it said."""
    return page.socket.close_code is not None


def dump(folder: Path, person: str, *, opened_ms: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = DumpFile(folder / f"{opened_ms}-001-{person}-microphone.rtp", ssrc=5, rate_hz=48_000)
    for number in range(100):
        file.packet(number * 20, OPUS_20_MS)
    file.close()


async def made(server: RunningServer, room: str) -> Path:
    async with asyncio.timeout(30):
        while not (files := server.hub.recordings.files(room)) or server.hub.recordings.is_making(room):
            await asyncio.sleep(0.05)
    return server.hub.recordings.path(room, files[-1].name)


async def recorded_room(server: RunningServer, media: Worker, folder: Path) -> str:
    """A room that was recorded for a moment and closed."""
    room, tokens = await server.room()
    await allow(server, room.id)
    async with browser(server, tokens["p1"]) as seller:
        await say(seller, True)
        take = (await media.get("record"))["take"]
        dump(folder / room.id, "p1", opened_ms=1)
        await server.close(room.id)
    await media.send(RecordingState(room=room.id, take=take, state="stopped", bytes=1))
    return room.id


async def test_the_file_is_there_after_the_room_was_closed(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room = await recorded_room(server, media, folder)
        path = await made(server, room)
        with av.open(str(path)) as container:
            assert [stream.type for stream in container.streams] == [
                "audio",
                "subtitle",
                "subtitle",
                "subtitle",
            ]
            assert container.streams[0].metadata["title"] == "김 대표 (microphone)"
        assert not list((folder / room).glob("*.rtp"))
        with pytest.raises(RecordingNotFound):
            server.hub.recordings.path(room, "../key")
        server.hub.recordings.remove_file(room, path.name)
        assert server.hub.recordings.files(room) == []


async def test_a_server_that_died_makes_the_file_at_its_next_start(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await server.room()
        await server.close(room.id)
        dump(tmp_path / "recordings" / room.id, "p1", opened_ms=1)
        dump(tmp_path / "recordings" / "runknown", "p1", opened_ms=1)
    async with running_server(tmp_path) as server:
        rows: list[RoomRow] = []
        server.hub.board.show = rows.append  # type: ignore[method-assign]
        await server.hub.recordings.resume()
        await made(server, room.id)
        async with asyncio.timeout(10):
            while not rows or rows[-1].making_recording:
                await asyncio.sleep(0.05)
        assert (rows[-1].id, rows[-1].recordings) == (room.id, 1)
        assert list((tmp_path / "recordings" / "runknown").glob("*.rtp"))


async def test_a_removed_room_takes_its_recordings_with_it(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room = await recorded_room(server, media, tmp_path / "recordings")
        await made(server, room)
        await server.store.rooms.remove(room)
        await server.hub.room_removed(room)
        assert not (tmp_path / "recordings" / room).exists()


async def test_consent_that_ended_while_the_worker_was_away_ends_the_recording(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"]) as seller:
            async with media_worker(server) as media:
                await say(seller, True)
                assert (await media.get("record"))["take"] == "t1"
            await say(seller, False)
            await seller.get("recording", state="refused")
            served = (PeerRef(room=room.id, person="p1"),)
            async with media_worker(server, peers=served) as media:
                assert (await media.get("record"))["take"] is None


async def test_the_only_one_inside_may_come_back_in_another_window(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"], session="one") as seller:
            await say(seller, True)
            assert (await media.get("record"))["take"] == "t1"
            async with browser(server, tokens["p1"], session="two") as again:
                assert again.joined["recording"]["state"] == "recording"
                await media.get("exit")
                assert (await media.get("record"))["take"] == "t1"


async def test_a_room_that_was_opened_again_keeps_recording_into_files_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"]) as seller:
            await say(seller, True)
            await media.get("record", take="t1")
            dump(folder / room.id, "p1", opened_ms=1)
            await server.close(room.id)
        # Opened again before the worker said that the first recording ended.
        await server.open(room.id)
        later_ms = int(time.time() * 1000) + 60_000
        dump(folder / room.id, "p1", opened_ms=later_ms)
        await media.send(RecordingState(room=room.id, take="t1", state="stopped", bytes=1))
        await made(server, room.id)
        assert [path.name for path in (folder / room.id).glob("*.rtp")] == [
            f"{later_ms}-001-p1-microphone.rtp"
        ]


async def test_somebody_else_in_the_place_is_asked_anew(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        await server.store.consents.say(room.id, "p2", True)
        await server.store.consents.say(room.id, "p1", True)
        people = [
            PersonChange(NewPerson(p.role, p.name, p.company, p.speaks, p.reads), p.id) for p in room.people
        ]
        people[0] = PersonChange(replace(people[0].person, name="김 부장"), "p1")
        people[1] = PersonChange(NewPerson("buyer", "王经理", "哈尔滨", "zh-Hans", "zh-Hans"), "p2")
        changed = await server.store.rooms.change(room.id, RoomPatch(people=tuple(people)))
        # A colleague keeps the place; another company does not get what the one before it had.
        newcomer = next(person for person in changed.people if person.role == "buyer")
        assert newcomer.id not in await server.store.consents.of_room(room.id)
        assert (await server.store.consents.of_room(room.id))["p1"]
        assert await server.store.links.url_token(room.id, "p1") == tokens["p1"]
        assert await server.store.links.url_token(room.id, newcomer.id) not in (None, tokens["p2"])
        with pytest.raises(RevokedLink):
            await server.store.links.resolve(tokens["p2"])


async def unmade(server: RunningServer, room: str) -> str | None:
    """Once nothing is being made any more."""
    async with asyncio.timeout(30):
        while server.hub.recordings.is_making(room):
            await asyncio.sleep(0.05)
    assert server.hub.recording(room)["unmade"] == server.hub.recordings.unmade(room)
    return server.hub.recordings.unmade(room)


async def test_without_room_the_packets_stay_until_there_is_room(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    async with running_server(tmp_path, recordings_max_gib=1 / 1024) as server, media_worker(server) as media:
        other, _ = await server.room()
        (folder / other.id).mkdir(parents=True)
        (folder / other.id / "consultation-1.mkv").write_bytes(bytes(1 << 20))
        room = await recorded_room(server, media, folder)
        assert await unmade(server, room) == "disk_full"
        assert [path.suffix for path in (folder / room).rglob("*") if path.is_file()] == [".rtp"]
        # By hand: still none. By itself, once there is room.
        bearer = {"Authorization": f"Bearer {server.auth.api_token}"}
        async with aiohttp.ClientSession(server.url.replace("ws", "http", 1), headers=bearer) as http:
            async with http.post(f"/api/rooms/{room}/recordings") as answer:
                assert (answer.status, (await answer.json())["making"]) == (202, True)
            assert await unmade(server, room) == "disk_full"
            server.hub.recordings.remove_file(other.id, "consultation-1.mkv")
            await made(server, room)
            assert server.hub.recordings.unmade(room) is None
            async with http.post(f"/api/rooms/{room}/recordings") as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (404, "recording_not_found")
        assert not list((folder / room).rglob("*.rtp"))


async def test_packets_that_the_worker_keeps_elsewhere_are_missed(tmp_path: Path) -> None:
    shared, elsewhere = tmp_path / "recordings", tmp_path / "worker"
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room = await recorded_room(server, media, elsewhere)
        assert await unmade(server, room) == "no_packets"
        server.hub.recordings.make_again(room)
        assert await unmade(server, room) == "no_packets"
        # Brought there by hand.
        shared.mkdir()
        (elsewhere / room).rename(shared / room)
        server.hub.recordings.make_again(room)
        await made(server, room)
        assert server.hub.recordings.unmade(room) is None


async def test_a_room_in_which_nobody_sent_anything_misses_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, media_worker(server) as media:
        room, tokens = await server.room()
        await allow(server, room.id)
        async with browser(server, tokens["p1"]) as seller:
            await say(seller, True)
            take = (await media.get("record"))["take"]
            await media.send(RecordingState(room=room.id, take=take, state="stopped"))
            await server.close(room.id)
        assert await unmade(server, room.id) is None
