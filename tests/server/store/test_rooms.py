import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.errors import PersonNotFound, RevokedLink, RoomNotFound, RoomNotOpen, ScheduleConflict
from server.store import Store
from server.store.records import (
    GlossaryTerm,
    NewPerson,
    NewRoom,
    PersonChange,
    Room,
    RoomBatch,
    RoomPatch,
    RoomState,
)

SELLER = NewPerson("seller", "수출 담당", "울산 코팅제 제조사", "ko", "ko")
BUYER = NewPerson("buyer", "采购负责人", "长春汽车零件采购商", "zh-Hans", "zh-Hans")
NINE = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=9)))
NEW = NewRoom(
    "코팅제",
    (SELLER, BUYER),
    starts_at=NINE,
    glossary=(GlossaryTerm("코팅제", {"zh-Hans": "涂层剂"}),),
    event="울산–창춘",
)


async def test_a_room_is_read_as_it_was_made(store: Store) -> None:
    room, tokens = await store.rooms.create(NEW)
    assert await store.rooms.get(room.id) == room
    assert [person.id for person in room.people] == ["p1", "p2"]
    assert room.people[1].company == BUYER.company
    assert room.starts_at == NINE
    assert room.starts_at.tzinfo is UTC
    assert room.glossary[0].translations == {"zh-Hans": "涂层剂"}
    assert set(tokens) == {"p1", "p2"}


async def test_rooms_are_listed_by_start(store: Store) -> None:
    late = (await store.rooms.create(replace(NEW, starts_at=NINE + timedelta(hours=1))))[0]
    never = (await store.rooms.create(replace(NEW, starts_at=None)))[0]
    early = (await store.rooms.create(NEW))[0]
    assert await store.rooms.all() == [early, late, never]


async def test_an_unknown_room_is_named_everywhere(store: Store) -> None:
    for call in (
        store.rooms.get("none"),
        store.rooms.everybody("none"),
        store.rooms.change("none", RoomPatch(title="x")),
        store.rooms.remove("none"),
        store.rooms.set_state("none", "open", NINE),
        store.rooms.change_person("none", "p1", name="x"),
        store.rooms.add_person("none", SELLER),
    ):
        with pytest.raises(RoomNotFound):
            await call


async def test_states_and_times(store: Store) -> None:
    room = (await store.rooms.create(NEW))[0]
    with pytest.raises(RoomNotOpen):
        await store.rooms.set_state(room.id, "closed", NINE)
    opened = await store.rooms.set_state(room.id, "open", NINE)
    assert (opened.state, opened.opened_at, opened.closed_at) == ("open", NINE, None)
    assert (await store.rooms.set_state(room.id, "open", NINE + timedelta(minutes=1))) == opened
    closed = await store.rooms.set_state(room.id, "closed", NINE + timedelta(minutes=9))
    assert (closed.state, closed.ends_at) == ("closed", NINE + timedelta(minutes=9))
    again = await store.rooms.set_state(room.id, "open", NINE + timedelta(minutes=20))
    assert (again.state, again.opened_at, again.closed_at) == ("open", NINE, None)


@pytest.mark.parametrize(
    ("state", "starts", "opened", "ends"),
    [
        ("scheduled", None, None, None),
        ("scheduled", 0, None, 30),
        ("open", 0, -5, 30),
        ("open", 0, 10, 30),
        ("open", 0, 30, 60),
        ("open", None, 7, 37),
    ],
)
def test_when_a_rooms_time_is_up(
    state: RoomState, starts: int | None, opened: int | None, ends: int | None
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else NINE + timedelta(minutes=minutes)

    room = Room("r1", "t", state, at(starts), 30, at(opened), None, ())
    assert room.ends_at == at(ends)


async def test_changing_people_keeps_links_and_never_reuses_ids(store: Store) -> None:
    room, tokens = await store.rooms.create(NEW)
    people = (PersonChange(replace(BUYER, name="新负责人"), "p2"), PersonChange(SELLER))
    changed = await store.rooms.change(room.id, RoomPatch(people=people))
    assert [(person.id, person.name) for person in changed.people] == [
        ("p2", "新负责人"),
        ("p3", SELLER.name),
    ]
    assert await store.rooms.get(room.id) == changed
    assert (await store.links.resolve(tokens["p2"])).person_id == "p2"
    assert await store.links.url_token(room.id, "p3") is not None
    with pytest.raises(RevokedLink):
        await store.links.resolve(tokens["p1"])
    assert {person.id for person in await store.rooms.everybody(room.id)} == {"p1", "p2", "p3"}
    assert changed.title == NEW.title


async def test_an_unknown_person_in_a_change_changes_nothing(store: Store) -> None:
    room = (await store.rooms.create(NEW))[0]
    with pytest.raises(PersonNotFound) as caught:
        await store.rooms.change(room.id, RoomPatch(title="new", people=(PersonChange(SELLER, "p9"),)))
    assert caught.value.field == "people.0.id"
    assert await store.rooms.get(room.id) == room


@pytest.mark.parametrize("person", ["p9", "p0", "p01", "1", "", "p-1", "p１", "p99999999999999999999"])
async def test_an_unknown_person_is_named(store: Store, person: str) -> None:
    room = (await store.rooms.create(NEW))[0]
    with pytest.raises(PersonNotFound):
        await store.rooms.change_person(room.id, person, name="x")


async def test_people_change_themselves_and_others_are_added(store: Store) -> None:
    room = (await store.rooms.create(NEW))[0]
    changed = await store.rooms.change_person(room.id, "p2", speaks="en", reads="ko", name="Buyer")
    assert changed.person("p2") == replace(changed.people[1], speaks="en", reads="ko", name="Buyer")
    assert changed.person("p1") == room.person("p1")
    with_third, third, token = await store.rooms.add_person(room.id, replace(SELLER, role="organiser"))
    assert with_third.people[-1] == third
    assert (third.id, third.role) == ("p3", "organiser")
    assert (await store.links.resolve(token)).person_id == "p3"


async def test_a_batch_is_made_as_a_whole_or_not_at_all(store: Store) -> None:
    first = (await store.rooms.create(replace(NEW, schedule_key="a")))[0]
    with pytest.raises(ScheduleConflict):
        await store.rooms.apply(
            RoomBatch(
                create=(replace(NEW, schedule_key="b"), replace(NEW, schedule_key="a")),
                change=((first.id, RoomPatch(title="changed")),),
            )
        )
    with pytest.raises(ScheduleConflict):
        await store.rooms.apply(RoomBatch(create=(NEW,), remove=("none",)))
    assert await store.rooms.all() == [first]
    created, changed = await store.rooms.apply(
        RoomBatch(
            create=(replace(NEW, schedule_key="a"),),
            change=((first.id, RoomPatch(title="changed")),),
            release=(first.id,),
        )
    )
    assert [room.schedule_key for room in created] == ["a"]
    assert [(room.title, room.schedule_key) for room in changed] == [("changed", None)]


async def test_writers_queue_up(store: Store) -> None:
    made = await asyncio.gather(*(store.rooms.create(NEW) for _ in range(20)))
    assert len({room.id for room, _ in made}) == 20
    assert len(await store.rooms.all()) == 20
