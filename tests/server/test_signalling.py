import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.config import Limits
from server.exports.minutes import to_text
from server.exports.transcript import load
from server.store.records import NewPerson, PersonChange, RoomPatch
from tests.server.peers import (
    QUICK,
    Browser,
    RunningServer,
    browser,
    hypothesis,
    media_worker,
    running_server,
    transcription_worker,
)

pytestmark = pytest.mark.net

PUBLISH = {
    "type": "publish",
    "session": "a1",
    "sdp": "v=0 offer",
    "tracks": [{"mid": "0", "source": "microphone"}],
}


async def test_joined_tells_the_room_the_people_and_what_is_there(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server),
            browser(server, tokens["p1"]) as seller,
        ):
            joined = seller.joined
            assert joined["you"] == {
                "id": "p1",
                "role": "seller",
                "name": "김 대표",
                "company": "울산 코팅",
                "speaks": "ko",
                "reads": "ko",
                "present": True,
                "lost": False,
                "microphone": False,
                "camera": False,
                "screen": False,
                "screen_at": None,
                "sends": "nothing",
                "encoder": [],
            }
            assert joined["room"]["id"] == room.id
            assert joined["room"]["state"] == "open"
            assert [person["id"] for person in joined["people"]] == ["p1", "p2", "p3", "p4", "p5"]
            assert joined["media"] == {"type": "media", "epoch": "m1", "state": "ready"}
            assert joined["transcription"]["state"] == "ready"
            assert joined["transcription"]["demo"] is True
            assert joined["ice_servers"] == []


async def test_others_see_somebody_come_change_and_leave(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            async with browser(server, tokens["p2"], name="李经理") as buyer:
                came = (await seller.get("person"))["person"]
                assert (came["id"], came["present"], came["name"]) == ("p2", True, "李经理")
                await buyer.send({"type": "state", "microphone": True})
                assert (await seller.get("person"))["person"]["microphone"] is True
                await buyer.send({"type": "languages", "speaks": "en", "reads": "ko"})
                assert (await seller.get("person"))["person"]["speaks"] == "en"
                await buyer.send({"type": "leave"})
                assert await buyer.closed() == 1000
            gone = (await seller.get("person", person=gone_view("p2")))["person"]
            assert gone["present"] is False


def gone_view(person: str) -> dict[str, Any]:
    return {
        "id": person,
        "role": "buyer",
        "name": "李经理",
        "company": "长春",
        "speaks": "en",
        "reads": "ko",
        "present": False,
        "lost": False,
        "microphone": False,
        "camera": False,
        "screen": False,
        "screen_at": None,
        "sends": "nothing",
        "encoder": [],
    }


async def test_a_lost_socket_keeps_its_place_and_media_for_a_while(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media:
            async with browser(server, tokens["p1"], session="page"):
                await media.get("enter", person="p1")
            assert server.hub.present(room.id) == {"p1"}
            async with browser(server, tokens["p1"], session="page"):
                pass
            assert server.hub.present(room.id) == {"p1"}
            # Nothing was told to the media worker until the grace was over.
            message = await media.next()
            assert message == {"type": "exit", "room": room.id, "person": "p1"}
        assert server.hub.present(room.id) == frozenset()


async def test_another_page_with_the_same_link_replaces_the_first(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"], session="one") as first,
            browser(server, tokens["p1"], session="two"),
        ):
            error = await first.error()
            assert (error["code"], error["fatal"]) == ("replaced", True)
            assert await first.closed() == 4000
            assert [(await media.next())["type"] for _ in range(3)] == [
                "enter",
                "exit",
                "enter",
            ]


@pytest.mark.parametrize("state", ["scheduled", "closed"])
async def test_only_the_organiser_enters_a_room_that_is_not_open(tmp_path: Path, state: str) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room(opened=state == "closed")
        if state == "closed":
            await server.close(room.id)
        async with browser(server) as seller, browser(server, tokens["p5"]) as organiser:
            await seller.send({"type": "join", "token": tokens["p1"]})
            error = await seller.error()
            assert (error["code"], error["fatal"]) == ("room_not_open", True)
            assert organiser.joined["room"]["state"] == state
            assert organiser.joined["media"]["state"] == "unavailable"
            await organiser.send(PUBLISH)
            assert (await organiser.error())["code"] == "not_allowed"


async def test_closing_sends_everybody_but_the_organiser_away(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server) as media,
            browser(server, tokens["p1"]) as seller,
            browser(server, tokens["p5"]) as organiser,
        ):
            await server.close(room.id)
            error = await seller.error()
            assert (error["code"], error["fatal"]) == ("room_closed", True)
            assert await seller.closed() == 4000
            await media.get("close_room")
            assert (await organiser.get("room"))["room"]["state"] == "closed"
            assert server.hub.present(room.id) == {"p5"}


async def test_late_news_of_a_change_does_not_open_a_closed_room(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p5"]):
            await server.close(room.id)
            await server.hub.room_changed(room)
            async with browser(server) as seller:
                await seller.send({"type": "join", "token": tokens["p1"]})
                assert (await seller.error())["code"] == "room_not_open"


async def test_late_news_of_a_closing_does_not_end_a_call_that_was_opened_again(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            closed = await server.store.rooms.set_state(room.id, "closed", datetime.now(UTC))
            await server.open(room.id)
            await server.hub.room_closed(closed)
            await seller.send({"type": "state", "microphone": True})
            assert (await seller.get("person"))["person"]["microphone"]


async def test_a_revoked_link_sends_its_page_away_and_lets_nobody_in(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server) as late:
            await server.store.links.revoke(room.id, "p1")
            await server.hub.link_revoked(room.id, "p1")
            assert (await seller.error())["code"] == "revoked_link"
            await late.send({"type": "join", "token": tokens["p1"]})
            error = await late.error()
            assert (error["code"], error["fatal"]) == ("revoked_link", True)


@pytest.mark.parametrize(
    ("first", "code", "field"),
    [
        ('{"type": "join", "token": "nobody"}', "unknown_link", None),
        ('{"type": "join"}', "bad_message", "token"),
        ('{"type": "leave"}', "bad_message", None),
        ("not json", "bad_message", None),
        ('{"type": "watch"}', "unauthorised", None),
        (b"\x00\x01", "bad_message", None),
    ],
)
async def test_a_wrong_first_message_is_fatal(
    tmp_path: Path, first: str | bytes, code: str, field: str | None
) -> None:
    async with running_server(tmp_path) as server, browser(server) as peer:
        await peer.socket.send(first)
        error = await peer.error()
        assert (error["code"], error["field"], error["fatal"]) == (code, field, True)
        assert await peer.closed() == 4000


async def test_a_name_adds_no_lines_to_the_minutes(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p1"], name="\x00김\n- 李\u2028\x1b대표\n") as seller:
            assert seller.joined["you"]["name"] == "김 - 李  대표"
        minutes = to_text(await load(server.store, room.id))
        # Behind the company: since when they have been there.
        assert re.fullmatch(r"- 김 - 李  대표 \(울산 코팅\) \d\d:\d\d–(\d\d:\d\d)?", minutes.splitlines()[2])
        async with browser(server) as peer:
            await peer.send({"type": "join", "token": tokens["p2"], "name": "\n\x00"})
            assert (await peer.error())["field"] == "name"


async def test_saying_nothing_closes_the_socket(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, browser(server) as peer:
        assert (await peer.error())["code"] == "bad_message"
        assert await peer.closed() == 4000


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", None),
        ('{"type": "dance"}', None),
        ('{"type": "languages", "speaks": "Korean", "reads": "ko"}', "speaks"),
        ('{"type": "publish", "session": "A!", "sdp": "", "tracks": []}', "session"),
        ('{"type": "correct", "id": "x", "rev": 1, "lang": "ko", "text": "  "}', "text"),
    ],
)
async def test_a_wrong_later_message_is_answered_and_hurts_nobody(
    tmp_path: Path, text: str, field: str | None
) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p2"]) as buyer:
            await seller.socket.send(text)
            error = await seller.error()
            assert (error["code"], error["field"], error["fatal"]) == ("bad_message", field, False)
            await seller.send({"type": "state", "camera": True})
            assert (await buyer.get("person"))["person"]["camera"] is True


async def test_a_message_that_is_too_long_ends_only_its_own_connection(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller, browser(server, tokens["p2"]) as buyer:
            await seller.socket.send("x" * (QUICK.message_bytes + 1))
            assert await seller.closed() == 1009
            await buyer.send({"type": "dance"})
            assert (await buyer.error())["code"] == "bad_message"


async def test_too_many_messages_are_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            for _ in range(QUICK.rate_messages + 1):
                await seller.send({"type": "state", "camera": True})
            assert (await seller.error())["code"] == "rate_limited"


async def test_a_page_of_another_site_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        own = server.url.replace("ws:", "http:")
        async with connect(f"{server.url}/ws", origin=own, proxy=None):
            pass
        with pytest.raises(InvalidStatus) as refused:
            async with connect(f"{server.url}/ws", origin="https://example.org", proxy=None):
                pass
        assert refused.value.response.status_code == 403


async def test_a_slow_reader_is_closed_with_4008_and_the_others_go_on(tmp_path: Path) -> None:
    limits = Limits(settle_s=0.0, out_queue_messages=8, tick_s=60.0)
    async with running_server(tmp_path, limits) as server:
        room, tokens = await server.room()
        async with (
            browser(server, tokens["p2"]) as buyer,
            connect(f"{server.url}/ws", proxy=None, max_queue=1) as slow,
        ):
            await slow.send(json.dumps({"type": "join", "token": tokens["p1"]}))
            await buyer.get("person")
            live = server.hub._rooms.live[room.id]
            # More than any socket buffer holds, so that the server's queue fills up.
            fill = live.view().model_copy(update={"title": "x" * 1_000_000})
            for _ in range(30):
                live.presences["p1"].send(fill)
            assert await Browser(slow).closed() == 4008
            await buyer.send({"type": "dance"})
            assert (await buyer.error())["code"] == "bad_message"


async def test_a_reader_that_never_reads_again_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.signalling.CLOSE_TIMEOUT_S", 0.1)
    limits = Limits(settle_s=0.0, out_queue_messages=8, grace_s=0.1, tick_s=60.0)
    async with running_server(tmp_path, limits) as server:
        room, tokens = await server.room()
        async with (
            browser(server, tokens["p2"]) as buyer,
            connect(f"{server.url}/ws", proxy=None) as stuck,
        ):
            await stuck.send(json.dumps({"type": "join", "token": tokens["p1"]}))
            await buyer.get("person")
            live = server.hub._rooms.live[room.id]
            outbox = live.presences["p1"].outbox
            assert outbox is not None
            # More than the system buffers for a socket that nobody reads.
            stuck.transport.pause_reading()
            live.presences["p1"].send(live.view().model_copy(update={"title": "x" * 40_000_000}))
            # The next answer comes after the writer has begun to wait for the socket.
            await buyer.send({"type": "dance"})
            await buyer.error()
            for _ in range(9):
                live.presences["p1"].send(live.view())
            assert outbox.close_code == 4008
            assert (await buyer.get("person"))["person"]["present"] is False
            stuck.transport.abort()


async def test_publishing_and_receiving_pass_through_the_media_worker(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            await seller.send(PUBLISH)
            offer = await media.get("publish")
            assert (offer["room"], offer["person"], offer["sdp"]) == (room.id, "p1", "v=0 offer")
            await media.send({"type": "published", "request": offer["request"], "sdp": "v=0 answer"})
            assert await seller.get("published") == {
                "type": "published",
                "session": "a1",
                "sdp": "v=0 answer",
            }
            await seller.send({"type": "receive"})
            await media.get("receive", person="p1")
            tracks = [{"mid": "0", "person": "p2", "source": "camera"}]
            subscribe = {"type": "subscribe", "generation": 3, "sdp": "v=0", "tracks": tracks}
            await media.send({**subscribe, "room": room.id, "person": "p1"})
            assert await seller.get("subscribe") == subscribe
            await seller.send({"type": "subscribed", "generation": 3, "sdp": "v=0 mine"})
            assert (await media.get("subscribed"))["sdp"] == "v=0 mine"


async def test_a_refused_offer_is_told_with_the_workers_code(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            await seller.send(PUBLISH)
            offer = await media.get("publish")
            await media.send(
                {"type": "failed", "request": offer["request"], "code": "bad_sdp", "message": "no such line"}
            )
            error = await seller.error()
            assert (error["code"], error["message"], error["fatal"]) == ("bad_sdp", "no such line", False)


async def test_without_a_media_worker_the_page_is_told(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            assert seller.joined["media"] == {"type": "media", "epoch": "", "state": "unavailable"}
            await seller.send(PUBLISH)
            assert (await seller.error())["code"] == "media_unavailable"
            async with media_worker(server):
                assert await seller.get("media") == {"type": "media", "epoch": "m1", "state": "ready"}


async def test_observers_do_not_publish(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p4"]) as observer:
            assert (await media.get("enter"))["transcribe"] is False
            await observer.send(PUBLISH)
            assert (await observer.error())["code"] == "not_allowed"


async def test_the_organisers_list_follows_the_rooms(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room(opened=False)
        http = server.url.replace("ws:", "http:")
        async with ClientSession() as session:
            url = f"{http}/organiser?key={server.auth.organiser_key}"
            async with session.get(url, allow_redirects=False) as answer:
                cookie = answer.cookies[server.auth.cookie]
        headers = {"Cookie": f"{cookie.key}={cookie.value}"}
        async with connect(f"{server.url}/ws", additional_headers=headers, proxy=None) as socket:
            board = Browser(socket)
            await board.send({"type": "watch"})
            shown = await board.get("board")
            assert [(row["id"], row["state"], row["present"]) for row in shown["rooms"]] == [
                (room.id, "scheduled", 0)
            ]
            await server.open(room.id)
            assert (await board.get("board_room"))["room"]["state"] == "open"
            async with (
                browser(server, tokens["p1"]),
                media_worker(server),
                transcription_worker(server) as speech,
            ):
                assert (await board.get("board_room"))["room"]["present"] == 1
                workers = {"media": 1, "transcription": 1}
                assert (await board.get("board_workers", workers=workers))["workers"] == workers
                await speech.get("track")
                await speech.send(hypothesis(f"{room.id}-p1", "안녕하세요", final=True))
                assert (await board.get("board_room"))["room"]["lag_ms"] >= 500
            await server.close(room.id)
            await server.store.rooms.remove(room.id)
            await server.hub.room_removed(room.id)
            assert (await board.get("board_room_removed"))["id"] == room.id


async def test_the_server_says_goodbye_when_it_stops(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        socket = await connect(f"{server.url}/ws", proxy=None)
        await socket.send(json.dumps({"type": "join", "token": tokens["p1"]}))
        await socket.recv()
    assert await Browser(socket).closed() == 1001


async def test_ticks_show_that_the_connection_lives(tmp_path: Path) -> None:
    async with running_server(tmp_path, Limits(settle_s=0.0, tick_s=0.05)) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p1"]) as seller:
            first = await seller.get("tick")
            assert (await seller.get("tick"))["now_at"] > first["now_at"]


async def test_connections_of_a_room_that_was_closed_are_not_taken_for_alive(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with media_worker(server), browser(server, tokens["p5"]) as organiser:
            before = organiser.joined["media"]["epoch"]
            await server.close(room.id)
            assert (await organiser.get("media"))["state"] == "unavailable"
            await server.open(room.id)
            again = await organiser.get("media", state="ready")
            assert again["epoch"] != before


async def test_a_changed_list_of_people_reaches_the_pages(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with (
            media_worker(server),
            transcription_worker(server) as speech,
            browser(server, tokens["p1"]) as seller,
        ):
            await speech.get("track")
            kept = [
                PersonChange(NewPerson(p.role, p.name, p.company, p.speaks, p.reads), p.id)
                for p in room.people
            ]
            kept[0] = PersonChange(replace(kept[0].person, name="김 이사"), "p1")
            added = PersonChange(NewPerson("buyer", "Ms Lee", "", "en", "en"))
            patch = RoomPatch(title="새 제목", people=(*kept[:3], added))
            await server.hub.room_changed(await server.store.rooms.change(room.id, patch))
            assert (await seller.get("room"))["room"]["title"] == "새 제목"
            assert (await seller.get("person"))["person"]["name"] == "김 이사"
            assert (await seller.get("person"))["person"]["id"] == "p6"
            assert [(await seller.get("person_removed"))["id"] for _ in range(2)] == ["p4", "p5"]
            assert (await speech.get("track"))["targets"] == ["zh-Hans", "en"]


async def test_removing_a_room_sends_everybody_away(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        room, tokens = await server.room()
        async with browser(server, tokens["p5"]) as organiser, browser(server) as late:
            await server.close(room.id)
            await server.store.rooms.remove(room.id)
            await server.hub.room_removed(room.id)
            assert (await organiser.get("error"))["code"] == "room_closed"
            await late.send({"type": "join", "token": tokens["p1"]})
            assert (await late.error())["code"] == "unknown_link"


async def test_offers_that_wait_for_their_answer_are_limited(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with media_worker(server) as media, browser(server, tokens["p1"]) as seller:
            for _ in range(5):
                await seller.send(PUBLISH)
            assert (await seller.error())["code"] == "rate_limited"
            offers = [await media.get("publish") for _ in range(4)]
            for offer in offers:
                await media.send({"type": "published", "request": offer["request"], "sdp": "v=0"})
            for _ in offers:
                await seller.get("published")


async def test_metrics_count_browsers_and_what_workers_report(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        _, tokens = await server.room()
        async with media_worker(server, "m7") as media, browser(server, tokens["p1"]) as seller:
            stats = {"type": "stats", "rooms": 1, "peers": 1, "counters": {"lost": 5}, "loop_stall_ms": 2.5}
            await media.send(stats)
            # Answered by the same link after the statistics were taken.
            await seller.send(PUBLISH)
            offer = await media.get("publish")
            await media.send({"type": "published", "request": offer["request"], "sdp": "v=0"})
            await seller.get("published")
            text = await metrics(server)
            assert 'sangdam_worker{kind="media",value="lost",worker="m7"} 5.0' in text
            assert 'sangdam_browsers{kind="room"} 1.0' in text
        assert 'worker="m7"' not in await metrics(server)


async def metrics(server: RunningServer) -> str:
    async with (
        ClientSession() as session,
        session.get(f"{server.url.replace('ws:', 'http:')}/metrics") as answer,
    ):
        return await answer.text()
