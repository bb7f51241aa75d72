"""Planning and applying together, on a real database."""

from datetime import UTC, date, datetime

import pytest

from server.errors import ScheduleConflict
from server.glossary import changed
from server.schedule import Applied, Plan, apply, plan, prepare, read_sheet, sample_day
from server.schedule.sheet import ScheduleInvalid
from server.store import Store
from server.store.records import GlossaryTerm, NewPerson

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
HEADING = "key,date,start,title,seller,seller_name,seller_language,buyer,buyer_language"
FIRST = "a,today,09:00,First,Ulsan,Sales,ko,Changchun,zh-Hans"
SECOND = "b,today,10:00,Second,Suwon,Sales,ko,Hanoi,vi"


async def planned(store: Store, *rows: str, today: date = TODAY) -> Plan:
    sheet = read_sheet("\n".join((HEADING, *rows)).encode(), today=today, zone=UTC)
    return plan(sheet, await store.rooms.all(), UTC)


async def imported(
    store: Store, *rows: str, today: date = TODAY, remove: bool = False
) -> tuple[Plan, Applied]:
    what = await planned(store, *rows, today=today)
    return what, await apply(store, what, remove_missing=remove)


async def test_importing_twice_makes_nothing_twice(store: Store) -> None:
    _, first = await imported(store, FIRST, SECOND)
    assert [room.title for room in first.created] == ["First", "Second"]
    before = await store.rooms.all()
    what, again = await imported(store, FIRST, SECOND)
    assert (again.created, again.changed, again.removed) == ((), (), ())
    assert [room.title for room in what.unchanged] == ["First", "Second"]
    assert await store.rooms.all() == before


async def test_rows_without_a_key_are_known_by_date_start_and_title(store: Store) -> None:
    heading, row = HEADING.removeprefix("key,"), FIRST.removeprefix("a,")
    sheet = read_sheet(f"{heading}\n{row}".encode(), today=TODAY, zone=UTC)
    await apply(store, plan(sheet, []))
    what = plan(sheet, await store.rooms.all())
    assert (len(what.created), len(what.unchanged)) == (0, 1)


async def test_a_changed_row_changes_the_room_and_keeps_links(store: Store) -> None:
    _, first = await imported(store, FIRST)
    room = first.created[0]
    link = await store.links.url_token(room.id, "p1")
    what, done = await imported(store, FIRST.replace("09:00", "09:30").replace("Changchun", "Jilin"))
    (changed,) = done.changed
    assert changed.id == room.id
    assert what.changed[0].fields == ("starts_at", "people")
    assert changed.starts_at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert [(person.id, person.company) for person in changed.people] == [("p1", "Ulsan"), ("p2", "Jilin")]
    assert await store.links.url_token(room.id, "p1") == link


async def test_what_people_set_themselves_stays_while_the_row_is_the_same(store: Store) -> None:
    _, first = await imported(store, FIRST)
    room = first.created[0]
    await store.rooms.change_person(room.id, "p2", name="Buyer herself")
    await imported(store, FIRST)
    person = (await store.rooms.get(room.id)).person("p2")
    assert person is not None
    assert person.name == "Buyer herself"


async def test_the_organisers_place_survives_a_changed_row(store: Store) -> None:
    _, first = await imported(store, FIRST)
    organiser = NewPerson("organiser", "주최", "", "ko", "ko")
    _, person, token = await store.rooms.add_person(first.created[0].id, organiser)
    _, done = await imported(store, FIRST.replace("First", "Renamed"))
    assert done.changed[0].person(person.id) == person
    assert (await store.links.resolve(token)).person_id == person.id


async def test_missing_rooms_are_removed_only_on_request(store: Store) -> None:
    await imported(store, FIRST, SECOND)
    what, done = await imported(store, FIRST)
    assert [room.title for room in what.missing] == ["Second"]
    assert done.removed == ()
    assert len(await store.rooms.all()) == 2
    _, done = await imported(store, FIRST, remove=True)
    assert [room.title for room in done.removed] == ["Second"]
    assert [room.title for room in await store.rooms.all()] == ["First"]


@pytest.mark.parametrize("closed", [False, True])
async def test_a_missing_room_that_is_opened_meanwhile_is_not_removed(store: Store, closed: bool) -> None:
    _, first = await imported(store, FIRST, SECOND)
    what = await planned(store, FIRST.replace("09:00", "09:30"))
    second = await store.rooms.set_state(first.created[1].id, "open", datetime.now(UTC))
    if closed:
        second = await store.rooms.set_state(second.id, "closed", datetime.now(UTC))
    with pytest.raises(ScheduleConflict):
        await apply(store, what, remove_missing=True)
    assert await store.rooms.all() == [first.created[0], second]


async def test_rooms_of_other_days_opened_rooms_and_hand_made_ones_are_never_missing(store: Store) -> None:
    _, first = await imported(store, FIRST, SECOND)
    await store.rooms.set_state(first.created[0].id, "open", datetime.now(UTC))
    other_day = "c,2026-11-25,09:00,Later,Ulsan,,ko,,"
    what = await planned(store, other_day)
    assert what.missing == ()
    what = await planned(store, "c,today,11:00,Third,Ulsan,,ko,,")
    assert [room.title for room in what.missing] == ["Second"]


async def test_terms_that_were_typed_in_stay_beside_those_of_a_changed_line(store: Store) -> None:
    with_terms = f"{FIRST},코팅제 = zh-Hans: 涂料"
    sheet = f"{HEADING},glossary\n{FIRST},코팅제 = zh-Hans: 涂层剂".encode()
    made = await apply(store, plan(read_sheet(sheet, today=TODAY, zone=UTC), [], UTC))
    room = made.created[0].id
    typed = GlossaryTerm("나노실드", {"zh-Hans": "纳米盾"})
    await store.glossaries.change_room(room, lambda terms: changed(terms, [typed]))
    sheet = f"{HEADING},glossary\n{with_terms}".encode()
    what = plan(read_sheet(sheet, today=TODAY, zone=UTC), await store.rooms.all(), UTC)
    assert what.changed[0].fields == ("glossary",)
    await apply(store, what)
    assert (await store.rooms.get(room)).glossary == (typed, GlossaryTerm("코팅제", {"zh-Hans": "涂料"}))


async def test_a_closed_room_is_finished(store: Store) -> None:
    _, first = await imported(store, FIRST)
    room = first.created[0]
    await store.rooms.set_state(room.id, "open", datetime.now(UTC))
    await store.rooms.set_state(room.id, "closed", datetime.now(UTC))
    what, _ = await imported(store, FIRST.replace("First", "Renamed"))
    assert [unchanged.title for unchanged in what.unchanged] == ["First"]
    _, done = await imported(store, FIRST, today=TOMORROW)
    (tomorrow,) = done.created
    assert tomorrow.id != room.id
    assert (await store.rooms.get(room.id)).state == "closed"
    _, again = await imported(store, FIRST, today=TOMORROW)
    assert (again.created, again.changed) == ((), ())


async def test_a_sheet_with_an_error_imports_nothing(store: Store) -> None:
    with pytest.raises(ScheduleInvalid) as caught:
        await imported(store, FIRST, SECOND.replace("vi", "vietnamish"))
    assert caught.value.message == (
        "line 3, column buyer_language: “vietnamish” is not a language; write ko, zh-Hans, en, vi …"
    )
    assert await store.rooms.all() == []


async def test_a_plan_that_others_overtook_changes_nothing(store: Store) -> None:
    what = await planned(store, FIRST, SECOND)
    await imported(store, SECOND)
    with pytest.raises(ScheduleConflict):
        await apply(store, what)
    assert [room.title for room in await store.rooms.all()] == ["Second"]


async def test_the_sample_day_moves_to_the_next_day(store: Store) -> None:
    for today in (TODAY, TOMORROW):
        sheet = read_sheet(sample_day(), today=today, zone=UTC)
        await apply(store, plan(sheet, await store.rooms.all(), UTC))
        rooms = await store.rooms.all()
        assert len(rooms) == len(sheet.rooms)
        assert {room.starts_at.date() for room in rooms if room.starts_at} == {today}


async def test_a_renamed_event_is_not_moved_back_by_its_old_list(store: Store) -> None:
    heading = HEADING + ",event,buyer email"
    lines = [f"{FIRST},Ulsan 2026,li@example.com", f"{SECOND},Ulsan 2026,"]

    async def bring(*rows: str) -> Applied:
        sheet = read_sheet("\n".join((heading, *rows)).encode(), today=TODAY, zone=UTC)
        sheet, what = await prepare(store, sheet, UTC)
        return await apply(store, what, participants=sheet.participants)

    await bring(*lines)
    await store.events.rename("Ulsan 2026", "Ulsan–Changchun 2026")
    done = await bring(lines[0].replace("09:00", "09:30").replace("li@", "wang@"), lines[1])
    assert (len(done.created), len(done.changed)) == (0, 1)
    assert {room.event for room in await store.rooms.all()} == {"Ulsan–Changchun 2026"}
    assert [event.name for event in await store.events.all()] == ["Ulsan–Changchun 2026"]
    people = await store.participants.of_event("Ulsan–Changchun 2026")
    assert "wang@example.com" in [one.email for one in people]
