import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.errors import CaptionOutdated, PersonNotFound, RoomNotFound
from server.store import Store
from server.store.records import NewPerson, NewRoom, StoredCaption
from server.store.store import DATABASE_FILE
from wire.captions import Caption, Translation

SPOKEN = datetime(2026, 11, 22, 9, 0, 1, tzinfo=UTC)
NEW = NewRoom("t", (NewPerson("seller", "수출 담당", "", "ko", "ko"),))


async def make(store: Store) -> str:
    return (await store.rooms.create(NEW))[0].id


def stored(room: str, number: int = 1, rev: int = 1, **changes: Any) -> StoredCaption:
    caption = Caption(
        id=f"{room}-p1-{number}",
        rev=rev,
        speaker="p1",
        state="final",
        lang="ko",
        text="두 가지 약품이 있습니다",
        stable=12,
        translations={"zh-Hans": Translation(text="有两种药剂", stable=5)},
        confidence=0.5,
        flags=("low_confidence",),
        start_ms=1000 * number,
        end_ms=1000 * number + 900,
        lag_ms=10,
    )
    return StoredCaption(room, caption.model_copy(update=changes), SPOKEN)


async def test_the_newest_revision_wins_and_every_one_is_kept(store: Store) -> None:
    room = await make(store)
    first, second = stored(room), stored(room, rev=2, state="corrected", text="고침", by="통역")
    await store.captions.save(stored(room, 2))
    await store.captions.save(first)
    await store.captions.save(second)
    assert await store.captions.of_room(room) == [second, stored(room, 2)]
    assert await store.captions.revisions(room) == [first, second, stored(room, 2)]
    assert await store.captions.get(second.caption.id) == second
    assert await store.captions.get("none") is None
    saved = (await store.captions.revisions(room))[0].saved_at
    assert saved is not None
    assert saved.tzinfo is UTC


async def test_a_repeated_save_changes_nothing_and_another_text_is_refused(store: Store) -> None:
    room = await make(store)
    await store.captions.save(stored(room, rev=3))
    await store.captions.save(stored(room, rev=3))
    for late in (stored(room, rev=3, text="other"), stored(room, rev=2)):
        with pytest.raises(CaptionOutdated):
            await store.captions.save(late)
    assert await store.captions.revisions(room) == [stored(room, rev=3)]


async def test_a_caption_of_no_room_is_refused_by_the_database(store: Store) -> None:
    with pytest.raises(RoomNotFound):
        await store.captions.save(stored("none"))
    assert await store.captions.of_room("none") == []


async def test_captions_go_with_their_room(store: Store) -> None:
    room, other = await make(store), await make(store)
    await store.captions.save(stored(room))
    await store.captions.save(stored(other))
    await store.rooms.remove(room)
    assert await store.captions.revisions(room) == []
    assert len(await store.captions.of_room(other)) == 1


async def test_the_last_captions_come_in_the_order_they_were_spoken(store: Store) -> None:
    room = await make(store)
    for number in (3, 1, 2):
        await store.captions.save(stored(room, number, start_ms=1_000 * number))
        await store.captions.save(stored(room, number, rev=2, start_ms=1_000 * number))
    last = await store.captions.last_of_room(room, 2)
    assert [(item.caption.id, item.caption.rev) for item in last] == [
        (f"{room}-p1-2", 2),
        (f"{room}-p1-3", 2),
    ]


async def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        room = await make(store)
        assert await store.captions.next_number(room, "p1") == 1
        assert await store.captions.next_number(room, "p1", count=10) == 2
    async with Store.in_directory(tmp_path) as store:
        assert await store.captions.next_number(room, "p1") == 12
        with pytest.raises(PersonNotFound):
            await store.captions.next_number(room, "p2")


async def test_a_caption_stored_before_numbers_were_compared_is_read_without_marks(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path) as store:
        room = await make(store)
        await store.captions.save(stored(room))
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as database, database:
        query = "SELECT body FROM caption_revisions"
        body = json.loads(database.execute(query).fetchone()[0])
        for line in body["translations"].values():
            del line["marks"], line["original_marks"]
        database.execute("UPDATE caption_revisions SET body = ?", (json.dumps(body),))
    async with Store.in_directory(tmp_path) as store:
        assert await store.captions.of_room(room) == [stored(room)]


async def test_marks_are_stored_with_the_caption(store: Store) -> None:
    room = await make(store)
    line = Translation(text="有两种药剂", stable=5, marks=((1, 3),), original_marks=((0, 4),))
    marked = stored(room, translations={"zh-Hans": line}, flags=("number",))
    await store.captions.save(marked)
    assert await store.captions.of_room(room) == [marked]
