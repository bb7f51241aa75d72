from datetime import date

import pytest

from server.errors import EventNotFound, NameTaken
from server.store import Store
from server.store.records import (
    Booth,
    Event,
    EventSettings,
    GlossaryTerm,
    NewPerson,
    NewRoom,
    Room,
    RoomPatch,
)

SELLER = NewPerson("seller", "김 대표", "울산 코팅", "ko", "ko")
BUYER = NewPerson("buyer", "李采购", "长春化工", "zh-Hans", "zh-Hans")
INTERPRETER = NewPerson("interpreter", "박 통역", "", "ko", "zh-Hans")
GUEST = NewPerson("observer", "Guest", "", "en", "en")


async def room(store: Store, *people: NewPerson, event: str = "울산 2026") -> Room:
    made, _ = await store.rooms.create(
        NewRoom("상담", people or (SELLER, BUYER, INTERPRETER, GUEST), event=event)
    )
    return made


def ids(room: Room) -> dict[str, str | None]:
    return {person.role: person.participant for person in room.people}


async def test_an_event_is_made_by_its_first_room_and_keeps_what_is_set(store: Store) -> None:
    await room(store)
    assert await store.events.all() == [Event("울산 2026")]
    settings = EventSettings(opens_itself=True, keeps_days=90, consent={"ko": "동의합니다"})
    event = Event("울산 2026", "Asia/Seoul", date(2026, 11, 23), date(2026, 11, 28), settings)
    await store.events.put(event)
    await room(store)
    assert await store.events.get("울산 2026") == event
    with pytest.raises(EventNotFound):
        await store.events.get("부산")


async def test_a_renamed_event_takes_everything_along(store: Store) -> None:
    made = await room(store)
    await room(store, event="수원 2026")
    await store.events.put_booths("울산 2026", [Booth("울산 2026", "A1", "본관"), Booth("울산 2026", "A2")])
    await store.glossaries.change_event("울산 2026", lambda terms: terms)
    await store.events.rename("울산 2026", "울산 창춘 2026")
    assert (await store.rooms.get(made.id)).event == "울산 창춘 2026"
    assert len(await store.participants.of_event("울산 창춘 2026")) == 3
    assert [booth.name for booth in await store.events.booths("울산 창춘 2026")] == ["A1", "A2"]
    with pytest.raises(NameTaken):
        await store.events.rename("울산 창춘 2026", "수원 2026")


async def test_glossaries_of_the_old_and_the_new_name_become_one(store: Store) -> None:
    await room(store)
    own, waiting = (GlossaryTerm(term, {"en": "mine"}) for term in ("도료", "방수"))
    other = GlossaryTerm("도료", {"en": "theirs"})
    await store.glossaries.change_event("울산 2026", lambda _: (own,))
    await store.glossaries.change_event("울산 창춘", lambda _: (waiting, other))
    await store.events.rename("울산 2026", "울산 창춘")
    assert await store.glossaries.of_event("울산 창춘") == (own, waiting)
    # A page that was open meanwhile calls it by the old name.
    assert await store.glossaries.change_event("울산 2026", lambda terms: terms[:1]) == (own,)
    assert await store.glossaries.of_event("울산 창춘") == (own,)
    await store.events.rename("울산 창춘", "울산 2026")
    assert await store.glossaries.of_event("울산 2026") == (own,)


async def test_a_removed_event_leaves_its_rooms(store: Store) -> None:
    made = await room(store)
    await store.events.remove("울산 2026")
    left = await store.rooms.get(made.id)
    assert (left.event, set(ids(left).values())) == ("", {None})
    with pytest.raises(EventNotFound):
        await store.events.remove("울산 2026")


async def test_an_old_name_means_the_event_until_another_takes_it(store: Store) -> None:
    await room(store)
    await store.events.rename("울산 2026", "울산 창춘 2026")
    await store.events.rename("울산 창춘 2026", "울산 창춘")
    assert await store.events.aliases() == {"울산 2026": "울산 창춘", "울산 창춘 2026": "울산 창춘"}
    made = await room(store)
    assert made.event == "울산 창춘"
    moved = await store.rooms.change((await room(store, event="")).id, RoomPatch(event="울산 창춘 2026"))
    assert moved.event == "울산 창춘"
    await store.events.rename("울산 창춘", "울산 2026")
    assert await store.events.aliases() == {"울산 창춘 2026": "울산 2026", "울산 창춘": "울산 2026"}
    await store.events.put(Event("울산 창춘"))
    assert (await room(store, event="울산 창춘")).event == "울산 창춘"


async def test_events_are_counted_in_one_query(store: Store) -> None:
    for name in ("울산 2026", "울산 2026", "수원 2026"):
        await room(store, event=name)
    counted = {each.event.name: (each.rooms, each.participants) for each in await store.events.counted()}
    assert counted == {"울산 2026": (2, 3), "수원 2026": (1, 3)}
    (one,) = await store.events.counted("수원 2026")
    assert one.rooms == 1
