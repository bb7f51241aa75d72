"""One participant's data, to hand out or to erase; and what was said in rooms, to delete in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import ParticipantNotFound, RoomInUse
from server.store.database import Database
from server.store.links import revoke_links
from server.store.people import person_id
from server.store.tables import (
    CalendarRow,
    CaptionRevisionRow,
    CaptionRow,
    ConsentRow,
    DeskRow,
    EditRow,
    LinkRow,
    MailRow,
    NoticeAcceptanceRow,
    ParticipantLinkRow,
    ParticipantRow,
    PersonRow,
    RoomRow,
    VisitRow,
    WishRow,
)


@dataclass(frozen=True, slots=True)
class Attendance:
    """A participant's place in a room, also one they were taken off."""

    room: str
    person: str


class PersonalDataRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def places(self, participant: str) -> list[Attendance]:
        """All that there ever were. Raises ParticipantNotFound."""
        async with self._database.read() as session:
            await _find(session, participant)
            return [
                Attendance(row.room_id, person_id(row.number)) for row in await _people(session, participant)
            ]

    async def export(self, participant: str) -> dict[str, Any]:
        """Everything kept of them, as JSON values; no secrets of links. Raises ParticipantNotFound."""
        async with self._database.read() as session:
            row = await _find(session, participant)
            people = await _people(session, participant)
            return {
                "participant": _columns(row, but=("link_serial",)),
                "links_to_own_page": await _rows(session, ParticipantLinkRow, participant, but=_SECRET),
                "calendar": await _rows(session, CalendarRow, participant),
                "wishes": await _rows(session, WishRow, participant),
                "mails": await _rows(session, MailRow, participant, but=("base_url", "told")),
                "consultations": [await _consultation(session, person) for person in people],
            }

    async def check_erasable(self, participant: str) -> None:
        """Raises ParticipantNotFound, RoomInUse."""
        async with self._database.read() as session:
            await _find(session, participant)
            await _check_closed(session, await _people(session, participant))

    async def erase(self, participant: str) -> None:
        """Name, company, address, languages' profile, words and links; what others said stays.

        Raises ParticipantNotFound; RoomInUse while a room of theirs is open.
        """
        async with self._database.write() as session:
            row = await _find(session, participant)
            people = await _people(session, participant)
            await _check_closed(session, people)
            names = {row.name, *(person.name for person in people)} - {""}
            now = datetime.now(UTC)
            for person in people:
                await _erase_words(session, person, names)
                await revoke_links(session, person)
                person.name = person.company = ""
                person.removed_at = person.removed_at or now
            for table in (ParticipantLinkRow, CalendarRow, WishRow, MailRow):
                await session.execute(delete(table).where(table.participant == participant))
            await session.execute(delete(WishRow).where(WishRow.about == participant))
            # What could be taken back holds people as they were.
            await session.execute(delete(EditRow).where(EditRow.event == row.event))
            row.name = row.company = row.email = ""
            row.time_zone, row.profile = None, {}
            row.removed_at = now

    async def empty(self, rooms: Sequence[str]) -> None:
        """Deletes what was said in closed rooms; the rooms and their people stay."""
        async with self._database.write() as session:
            closed = select(RoomRow.id).where(RoomRow.id.in_(rooms), RoomRow.state == "closed")
            found = list(await session.scalars(closed))
            for table in (CaptionRow, DeskRow):
                await session.execute(delete(table).where(table.room_id.in_(found)))
            await session.execute(
                update(RoomRow).where(RoomRow.id.in_(found)).values(emptied_at=datetime.now(UTC))
            )


_SECRET = ("token_hash", "serial")


async def _find(session: AsyncSession, id: str) -> ParticipantRow:
    """Also somebody who was taken off the list, but nobody who was erased. Raises ParticipantNotFound."""
    row = await session.get(ParticipantRow, id)
    if row is None or (row.removed_at is not None and not (row.name or row.company)):
        raise ParticipantNotFound("there is nobody with this id in the event")
    return row


async def _people(session: AsyncSession, participant: str) -> list[PersonRow]:
    query = select(PersonRow).where(PersonRow.participant == participant)
    return list(await session.scalars(query.order_by(PersonRow.room_id, PersonRow.number)))


async def _check_closed(session: AsyncSession, people: Sequence[PersonRow]) -> None:
    """Raises RoomInUse."""
    for person in people:
        room = await session.get_one(RoomRow, person.room_id)
        if room.state == "open":
            raise RoomInUse(f"close “{room.title}” first: the person has a place in it")


async def _rows(
    session: AsyncSession,
    table: type[ParticipantLinkRow] | type[CalendarRow] | type[WishRow] | type[MailRow],
    participant: str,
    but: Sequence[str] = (),
) -> list[dict[str, Any]]:
    query = select(table).where(table.participant == participant)
    return [_columns(row, but=("participant", *but)) for row in await session.scalars(query)]


async def _consultation(session: AsyncSession, person: PersonRow) -> dict[str, Any]:
    room = await session.get_one(RoomRow, person.room_id)
    told = {name: getattr(room, name) for name in ("id", "title", "event", "booth", "duration_min")}
    times = {name: _plain(getattr(room, name)) for name in ("starts_at", "opened_at", "closed_at")}
    return {
        "room": told | times,
        "you": _columns(person, but=("room_id", "link_serial", "last_caption")),
        # While it goes on an interpreter may still hold numbers and names back.
        "said": [
            {"spoken_at": _plain(caption.spoken_at), **revision.body}
            for caption, revision in (await _said(session, person) if room.state != "open" else ())
        ],
        "partner_messages": await _written(session, person),
        "links": await _in_place(session, LinkRow, person, but=_SECRET),
        "visits": await _in_place(session, VisitRow, person),
        "answers_on_recording": await _in_place(session, ConsentRow, person),
        "accepted_texts": await _in_place(session, NoticeAcceptanceRow, person),
    }


async def _in_place(
    session: AsyncSession,
    table: type[LinkRow] | type[ConsentRow] | type[NoticeAcceptanceRow] | type[VisitRow],
    person: PersonRow,
    but: Sequence[str] = (),
) -> list[dict[str, Any]]:
    query = select(table).where(table.room_id == person.room_id, table.person_number == person.number)
    return [_columns(row, but=("room_id", "person_number", *but)) for row in await session.scalars(query)]


async def _said(session: AsyncSession, person: PersonRow) -> list[tuple[CaptionRow, CaptionRevisionRow]]:
    """Every revision of what the person said."""
    speaker = CaptionRevisionRow.body["speaker"].as_string() == person_id(person.number)
    query = (
        select(CaptionRow, CaptionRevisionRow)
        .join(CaptionRevisionRow, CaptionRevisionRow.caption_id == CaptionRow.id)
        .where(CaptionRow.room_id == person.room_id, speaker)
        .order_by(CaptionRow.start_ms, CaptionRow.id, CaptionRevisionRow.rev)
    )
    return [(caption, revision) for caption, revision in (await session.execute(query)).all()]


async def _written(session: AsyncSession, person: PersonRow) -> list[Any]:
    """To the partners at the desk."""
    desk = await session.get(DeskRow, person.room_id)
    messages = [] if desk is None else desk.body["partner_messages"]
    return [one for one in messages if one["person"] == person_id(person.number)]


async def _erase_words(session: AsyncSession, person: PersonRow, names: set[str]) -> None:
    """What they said goes; where they corrected others, their name does."""
    desk = await session.get(DeskRow, person.room_id)
    if desk is not None:
        others = [one for one in desk.body["partner_messages"] if one["person"] != person_id(person.number)]
        desk.body = desk.body | {"partner_messages": others}
    said = {caption.id for caption, _ in await _said(session, person)}
    await session.execute(delete(CaptionRow).where(CaptionRow.id.in_(said)))
    of_room = select(CaptionRow.id).where(CaptionRow.room_id == person.room_id)
    # Revisions from before ids were noted have the name alone.
    by_id = CaptionRevisionRow.body["by_id"].as_string()
    theirs = or_(
        by_id == person_id(person.number), and_(by_id.is_(None), CaptionRevisionRow.author.in_(names))
    )
    query = select(CaptionRevisionRow).where(CaptionRevisionRow.caption_id.in_(of_room), theirs)
    for revision in await session.scalars(query):
        revision.author = None
        revision.body = revision.body | {"by": None, "by_id": None}


def _columns(row: Any, but: Sequence[str] = ()) -> dict[str, Any]:
    names = (column.key for column in row.__table__.columns)
    return {name: _plain(getattr(row, name)) for name in names if name not in but}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
