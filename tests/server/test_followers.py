"""An interpreter's page that follows several rooms: what it hears, what it may say, and when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.followers import FOLLOWED_CAPTIONS, MAX_PAGES
from server.store.records import NewRoom, PersonChange, Room, RoomPatch, Token
from tests.server.peers import (
    PEOPLE,
    Browser,
    RunningServer,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)
from wire.links import track_id

pytestmark = pytest.mark.net
EVENT = "울산"


async def event_room(
    server: RunningServer, title: str, *, opened: bool = True
) -> tuple[Room, dict[str, Token]]:
    room, tokens = await server.store.rooms.create(NewRoom(title, PEOPLE, event=EVENT))
    return (await server.open(room.id) if opened else room), tokens


async def day_token(server: RunningServer, role: str = "interpreter") -> tuple[str, Token]:
    found = await server.store.participants.of_event(EVENT)
    participant = next(one.id for one in found if one.role == role)
    return participant, await server.store.participants.token(participant)


@asynccontextmanager
async def following(server: RunningServer, token: str) -> AsyncIterator[Browser]:
    async with connect(f"{server.url}/ws", proxy=None) as socket:
        page = Browser(socket)
        await page.send({"type": "follow", "token": token})
        yield page


async def of_room(page: Browser, room: str, type_: str, **wanted: Any) -> dict[str, Any]:
    """The next message of this type from this room."""
    while True:
        message: dict[str, Any] = (await page.get("of_room", room=room))["message"]
        if message["type"] == type_ and all(message.get(key) == value for key, value in wanted.items()):
            return message


async def test_all_open_rooms_are_followed_and_captions_come_with_their_room(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        one, tokens = await event_room(server, "하나")
        two, _ = await event_room(server, "둘")
        await event_room(server, "셋", opened=False)
        _, token = await day_token(server)
        async with (
            media_worker(server),
            transcription_worker(server) as worker,
            following(server, token) as page,
        ):
            await page.get("following")
            joined = [(await page.next()) for _ in range(2)]
            assert {message["room"] for message in joined} == {one.id, two.id}
            assert {message["message"]["type"] for message in joined} == {"joined"}
            assert joined[0]["message"]["you"]["present"] is False
            assert joined[0]["message"]["ice_servers"] == []
            async with browser(server, tokens["p1"]):
                person = await of_room(page, one.id, "person")
                assert (person["person"]["id"], person["person"]["present"]) == ("p1", True)
                await worker.send(hypothesis(track_id(one.id, "p1"), "두 가지 약풍", final=True))
                caption = await of_room(page, one.id, "caption", state="final")
                assert caption["text"] == "두 가지 약풍"
                correct = {"type": "correct", "id": caption["id"], "rev": 1, "lang": "ko", "text": "약품"}
                await page.send({"type": "of_room", "room": one.id, "message": correct})
                corrected = await of_room(page, one.id, "caption", state="corrected")
                assert (corrected["text"], corrected["by"]) == ("약품", "박 통역")
                # In another of the rooms there is no such caption.
                await page.send({"type": "of_room", "room": two.id, "message": correct})
                assert (await of_room(page, two.id, "error"))["code"] == "caption_not_found"


async def test_partners_talk_across_the_door(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await event_room(server, "하나")
        _, token = await day_token(server)
        async with following(server, token) as page, browser(server, tokens["p5"]) as organiser:
            await of_room(page, room.id, "joined")
            await organiser.send({"type": "tell_partner", "text": "곧 끝납니다"})
            assert (await of_room(page, room.id, "partner_message"))["text"] == "곧 끝납니다"
            answer = {"type": "tell_partner", "text": "갑니다"}
            await page.send({"type": "of_room", "room": room.id, "message": answer})
            assert (await organiser.get("partner_message", text="갑니다"))["person"] == "p3"


async def test_what_is_held_back_is_shown_whole_and_confirmed_from_outside(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await event_room(server, "하나")
        _, token = await day_token(server)
        async with (
            media_worker(server),
            transcription_worker(server) as worker,
            browser(server, tokens["p1"]),
            browser(server, tokens["p2"]) as buyer,
            browser(server, tokens["p5"]) as organiser,
            following(server, token) as page,
        ):
            await of_room(page, room.id, "joined")
            await organiser.send({"type": "hold", "on": True})
            await of_room(page, room.id, "machine", holding=["p5"])
            await worker.send(hypothesis(track_id(room.id, "p1"), "단가는 300원입니다", final=True))
            seen = await of_room(page, room.id, "caption", state="final")
            assert seen["text"] == "단가는 300원입니다"
            assert "300" not in (await buyer.caption(state="final"))["text"]
            await page.send(
                {"type": "of_room", "room": room.id, "message": {"type": "confirm", "id": seen["id"]}}
            )
            assert (await buyer.caption(text="단가는 300원입니다"))["id"] == seen["id"]


async def test_nobody_sees_the_reader_inside(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await event_room(server, "하나")
        _, token = await day_token(server)
        async with following(server, token) as page:
            await of_room(page, room.id, "joined")
            async with browser(server, tokens["p1"]) as seller:
                here = {person["id"] for person in seller.joined["people"] if person["present"]}
                assert here == {"p1"}


async def test_rooms_come_and_go(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await event_room(server, "하나", opened=False)
        _, token = await day_token(server)
        async with following(server, token) as page:
            await page.get("following")
            await server.open(room.id)
            await of_room(page, room.id, "joined")
            await server.close(room.id)
            assert (await of_room(page, room.id, "room"))["room"]["state"] == "closed"
            await page.get("unfollowed", room=room.id)
            await server.open(room.id)
            await of_room(page, room.id, "joined")
            stay = tuple(
                PersonChange(person, f"p{number}")
                for number, person in enumerate(PEOPLE, 1)
                if person.role != "interpreter"
            )
            await server.hub.room_changed(await server.store.rooms.change(room.id, RoomPatch(people=stay)))
            await page.get("unfollowed", room=room.id)
            refused = {"type": "correct", "id": "x", "rev": 1, "lang": "ko", "text": "x"}
            await page.send({"type": "of_room", "room": room.id, "message": refused})
            assert (await of_room(page, room.id, "error"))["code"] == "not_in_room"


async def test_a_withdrawn_way_in_ends_what_is_followed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await event_room(server, "하나")
        participant, token = await day_token(server)
        async with following(server, token) as page:
            await of_room(page, room.id, "joined")
            await server.store.links.revoke(room.id, "p3")
            await server.hub.link_revoked(room.id, "p3")
            await page.get("unfollowed", room=room.id)
            await server.store.links.replace(room.id, "p3")
            await server.hub.link_revoked(room.id, "p3")
            await of_room(page, room.id, "joined")
            await server.store.participants.revoke_link(participant)
            await server.hub.day_link_revoked(participant)
            assert (await page.error())["code"] == "revoked_link"
            assert await page.closed() == 4000
        async with following(server, token) as page:
            assert (await page.error())["code"] == "revoked_link"


async def test_only_interpreters_follow_and_only_with_their_own_link(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await event_room(server, "하나")
        _, seller = await day_token(server, "seller")
        for token, code in ((seller, "not_allowed"), (tokens["p3"], "unknown_link"), ("x", "unknown_link")):
            async with following(server, token) as page:
                error = await page.error()
                assert (error["code"], error["fatal"]) == (code, True)


async def test_a_page_may_say_nothing_else(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await event_room(server, "하나")
        _, token = await day_token(server)
        async with following(server, token) as page:
            await of_room(page, room.id, "joined")
            for message in (
                {"type": "leave"},
                {"type": "of_room", "room": room.id, "message": {"type": "state", "microphone": True}},
                {"type": "of_room", "room": room.id},
            ):
                await page.send(message)
                assert (await page.error())["code"] == "bad_message"
            await page.send({"type": "alive"})
            await page.get("tick")


async def test_one_page_too_many_takes_the_place_of_the_oldest(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, _ = await event_room(server, "하나")
        _, token = await day_token(server)
        async with following(server, token) as oldest:
            await of_room(oldest, room.id, "joined")
            async with asyncio.TaskGroup() as group:
                pages = [group.create_task(_first(server, token)) for _ in range(MAX_PAGES)]
                assert (await oldest.error())["code"] == "replaced"
            assert all(page.result() == "following" for page in pages)
        assert server.hub._rooms.live[room.id].followers == set()


async def _first(server: RunningServer, token: str) -> str:
    async with following(server, token) as page:
        first = str((await page.next())["type"])
        await asyncio.sleep(0.3)  # all are open at the same time
        return first


async def test_what_is_shown_at_first_is_bounded(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await event_room(server, "하나")
        _, token = await day_token(server)
        async with (
            media_worker(server),
            transcription_worker(server) as worker,
            browser(server, tokens["p1"]) as seller,
        ):
            count = FOLLOWED_CAPTIONS + 5
            for number in range(1, count + 1):
                said = hypothesis(track_id(room.id, "p1"), f"말 {number}", final=True, utterance=number)
                await worker.send(said.model_copy(update={"start_wall_ms": said.start_wall_ms + number}))
            await seller.caption(text=f"말 {count}")
            async with following(server, token) as page:
                captions = (await of_room(page, room.id, "joined"))["captions"]
        assert [caption["text"] for caption in captions] == [f"말 {n}" for n in range(6, count + 1)]
        assert len(json.dumps(captions)) < 64 * 1024
