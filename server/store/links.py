"""Links: a person's secret way into a room. Hashes are stored; the token is derived from the key file."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import RevokedLink, UnknownLink
from server.store.database import Database
from server.store.key import Key, token_hash
from server.store.people import find_person, person_id
from server.store.records import LinkTarget, Token
from server.store.tables import LinkRow, PersonRow


class LinkRepository:
    def __init__(self, database: Database, key: Key) -> None:
        self._database = database
        self._key = key

    async def resolve(self, token: str) -> LinkTarget:
        """Whose link it is. Raises UnknownLink, RevokedLink."""
        async with self._database.read() as session:
            row = await session.get(LinkRow, token_hash(token))
        if row is None:
            raise UnknownLink("this link is not known; ask the organiser for a new one")
        if row.revoked_at is not None:
            raise RevokedLink("this link is no longer valid; ask the organiser for a new one")
        return LinkTarget(row.room_id, person_id(row.person_number))

    async def url_token(self, room: str, person: str) -> Token | None:
        """The token of the person's current link, None when it was revoked. Raises PersonNotFound."""
        async with self._database.read() as session:
            row = await find_person(session, room, person)
            token = derive_token(self._key, row)
            link = await session.get(LinkRow, token_hash(token))
        return None if link is None or link.revoked_at is not None else token

    async def replace(self, room: str, person: str) -> Token:
        """A new link; the ones before it stop working. Raises PersonNotFound."""
        async with self._database.write() as session:
            row = await find_person(session, room, person)
            await revoke_links(session, row)
            row.link_serial += 1
            return add_link(session, self._key, row)

    async def revoke(self, room: str, person: str) -> None:
        """The person's links stop working. Raises PersonNotFound."""
        async with self._database.write() as session:
            await revoke_links(session, await find_person(session, room, person))


def derive_token(key: Key, person: PersonRow) -> Token:
    return Token(key.derive("link", person.room_id, person.number, person.link_serial))


def add_link(session: AsyncSession, key: Key, person: PersonRow) -> Token:
    """Stores the link with the person's current serial."""
    token = derive_token(key, person)
    session.add(
        LinkRow(
            token_hash=token_hash(token),
            room_id=person.room_id,
            person_number=person.number,
            serial=person.link_serial,
            created_at=datetime.now(UTC),
            revoked_at=None,
        )
    )
    return token


async def revoke_links(session: AsyncSession, person: PersonRow) -> None:
    await session.execute(
        update(LinkRow)
        .where(
            LinkRow.room_id == person.room_id,
            LinkRow.person_number == person.number,
            LinkRow.revoked_at.is_(None),
        )
        .values(revoked_at=datetime.now(UTC))
    )
