"""Screens of booths: bound, found by their token, and given a place in a room when they need one."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import BoothNotFound, RoomNotFound, ScreenNotFound
from server.store.database import Database
from server.store.events import find_event
from server.store.key import Key, token_hash
from server.store.links import add_link, derive_token, revoke_links
from server.store.people import add_person, person_id
from server.store.records import NewPerson, Screen, Token, VenueSends
from server.store.tables import BoothRow, LinkRow, PersonRow, RoomRow, ScreenRow

SEEN = timedelta(seconds=30)
"""No oftener is it written down that a screen was seen."""
Places = list[tuple[str, str]]
"""(room, person), those whose rooms are to be told."""


class ScreenRepository:
    def __init__(self, database: Database, key: Key) -> None:
        self._database = database
        self._key = key

    async def of_event(self, event: str) -> list[Screen]:
        """By booth and name."""
        async with self._database.read() as session:
            order = (ScreenRow.booth, ScreenRow.name, ScreenRow.id)
            query = select(ScreenRow).where(ScreenRow.event == event).order_by(*order)
            return [_to_screen(row) for row in await session.scalars(query)]

    async def of_token(self, token: str) -> Screen | None:
        """Whose token it is; notes that it was seen."""
        query = select(ScreenRow).where(ScreenRow.token_hash == token_hash(token))
        now = datetime.now(UTC)
        async with self._database.read() as session:
            row = await session.scalar(query)
        if row is not None and row.seen_at + SEEN < now:
            async with self._database.write() as session:
                await session.execute(update(ScreenRow).where(ScreenRow.id == row.id).values(seen_at=now))
        return None if row is None else _to_screen(row)

    async def bind(self, known: str, event: str, booth: str, name: str, reads: str) -> Screen:
        """`known`: the hash of its token. Raises EventNotFound, BoothNotFound."""
        now = datetime.now(UTC)
        async with self._database.write() as session:
            await find_event(session, event)
            await _check_booth(session, event, booth)
            row = ScreenRow(
                id="s" + base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower(),
                token_hash=known,
                event=event,
                booth=booth,
                name=name,
                reads=reads,
                sends="nothing",
                bound_at=now,
                seen_at=now,
            )
            session.add(row)
            return _to_screen(row)

    async def change(
        self,
        id: str,
        *,
        booth: str | None = None,
        name: str | None = None,
        reads: str | None = None,
        sends: VenueSends | None = None,
    ) -> tuple[Screen, Places]:
        """Another booth ends its places in the rooms of the one before.

        Raises ScreenNotFound, BoothNotFound.
        """
        async with self._database.write() as session:
            row = await _find(session, id)
            left: Places = []
            if booth is not None and booth != row.booth:
                await _check_booth(session, row.event, booth)
                row.booth = booth
                left = await _leave(session, id)
            row.name = row.name if name is None else name
            row.reads = row.reads if reads is None else reads
            row.sends = row.sends if sends is None else sends
            values: dict[str, str] = {"name": row.name, "sends": row.sends}
            if reads is not None:
                values |= {"reads": reads, "speaks": reads}
            places = await _places(session, id)
            for place in places:
                for column, value in values.items():
                    setattr(place, column, value)
            return _to_screen(row), left + [(place.room_id, person_id(place.number)) for place in places]

    async def unbind(self, id: str) -> Places:
        """Its token and its places in rooms count for nothing any more. Raises ScreenNotFound."""
        async with self._database.write() as session:
            row = await _find(session, id)
            left = await _leave(session, id)
            await session.delete(row)
            return left

    async def enter(self, screen: Screen, room: str) -> tuple[Token | None, bool]:
        """The token of its link into the room, None when that was revoked; whether the place is a new one.

        Raises RoomNotFound.
        """
        async with self._database.read() as session:
            place = await _place(session, screen.id, room)
            if place is not None:
                return await self._token(session, place), False
        async with self._database.write() as session:
            place = await _place(session, screen.id, room)
            if place is not None:
                return await self._token(session, place), False
            room_row = await session.get(RoomRow, room)
            if room_row is None:
                raise RoomNotFound("there is no room with this id")
            new = NewPerson("venue", screen.name, "", screen.reads, screen.reads)
            place = add_person(session, room_row, new, room_row.last_person)
            place.screen, place.sends = screen.id, screen.sends
            await session.flush()
            return add_link(session, self._key, place), True

    async def _token(self, session: AsyncSession, place: PersonRow) -> Token | None:
        token = derive_token(self._key, place)
        link = await session.get(LinkRow, token_hash(token))
        return None if link is None or link.revoked_at is not None else token


async def follow_booths(session: AsyncSession, event: str, names: Mapping[str, str]) -> None:
    """`names`: booths' names until now → as they are."""
    query = select(ScreenRow).where(ScreenRow.event == event, ScreenRow.booth.in_(names))
    for row in list(await session.scalars(query)):
        row.booth = names[row.booth]
    await session.flush()


async def end_foreign_places(session: AsyncSession, rooms: Sequence[str]) -> None:
    """Screens that are not of these rooms' booths have no place in them any more."""
    query = (
        select(PersonRow)
        .join(RoomRow, RoomRow.id == PersonRow.room_id)
        .outerjoin(ScreenRow, ScreenRow.id == PersonRow.screen)
        .where(PersonRow.room_id.in_(rooms), PersonRow.screen.is_not(None), PersonRow.removed_at.is_(None))
        .where(
            or_(ScreenRow.id.is_(None), ScreenRow.event != RoomRow.event, ScreenRow.booth != RoomRow.booth)
        )
    )
    await _end(session, list(await session.scalars(query)))


async def _find(session: AsyncSession, id: str) -> ScreenRow:
    row = await session.get(ScreenRow, id)
    if row is None:
        raise ScreenNotFound("there is no screen with this id")
    return row


async def _check_booth(session: AsyncSession, event: str, booth: str) -> None:
    """Raises BoothNotFound."""
    if await session.get(BoothRow, (event, booth)) is None:
        raise BoothNotFound("the event has no booth of this name", field="booth")


async def _places(session: AsyncSession, screen: str) -> list[PersonRow]:
    query = select(PersonRow).where(PersonRow.screen == screen, PersonRow.removed_at.is_(None))
    return list(await session.scalars(query))


async def _place(session: AsyncSession, screen: str, room: str) -> PersonRow | None:
    query = select(PersonRow).where(
        PersonRow.room_id == room, PersonRow.screen == screen, PersonRow.removed_at.is_(None)
    )
    return (await session.scalars(query)).first()


async def _leave(session: AsyncSession, screen: str) -> Places:
    """Ends its places, also in rooms that are over."""
    places = await _places(session, screen)
    await _end(session, places)
    return [(place.room_id, person_id(place.number)) for place in places]


async def _end(session: AsyncSession, places: Sequence[PersonRow]) -> None:
    for place in places:
        place.removed_at = datetime.now(UTC)
        await revoke_links(session, place)
    await session.flush()


def _to_screen(row: ScreenRow) -> Screen:
    return Screen(
        id=row.id,
        event=row.event,
        booth=row.booth,
        name=row.name,
        reads=row.reads,
        sends=cast("VenueSends", row.sends),
        bound_at=row.bound_at,
        seen_at=row.seen_at,
    )
