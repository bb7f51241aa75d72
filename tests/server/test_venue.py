"""A hall's screen that sends: off by default, what the organiser allows, and no longer than that."""

from pathlib import Path
from typing import Any

import pytest

from server.store.records import NewPerson, NewRoom, VenueSends
from tests.server.peers import PEOPLE, RunningServer, browser, media_worker, running_server

pytestmark = pytest.mark.net

HALL = NewPerson("venue", "강당", "", "ko", "ko")


def _publish(*sources: str) -> dict[str, Any]:
    tracks = [{"mid": str(at), "source": source} for at, source in enumerate(sources)]
    return {"type": "publish", "session": "a1", "sdp": "v=0 offer", "tracks": tracks}


async def _allow(server: RunningServer, room: str, hall: str, sends: VenueSends) -> None:
    await server.hub.room_changed(await server.store.rooms.set_sends(room, hall, sends))


async def test_a_hall_sends_what_the_organiser_allows_and_no_longer(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.store.rooms.create(NewRoom("상담", (*PEOPLE, HALL)))
        await server.open(room.id)
        hall = room.people[-1].id
        async with media_worker(server) as media, browser(server, tokens[hall]) as screen:
            assert screen.joined["you"]["sends"] == "nothing"
            assert (await media.get("enter"))["transcribe"] is False
            await screen.send(_publish("microphone"))
            assert (await screen.error())["code"] == "not_allowed"

            await _allow(server, room.id, hall, "sound")
            assert (await screen.get("person"))["person"]["sends"] == "sound"
            assert (await media.get("enter"))["transcribe"] is True
            await screen.send(_publish("microphone", "camera"))
            error = await screen.error()
            assert (error["code"], "camera" in error["message"]) == ("not_allowed", True)
            await screen.send(_publish("microphone"))
            offer = await media.get("publish")
            assert [track["source"] for track in offer["tracks"]] == ["microphone"]
            await screen.send({"type": "state", "microphone": True})
            assert (await screen.get("person"))["person"]["microphone"] is True

            # What it sends ends here, whatever its page does.
            await _allow(server, room.id, hall, "nothing")
            exit = await media.get("exit")
            assert exit["person"] == hall
            assert (await media.get("enter"))["transcribe"] is False
            told = (await screen.get("person"))["person"]
            assert (told["sends"], told["microphone"]) == ("nothing", False)
