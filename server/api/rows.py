"""Rooms as the API shows them, with what is going on in them right now."""

from __future__ import annotations

from server.api.models import GlossaryBody, HelpRow, PersonRow, RoomDetail, RoomRow
from server.clock import closes_at, opens_at
from server.live import Live
from server.store.records import Room


def room_row(room: Room, live: Live) -> RoomRow:
    """A line of the organiser's list; `GET /api/rooms` and the list's WebSocket send the same."""
    present = live.present(room.id)
    recording = live.recording(room.id)
    networks = live.networks(room.id)
    visits, waiting = live.visits(room.id), live.waiting(room.id)
    settings = live.settings_of(room.event)
    return RoomRow(
        id=room.id,
        title=room.title,
        event=room.event,
        booth=room.booth,
        state=room.state,
        starts_at=room.starts_at,
        duration_min=room.duration_min,
        opened_at=room.opened_at,
        ends_at=room.ends_at,
        extended_min=room.extended_min,
        opens_at=opens_at(room, settings),
        closes_at=closes_at(room, settings),
        demo=room.demo,
        people=[
            PersonRow(
                id=person.id,
                role=person.role,
                name=person.name,
                company=person.company,
                speaks=person.speaks,
                reads=person.reads,
                participant=person.participant,
                sends=person.sends,
                present=person.id in present,
                waiting=person.id in waiting,
                came_at=visits[person.id][0].came_at if person.id in visits else None,
                left_at=visits[person.id][-1].left_at if person.id in visits else None,
                network=networks.get(person.id),
            )
            for person in room.people
        ],
        present=len(present),
        lag_ms=live.lag_ms(room.id),
        help=[HelpRow(person=call.person, since=call.since) for call in live.help_calls(room.id)],
        recording_allowed=room.recording_allowed,
        recording=recording["state"],
        recording_code=recording["code"],
        recordings=recording["files"],
        making_recording=recording["making"],
        unmade_recording=recording["unmade"],
    )


def room_detail(room: Room, live: Live) -> RoomDetail:
    row = room_row(room, live)
    glossary = [
        GlossaryBody(term=entry.term, translations=dict(entry.translations)) for entry in room.glossary
    ]
    return RoomDetail(**dict(row), glossary=glossary, closed_at=room.closed_at)
