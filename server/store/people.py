"""Rows of people: how they are found, read and added."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import PersonNotFound
from server.store.records import NewPerson, Person, Role, VenueSends
from server.store.tables import PersonRow, RoomRow


def person_id(number: int) -> str:
    return f"p{number}"


async def find_person(session: AsyncSession, room: str, person: str) -> PersonRow:
    """Somebody who has a place in the room. Raises PersonNotFound."""
    digits = person[1:]
    if person[:1] == "p" and digits.isascii() and digits.isdigit() and len(digits) <= 6:
        row = await session.get(PersonRow, (room, int(digits)))
        if row is not None and row.removed_at is None and person_id(row.number) == person:
            return row
    raise PersonNotFound("there is nobody with this id in the room", field="person")


async def people_of(session: AsyncSession, rooms: list[str] | None, *, removed: bool) -> list[PersonRow]:
    """In the rooms' order of people; all rooms' when `rooms` is None."""
    query = select(PersonRow).order_by(PersonRow.room_id, PersonRow.position, PersonRow.number)
    if rooms is not None:
        query = query.where(PersonRow.room_id.in_(rooms))
    if not removed:
        query = query.where(PersonRow.removed_at.is_(None))
    return list(await session.scalars(query))


def add_person(session: AsyncSession, room: RoomRow, person: NewPerson, position: int) -> PersonRow:
    """A row with the next free number; its link is the caller's."""
    room.last_person += 1
    row = PersonRow(
        room_id=room.id,
        number=room.last_person,
        position=position,
        role=person.role,
        name=person.name,
        company=person.company,
        speaks=person.speaks,
        reads=person.reads,
        link_serial=1,
        last_caption=0,
        removed_at=None,
    )
    session.add(row)
    return row


def to_person(row: PersonRow) -> Person:
    return Person(
        person_id(row.number),
        cast("Role", row.role),
        row.name,
        row.company,
        row.speaks,
        row.reads,
        participant=row.participant,
        sends=cast("VenueSends", row.sends),
        screen=row.screen,
    )
