import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.errors import ParticipantNotFound, RevokedLink, RoomInUse
from server.store import Store
from server.store.records import NewPerson, NewRoom, ParticipantPatch, PersonChange, Room, RoomPatch
from server.store.store import DATABASE_FILE
from tests.server.store.test_captions import stored

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PEOPLE = (
    NewPerson("seller", "수출 담당", "울산 코팅", "ko", "ko"),
    NewPerson("buyer", "采购", "长春", "zh-Hans", "zh-Hans"),
    NewPerson("interpreter", "통역", "", "ko", "zh-Hans"),
)


async def held(store: Store) -> Room:
    """A consultation in which the seller spoke twice, the buyer once, and the interpreter corrected."""
    made, _ = await store.rooms.create(NewRoom("코팅 상담", PEOPLE, event="울산"))
    await store.rooms.set_state(made.id, "open", NOW)
    for person in ("p1", "p2"):
        await store.captions.next_number(made.id, person)
    await store.captions.save(stored(made.id, 1))
    await store.captions.save(stored(made.id, 1, rev=2, state="corrected", text="비밀 단가", by="통역"))
    await store.captions.save(stored(made.id, 2))
    await store.captions.save(
        stored(made.id, 3, id=f"{made.id}-p2-1", speaker="p2", lang="zh-Hans", text="多少钱")
    )
    await store.consents.say(made.id, "p1", True)
    await store.notices.accept(made.id, "p1", "digest")
    return await store.rooms.set_state(made.id, "closed", NOW)


async def of_role(store: Store, role: str) -> str:
    found = next(one for one in await store.participants.of_event("울산") if one.role == role)
    await store.participants.change(found.id, ParticipantPatch(email="someone@example.org"))
    return found.id


async def test_everything_about_somebody_is_handed_out_without_secrets(store: Store) -> None:
    room, token = await held(store), None
    seller = await of_role(store, "seller")
    token = await store.participants.token(seller)
    data = await store.personal_data.export(seller)
    assert data["participant"]["email"] == "someone@example.org"
    consultation = data["consultations"][0]
    assert consultation["room"]["title"] == "코팅 상담"
    assert [line["text"] for line in consultation["said"]] == [
        "두 가지 약품이 있습니다",
        "비밀 단가",
        "두 가지 약품이 있습니다",
    ]
    assert [answer["agreed"] for answer in consultation["answers_on_recording"]] == [True]
    assert [text["digest"] for text in consultation["accepted_texts"]] == ["digest"]
    written = json.dumps(data, ensure_ascii=False)
    assert "多少钱" not in written, "the buyer's words are the buyer's"
    assert token not in written
    assert "token_hash" not in written
    assert len(data["links_to_own_page"]) == 1
    assert [place.person for place in await store.personal_data.places(seller)] == ["p1"]
    assert (await store.rooms.get(room.id)).state == "closed"


async def an_edit(store: Store, folder: Path, name: str) -> None:
    """One of the event that could be taken back."""
    values = (1, "울산", NOW.isoformat(), "key", "Organiser", "change", name, json.dumps([{"name": name}]))
    with closing(sqlite3.connect(folder / "data" / DATABASE_FILE)) as database, database:
        database.execute(
            "INSERT INTO edits (number, event, at, who, name, action, label, changes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )


async def test_nothing_of_somebody_erased_is_left_in_the_database(store: Store, tmp_path: Path) -> None:
    room = await held(store)
    seller = await of_role(store, "seller")
    page = await store.participants.token(seller)
    link = await store.links.url_token(room.id, "p1")
    assert link is not None
    await an_edit(store, tmp_path, "수출 담당")
    await store.personal_data.erase(seller)
    assert [line.caption.text for line in await store.captions.revisions(room.id)] == ["多少钱"]
    with pytest.raises(RevokedLink):
        await store.links.resolve(link)
    with pytest.raises(ParticipantNotFound):
        await store.personal_data.erase(seller)
    assert [person.name for person in (await store.rooms.get(room.id)).people] == ["采购", "통역"]
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE_FILE)) as database:
        dump = "\n".join(database.iterdump())
    for trace in ("수출 담당", "울산 코팅", "someone@example.org", "비밀 단가", page):
        assert trace not in dump
        assert json.dumps(trace)[1:-1] not in dump


async def test_an_interpreters_name_goes_from_what_they_corrected(store: Store) -> None:
    room = await held(store)
    await store.personal_data.erase(await of_role(store, "interpreter"))
    corrected = (await store.captions.of_room(room.id))[0].caption
    assert (corrected.state, corrected.text, corrected.by) == ("corrected", "비밀 단가", None)


async def test_also_what_they_corrected_under_another_name_but_not_what_a_namesake_did(store: Store) -> None:
    room = await held(store)
    interpreter = await of_role(store, "interpreter")
    by_them = {"state": "corrected", "by": "예전 이름", "by_id": "p3"}
    by_namesake = {"state": "corrected", "by": "새 이름", "by_id": "p9"}
    await store.captions.save(stored(room.id, 2, rev=2, text="하나", **by_them))
    await store.captions.save(stored(room.id, 2, rev=3, text="둘", **by_namesake))
    await store.participants.change(interpreter, ParticipantPatch(name="새 이름"))
    await store.personal_data.erase(interpreter)
    revisions = [one.caption for one in await store.captions.revisions(room.id)]
    assert [(one.text, one.by, one.by_id) for one in revisions if one.id == f"{room.id}-p1-2"] == [
        ("두 가지 약품이 있습니다", None, None),
        ("하나", None, None),
        ("둘", "새 이름", "p9"),
    ]


async def test_who_sits_in_an_open_room_is_not_erased(store: Store) -> None:
    room = await held(store)
    seller = await of_role(store, "seller")
    await store.rooms.set_state(room.id, "open", NOW)
    with pytest.raises(RoomInUse, match="코팅 상담"):
        await store.personal_data.erase(seller)
    assert len(await store.captions.of_room(room.id)) == 3


async def test_what_was_written_at_the_desk_goes_with_its_writer_and_with_the_room(store: Store) -> None:
    room = await held(store)
    interpreter = await of_role(store, "interpreter")
    lines = [{"id": 1, "person": "p3", "text": "내 말"}, {"id": 2, "person": "p9", "text": "남의 말"}]
    await store.desks.put(room.id, {"paused": [], "replacements": [], "partner_messages": lines})
    data = await store.personal_data.export(interpreter)
    assert [one["text"] for one in data["consultations"][0]["partner_messages"]] == ["내 말"]
    await store.personal_data.erase(interpreter)
    kept = await store.desks.get(room.id)
    assert kept is not None
    assert [one["text"] for one in kept["partner_messages"]] == ["남의 말"]
    await store.personal_data.empty([room.id])
    assert await store.desks.get(room.id) is None


async def test_another_company_in_a_place_has_neither_the_words_nor_the_consent_of_the_one_before(
    store: Store,
) -> None:
    room = await held(store)
    seller = await of_role(store, "seller")
    people = tuple(
        PersonChange(NewPerson("seller", "새 담당", "다른 회사", "ko", "ko"), id="p1")
        if person.id == "p1"
        else PersonChange(
            NewPerson(person.role, person.name, person.company, person.speaks, person.reads), id=person.id
        )
        for person in (await store.rooms.get(room.id)).people
    )
    changed = await store.rooms.change(room.id, RoomPatch(people=people))
    newcomer = next(person for person in changed.people if person.role == "seller")
    assert newcomer.id == "p4"
    assert newcomer.participant is not None
    assert not await store.notices.is_accepted(room.id, newcomer.id, "digest")
    told = await store.personal_data.export(newcomer.participant)
    assert [one["said"] for one in told["consultations"]] == [[]]
    told = await store.personal_data.export(seller)
    assert len(told["consultations"][0]["said"]) == 3


async def test_who_comes_after_an_interpreter_is_not_erased_as_who_corrected(store: Store) -> None:
    room = await held(store)
    by_them = {"state": "corrected", "by": "통역", "by_id": "p3"}
    await store.captions.save(stored(room.id, 2, rev=2, text="하나", **by_them))
    people = tuple(
        PersonChange(
            replace(
                NewPerson(person.role, person.name, person.company, person.speaks, person.reads),
                name="다음 통역" if person.id == "p3" else person.name,
            ),
            id=person.id,
        )
        for person in (await store.rooms.get(room.id)).people
    )
    changed = await store.rooms.change(room.id, RoomPatch(people=people))
    successor = next(person for person in changed.people if person.role == "interpreter")
    assert successor.id == "p4"
    assert {person.id: person.name for person in await store.rooms.everybody(room.id)}["p3"] == "통역"
    assert successor.participant is not None
    await store.personal_data.erase(successor.participant)
    corrected = [one.caption for one in await store.captions.revisions(room.id) if one.caption.text == "하나"]
    assert [(one.by, one.by_id) for one in corrected] == [("통역", "p3")]


async def test_somebody_taken_off_the_list_can_still_be_erased(store: Store, tmp_path: Path) -> None:
    await held(store)
    seller = await of_role(store, "seller")
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE_FILE)) as database, database:
        database.execute("UPDATE participants SET removed_at = ? WHERE id = ?", (NOW.isoformat(), seller))
    assert [one.id for one in await store.participants.former("울산")] == [seller]
    assert await store.participants.former("다른 행사") == []
    assert (await store.personal_data.export(seller))["participant"]["email"] == "someone@example.org"
    await store.personal_data.erase(seller)
    assert await store.participants.former("울산") == []
    with pytest.raises(ParticipantNotFound):
        await store.personal_data.export(seller)
