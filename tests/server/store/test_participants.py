from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.errors import EventNotFound, ParticipantNotFound, RevokedLink, UnknownLink
from server.store import Store
from server.store.records import (
    Event,
    Hours,
    NewPerson,
    NewRoom,
    Participant,
    ParticipantPatch,
    PersonChange,
    Profile,
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


async def test_rooms_of_an_event_share_its_participants(store: Store) -> None:
    first, second = (
        await room(store),
        await room(store, replace(SELLER, name="김대표", company="울산코팅 "), BUYER),
    )
    participants = await store.participants.of_event("울산 2026")
    assert [(one.role, one.company, one.name) for one in participants] == [
        ("seller", "울산 코팅", "김 대표"),
        ("interpreter", "", "박 통역"),
        ("buyer", "长春化工", "李采购"),
    ]
    assert ids(first)["seller"] == ids(second)["seller"] == participants[0].id
    assert ids(first)["observer"] is None
    assert await store.participants.rooms_of(participants[0].id) == [(first.id, 1), (second.id, 1)]


async def test_participants_of_other_events_are_others(store: Store) -> None:
    here, there = await room(store), await room(store, event="수원 2026")
    assert ids(here)["seller"] != ids(there)["seller"]
    alone = await room(store, event="")
    assert set(ids(alone).values()) == {None}


async def test_a_changed_list_enrols_who_is_new(store: Store) -> None:
    made = await room(store, SELLER, BUYER)
    other = replace(BUYER, name="王经理")
    changed = await store.rooms.change(
        made.id, RoomPatch(people=(PersonChange(SELLER, "p1"), PersonChange(other)))
    )
    assert ids(changed)["seller"] == ids(made)["seller"]
    assert ids(changed)["buyer"] not in (None, ids(made)["buyer"])


async def test_a_participant_is_changed_in_all_rooms_but_not_where_the_room_says_otherwise(
    store: Store,
) -> None:
    first, second = await room(store), await room(store)
    await store.rooms.change_person(second.id, "p2", name="李总")
    buyer = ids(first)["buyer"]
    assert buyer is not None
    hours = (Hours(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)),)
    profile = Profile(languages=("ko", "zh-Hans"), hours=hours, categories=("도료",))
    changed = await store.participants.change(
        buyer,
        ParticipantPatch(name="李明", email="li@example.com", time_zone="Asia/Shanghai", profile=profile),
    )
    assert (changed.name, changed.email, changed.time_zone, changed.profile) == (
        "李明",
        "li@example.com",
        "Asia/Shanghai",
        profile,
    )
    names = [(await store.rooms.get(each.id)).person("p2") for each in (first, second)]
    assert [person and person.name for person in names] == ["李明", "李总"]
    assert (await store.participants.get(buyer)) == changed


async def test_links_to_a_participants_page(store: Store) -> None:
    seller = ids(await room(store))["seller"]
    assert seller is not None
    token = await store.participants.token(seller)
    assert await store.participants.token(seller) == token
    assert (await store.participants.resolve(token)).id == seller
    newer = await store.participants.replace_link(seller)
    assert newer != token
    with pytest.raises(RevokedLink):
        await store.participants.resolve(token)
    await store.participants.revoke_link(seller)
    with pytest.raises(RevokedLink):
        await store.participants.resolve(newer)
    with pytest.raises(RevokedLink):
        await store.participants.token(seller)
    assert await store.participants.replace_link(seller) not in (token, newer)
    with pytest.raises(UnknownLink):
        await store.participants.resolve("a" * 26)
    with pytest.raises(ParticipantNotFound):
        await store.participants.token("mnobody")


async def test_somebody_without_a_consultation(store: Store) -> None:
    with pytest.raises(EventNotFound):
        await store.participants.add(Participant("", "부산", "buyer", "Kim", "", "en", "en"))
    await store.events.put(Event("부산"))
    added = await store.participants.add(Participant("", "부산", "buyer", "Nguyen", "Hanoi Co", "vi", "vi"))
    made = await room(store, SELLER, NewPerson("buyer", "nguyen", "HANOI CO", "vi", "vi"), event="부산")
    assert ids(made)["buyer"] == added.id
