from dataclasses import replace
from datetime import UTC, datetime, timedelta

from server.screen_time import COMING, coming, current
from server.store.records import Room, RoomState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def room(name: str, state: RoomState, starts_in_min: int | None) -> Room:
    starts_at = None if starts_in_min is None else NOON + timedelta(minutes=starts_in_min)
    return Room(
        id=name,
        title=name,
        state=state,
        starts_at=starts_at,
        duration_min=30,
        opened_at=None,
        closed_at=None,
        people=(),
        glossary=(),
        demo="",
        event="e",
        schedule_key=None,
        schedule_digest=None,
    )


def shown(*rooms: Room) -> str | None:
    found = current(rooms, NOON)
    return None if found is None else found.id


def test_nothing_is_shown_that_is_not_open() -> None:
    assert shown() is None
    assert shown(room("next", "scheduled", -5), room("over", "closed", -30)) is None


def test_who_runs_late_goes_on_until_the_next_one_begins() -> None:
    late, early = room("late", "open", -40), room("early", "open", 5)
    assert shown(late, early) == "late"
    assert shown(late, replace(early, starts_at=NOON)) == "early"
    assert shown(early, room("later", "open", 65)) == "early"
    assert shown(room("any time", "open", None), early) == "any time"


def test_what_comes_is_not_over_and_by_start() -> None:
    rooms = [room(f"r{minutes}", "scheduled", minutes) for minutes in (120, 30, -10, -40, 60, 90, 150)]
    assert [each.id for each in coming(rooms, NOON)] == ["r-10", "r30", "r60", "r90"]
    assert len(rooms) > COMING
    assert coming([room("now", "open", -5), room("any time", "scheduled", None)], NOON) == []
