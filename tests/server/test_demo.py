from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from server.app import running
from server.config import Config
from server.demo import Demo
from server.importing import import_sample_day
from server.store import Store
from server.store.records import NewPerson, NewRoom, Room
from server.supervisor import Child, Program, Supervisor

PEOPLE = (NewPerson("seller", "김", "", "ko", "ko"), NewPerson("buyer", "李", "", "zh-Hans", "zh-Hans"))
TODAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def make(
    store: Store, day: int, *, demo: str | None = "coating-agent", state: str = "scheduled"
) -> Room:
    new = NewRoom("상담", PEOPLE, starts_at=TODAY + timedelta(days=day), demo=demo)
    room, _ = await store.rooms.create(new)
    if state != "scheduled":
        room = await store.rooms.set_state(room.id, "open", TODAY)
    if state == "closed":
        room = await store.rooms.set_state(room.id, "closed", TODAY)
    return room


def without_workers(data_dir: Path) -> Config:
    """The schedule is a day without a conversation."""
    sheet = data_dir / "day.csv"
    sheet.write_text("date,start,seller,seller_language\n2026-11-02,09:00,Ulsan,ko\n")
    return Config(data_dir=data_dir, port=0, media=False, transcription=False, schedule=sheet)


async def processes(session: ClientSession) -> list[str]:
    async with session.get("/healthz") as answer:
        return [item["name"] for item in (await answer.json())["processes"]]


async def test_the_latest_room_with_a_conversation_is_opened(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        demo = Demo(store, Supervisor(), "http://127.0.0.1:1")
        assert await demo.room_to_open() is None
        await make(store, 0, state="open")
        today = await make(store, 1)
        await make(store, 2, demo=None)
        await make(store, 3, state="closed")
        assert await demo.room_to_open() == today


async def test_the_sample_day_has_a_room_for_the_demo_speakers(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        first = await import_sample_day(store)
        assert len(first.created) > 10
        again = await import_sample_day(store)
        assert (again.created, again.changed) == ((), ())
        room = await Demo(store, Supervisor(), "http://127.0.0.1:1").room_to_open()
        assert room is not None
        assert {"seller", "buyer"} <= {person.role for person in room.people}


@pytest.mark.net
async def test_speakers_come_with_the_opening_and_go_with_the_closing(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        supervisor = Supervisor()
        demo = Demo(store, supervisor, "http://127.0.0.1:1")
        room = await make(store, 0, state="open")
        try:
            await demo.follow(room.id)
            await demo.follow(room.id)
            await demo.follow((await make(store, 1, demo=None, state="open")).id)
            assert [item["name"] for item in supervisor.processes()] == [f"demo-{room.id}"]
            await store.rooms.set_state(room.id, "closed", TODAY)
            await demo.follow(room.id)
            assert supervisor.processes() == []
        finally:
            await supervisor.close()


async def test_a_room_whose_links_were_revoked_stays_without_speakers(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        supervisor = Supervisor()
        room = await make(store, 0, state="open")
        await store.links.revoke(room.id, "p2")
        await Demo(store, supervisor, "http://127.0.0.1:1").follow(room.id)
        assert supervisor.processes() == []


class Noting(Supervisor):
    """Remembers what it started."""

    def __init__(self) -> None:
        super().__init__()
        self.programs: list[Program] = []

    def start(self, program: Program) -> Child:
        self.programs.append(program)
        return super().start(program)


@pytest.mark.net
async def test_speakers_come_again_by_a_link_that_was_replaced(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        supervisor = Noting()
        demo = Demo(store, supervisor, "http://127.0.0.1:1")
        room = await make(store, 0, state="open")
        try:
            await demo.follow(room.id)
            token = await store.links.replace(room.id, "p1")
            await demo.follow(room.id)
            before, after = (program.environment for program in supervisor.programs)
            assert before["SANGDAM_DEMO_SELLER"] != after["SANGDAM_DEMO_SELLER"]
            assert after["SANGDAM_DEMO_SELLER"] == f"http://127.0.0.1:1/r/{token}"
            assert after["SANGDAM_DEMO_BUYER"] == before["SANGDAM_DEMO_BUYER"]
            assert [item["name"] for item in supervisor.processes()] == [f"demo-{room.id}"]
        finally:
            await supervisor.close()


@pytest.mark.net
async def test_speakers_hear_of_links_that_the_organiser_ends(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        room = await make(store, 0, state="open")
    link = f"/api/rooms/{room.id}/people/p1/link"
    async with running(without_workers(tmp_path)) as started:
        headers = {"Authorization": f"Bearer {started.api_token}"}
        async with ClientSession(started.inner_url, headers=headers) as session:
            assert await processes(session) == [f"demo-{room.id}"]
            async with session.delete(link) as answer:
                assert answer.status == 204
            assert await processes(session) == []
            async with session.post(link) as answer:
                assert answer.status == 200
            assert await processes(session) == [f"demo-{room.id}"]


async def test_old_news_of_an_opening_brings_no_speakers_into_a_closed_room(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        supervisor = Supervisor()
        demo = Demo(store, supervisor, "http://127.0.0.1:1")
        opened = await make(store, 0, state="open")
        await store.rooms.set_state(opened.id, "closed", TODAY)
        try:
            await demo.follow(opened.id)
            assert supervisor.processes() == []
        finally:
            await supervisor.close()


@pytest.mark.net
async def test_every_open_room_with_a_conversation_has_its_speakers_after_a_restart(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        before = await make(store, 0, state="open")
        chosen = await make(store, 1)
        await make(store, 2, demo=None, state="open")
        await make(store, 3, state="closed")
    async with running(without_workers(tmp_path)) as started, ClientSession(started.inner_url) as session:
        assert await processes(session) == [f"demo-{chosen.id}", f"demo-{before.id}"]
