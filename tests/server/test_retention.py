from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from server.recordings import Recordings
from server.retention import Retention, expires_at, to_empty
from server.store import Store
from server.store.records import Event, EventSettings, NewPerson, NewRoom, Room
from tests.server.api.running_rooms import RunningRooms
from tests.server.store.test_captions import stored

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
EVENT = Event("울산", "Asia/Seoul", None, date(2026, 11, 27), EventSettings(keeps_days=30))


def room(**changes: object) -> Room:
    ended = START + timedelta(minutes=30)
    made = Room("r1", "t", "closed", START, 30, START, ended, (), event="울산")
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "rooms", "expected"),
    [
        # The 27th ends in Seoul at 15:00 UTC; thirty days on.
        (EVENT, [], datetime(2026, 12, 27, 15, tzinfo=UTC)),
        (replace(EVENT, time_zone="America/New_York"), [], datetime(2026, 12, 28, 5, tzinfo=UTC)),
        (replace(EVENT, ends_on=None), [room()], datetime(2026, 12, 22, 15, tzinfo=UTC)),
        (replace(EVENT, ends_on=None), [], None),
        (
            replace(EVENT, ends_on=None),
            [room(state="scheduled", starts_at=None, opened_at=None, closed_at=None)],
            None,
        ),
        (replace(EVENT, settings=EventSettings()), [room()], None),
    ],
)
def test_days_are_counted_from_the_end_of_the_last_day(
    event: Event, rooms: list[Room], expected: datetime | None
) -> None:
    assert expires_at(event, rooms) == expected


def test_closed_rooms_that_hold_something_are_emptied() -> None:
    late = datetime(2027, 1, 1, tzinfo=UTC)
    rooms = [
        room(id="closed"),
        room(id="open", state="open", closed_at=None),
        room(id="other event", event="수원"),
        room(id="emptied", emptied_at=START + timedelta(days=40)),
        room(id="opened again since", emptied_at=START - timedelta(days=1)),
    ]
    assert [each.id for each in to_empty(EVENT, rooms, late)] == ["closed", "opened again since"]
    assert to_empty(EVENT, rooms, datetime(2026, 12, 27, 14, 59, tzinfo=UTC)) == []


async def test_transcripts_and_recordings_go_and_the_room_stays(tmp_path: Path) -> None:
    async with Store.in_directory(tmp_path / "data") as store:
        people = (NewPerson("seller", "수출 담당", "", "ko", "ko"),)
        new = NewRoom("t", people, starts_at=START, event="울산")
        made, _ = await store.rooms.create(new)
        await store.events.put(EVENT)
        await store.rooms.set_state(made.id, "open", START)
        await store.captions.save(stored(made.id))
        await store.rooms.set_state(made.id, "closed", START + timedelta(hours=1))
        folder = tmp_path / "recordings" / made.id
        folder.mkdir(parents=True)
        (folder / "consultation-1.mkv").write_bytes(b"x")
        recordings = Recordings(
            store, tmp_path / "recordings", 20.0, tell_media=lambda *_: None, on_change=lambda _: None
        )
        retention = Retention(store, RunningRooms(), recordings)
        assert await retention.look(datetime(2026, 12, 27, tzinfo=UTC)) == 0
        assert await store.captions.of_room(made.id) != []
        later = datetime(2027, 1, 1, tzinfo=UTC)
        assert await retention.look(later) == 1
        assert await store.captions.revisions(made.id) == []
        assert not folder.exists()
        emptied = await store.rooms.get(made.id)
        assert emptied.emptied_at is not None
        assert [person.name for person in emptied.people] == ["수출 담당"]
