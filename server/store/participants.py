"""Participants of events: sellers, buyers and interpreters, and who of them the people of a room are."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from pydantic import TypeAdapter
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import ParticipantNotFound, RevokedLink, UnknownLink
from server.store.database import Database
from server.store.events import find_event, make_event
from server.store.identity import Identity, folded, identity
from server.store.key import Key, token_hash
from server.store.records import Participant, ParticipantDetails, ParticipantPatch, Profile, Role, Token
from server.store.tables import ParticipantLinkRow, ParticipantRow, PersonRow, RoomRow

_ENROLLED: frozenset[str] = frozenset({"seller", "buyer", "interpreter"})
_profile: TypeAdapter[Profile] = TypeAdapter(Profile)


class ParticipantRepository:
    def __init__(self, database: Database, key: Key) -> None:
        self._database = database
        self._key = key

    async def enrol_all(self) -> None:
        """People of rooms that named an event before there were participants."""
        async with self._database.write() as session:
            query = (
                select(PersonRow, RoomRow.event)
                .join(RoomRow, RoomRow.id == PersonRow.room_id)
                .where(
                    RoomRow.event != "",
                    PersonRow.participant.is_(None),
                    PersonRow.removed_at.is_(None),
                    PersonRow.role.in_(_ENROLLED),
                )
            )
            by_event: dict[str, list[PersonRow]] = {}
            for person, event in (await session.execute(query)).all():
                by_event.setdefault(event, []).append(person)
            for event, people in by_event.items():
                await enrol(session, event, people)

    async def of_event(self, event: str) -> list[Participant]:
        """By role, company and name."""
        async with self._database.read() as session:
            return [_to_participant(row) for row in await _participants(session, event)]

    async def former(self, event: str) -> list[Participant]:
        """Who was taken off the list and is not erased, the last first."""
        query = select(ParticipantRow).where(
            ParticipantRow.event == event,
            ParticipantRow.removed_at.is_not(None),
            or_(ParticipantRow.name != "", ParticipantRow.company != ""),
        )
        async with self._database.read() as session:
            rows = await session.scalars(query.order_by(ParticipantRow.removed_at.desc(), ParticipantRow.id))
            return [_to_participant(row) for row in rows]

    async def time_zones(self) -> dict[Identity, str]:
        """Where participants are, as far as it is known."""
        query = select(ParticipantRow).where(ParticipantRow.time_zone.is_not(None))
        async with self._database.read() as session:
            return {
                identity(row.role, row.company, row.name): row.time_zone or ""
                for row in await session.scalars(query)
            }

    async def news(self, details: Sequence[ParticipantDetails]) -> list[ParticipantDetails]:
        """Those that say something new."""
        known = {event: await self.of_event(event) for event in {detail.event for detail in details}}
        return [detail for detail in details if says_more(detail, known[detail.event])]

    async def get(self, id: str) -> Participant:
        """Raises ParticipantNotFound."""
        async with self._database.read() as session:
            return _to_participant(await find_participant(session, id))

    async def add(self, new: Participant) -> Participant:
        """With an id of its own and a link; `new.id` counts for nothing. Raises EventNotFound."""
        async with self._database.write() as session:
            await find_event(session, new.event)
            return await self.add_in(session, new)

    async def add_in(self, session: AsyncSession, new: Participant) -> Participant:
        row = _add_participant(session, new)
        await session.flush()
        self._add_link(session, row)
        return _to_participant(row)

    async def change(self, id: str, patch: ParticipantPatch) -> Participant:
        """Also in the rooms where the person still has the name, company and languages changed here.

        Raises ParticipantNotFound.
        """
        async with self._database.write() as session:
            return await self.change_in(session, id, patch)

    async def change_in(self, session: AsyncSession, id: str, patch: ParticipantPatch) -> Participant:
        row = await find_participant(session, id)
        for name in ("name", "company", "speaks", "reads"):
            value = getattr(patch, name)
            if value is None or value == getattr(row, name):
                continue
            column = getattr(PersonRow, name)
            await session.execute(
                update(PersonRow)
                .where(PersonRow.participant == id, column == getattr(row, name))
                .values({name: value})
            )
            setattr(row, name, value)
        row.email = row.email if patch.email is None else patch.email
        row.time_zone = row.time_zone if patch.time_zone is None else patch.time_zone or None
        if patch.profile is not None:
            row.profile = _profile.dump_python(patch.profile, mode="json")
        return _to_participant(row)

    async def rooms_of(self, participant: str) -> list[tuple[str, int]]:
        """(room, person's number) wherever the participant has a place."""
        async with self._database.read() as session:
            query = select(PersonRow.room_id, PersonRow.number).where(
                PersonRow.participant == participant, PersonRow.removed_at.is_(None)
            )
            return [(room, number) for room, number in (await session.execute(query)).all()]

    # --- links to a participant's own page ---

    async def resolve(self, token: str) -> Participant:
        """Whose page it is. Raises UnknownLink, RevokedLink."""
        async with self._database.read() as session:
            link = await session.get(ParticipantLinkRow, token_hash(token))
            if link is None:
                raise UnknownLink("this link is not known; ask the organiser for a new one")
            if link.revoked_at is not None:
                raise RevokedLink("this link is no longer valid; ask the organiser for a new one")
            return _to_participant(await find_participant(session, link.participant))

    async def token(self, participant: str) -> Token:
        """Of the current link, made when there never was one. Raises ParticipantNotFound, RevokedLink."""
        async with self._database.write() as session:
            row = await find_participant(session, participant)
            token = self._derive(row)
            link = await session.get(ParticipantLinkRow, token_hash(token))
            if link is None:
                return self._add_link(session, row)
            if link.revoked_at is not None:
                raise RevokedLink("the link was revoked; make a new one")
            return token

    async def replace_link(self, participant: str) -> Token:
        """A new link; those before it stop working. Raises ParticipantNotFound."""
        async with self._database.write() as session:
            return await self._replace(session, await find_participant(session, participant))

    async def revoke_link(self, participant: str) -> None:
        """Raises ParticipantNotFound."""
        async with self._database.write() as session:
            await _revoke(session, await find_participant(session, participant))

    async def _replace(self, session: AsyncSession, row: ParticipantRow) -> Token:
        await _revoke(session, row)
        row.link_serial += 1
        return self._add_link(session, row)

    def _derive(self, row: ParticipantRow) -> Token:
        return Token(self._key.derive("participant", row.id, row.link_serial))

    def _add_link(self, session: AsyncSession, row: ParticipantRow) -> Token:
        token = self._derive(row)
        session.add(
            ParticipantLinkRow(
                token_hash=token_hash(token),
                participant=row.id,
                serial=row.link_serial,
                created_at=datetime.now(UTC),
                revoked_at=None,
            )
        )
        return token


async def enrol(session: AsyncSession, event: str, people: Sequence[PersonRow]) -> None:
    """Ties the people of a room to the event's participants, who are made where there are none yet.

    The same person is who has the same role, company and name, however it is written in capitals and spaces.
    """
    if not event:
        for person in people:
            person.participant = None
        return
    await make_event(session, event)
    known = {identity(row.role, row.company, row.name): row for row in await _participants(session, event)}
    by_id = {row.id: row for row in known.values()}
    for person in people:
        if person.role not in _ENROLLED:
            continue
        key = identity(person.role, person.company, person.name)
        tied = by_id.get(person.participant or "")
        if (
            tied is not None
            and (key in known or _is_colleague(person, tied))
            and known.get(key, tied) is tied
        ):
            continue
        row = known.get(key)
        if row is None:
            row = known[key] = _add_participant(
                session,
                Participant(
                    id="",
                    event=event,
                    role=cast("Role", person.role),
                    name=person.name,
                    company=person.company,
                    speaks=person.speaks,
                    reads=person.reads,
                ),
            )
        person.participant = row.id


def _is_colleague(person: PersonRow, tied: ParticipantRow) -> bool:
    """Somebody of the same company, or the same person under a name they typed themselves."""
    return person.role == tied.role and folded(person.company) == folded(tied.company)


def _add_participant(session: AsyncSession, new: Participant) -> ParticipantRow:
    row = ParticipantRow(
        id="m" + base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower(),
        event=new.event,
        role=new.role,
        name=new.name,
        company=new.company,
        email=new.email,
        speaks=new.speaks,
        reads=new.reads,
        time_zone=new.time_zone,
        profile=_profile.dump_python(new.profile, mode="json"),
        link_serial=1,
        created_at=datetime.now(UTC),
        removed_at=None,
    )
    session.add(row)
    return row


def says_more(detail: ParticipantDetails, known: Sequence[Participant]) -> bool:
    """Whether `fill_in` would change anything."""
    key = identity(detail.role, detail.company, detail.name)
    found = next((one for one in known if identity(one.role, one.company, one.name) == key), None)
    if found is None:
        return True
    email, zone = detail.email or found.email, detail.time_zone or found.time_zone
    profile = found.profile if detail.profile is None else _joined(found.profile, detail.profile)
    return (email, zone, profile) != (found.email, found.time_zone, found.profile)


async def fill_in(session: AsyncSession, details: Sequence[ParticipantDetails]) -> None:
    """What a list says of participants besides their rooms; empty values say nothing."""
    known: dict[str, dict[Identity, ParticipantRow]] = {}
    for detail in details:
        if detail.event not in known:
            await make_event(session, detail.event)
            rows = await _participants(session, detail.event)
            known[detail.event] = {identity(row.role, row.company, row.name): row for row in rows}
        people = known[detail.event]
        key = identity(detail.role, detail.company, detail.name)
        row = people.get(key)
        if row is None:
            row = people[key] = _add_participant(session, detail.participant())
        row.email = detail.email or row.email
        row.time_zone = detail.time_zone or row.time_zone
        if detail.profile is not None:
            before = _profile.validate_python(row.profile)
            row.profile = _profile.dump_python(_joined(before, detail.profile), mode="json")


def _joined(before: Profile, new: Profile) -> Profile:
    return Profile(
        languages=new.languages or before.languages,
        hours=new.hours or before.hours,
        products=new.products or before.products,
        categories=new.categories or before.categories,
        website=new.website or before.website,
        notes=new.notes or before.notes,
        documents=new.documents or before.documents,
    )


async def remove_participant(session: AsyncSession, id: str) -> None:
    """Raises ParticipantNotFound."""
    (await find_participant(session, id)).removed_at = datetime.now(UTC)


async def find_participant(session: AsyncSession, id: str) -> ParticipantRow:
    row = await session.get(ParticipantRow, id)
    if row is None or row.removed_at is not None:
        raise ParticipantNotFound("there is nobody with this id in the event")
    return row


async def _participants(session: AsyncSession, event: str) -> list[ParticipantRow]:
    order = (ParticipantRow.role.desc(), ParticipantRow.company, ParticipantRow.name, ParticipantRow.id)
    query = select(ParticipantRow).where(ParticipantRow.event == event, ParticipantRow.removed_at.is_(None))
    return list(await session.scalars(query.order_by(*order)))


async def _revoke(session: AsyncSession, row: ParticipantRow) -> None:
    await session.execute(
        update(ParticipantLinkRow)
        .where(ParticipantLinkRow.participant == row.id, ParticipantLinkRow.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
    )


def _to_participant(row: ParticipantRow) -> Participant:
    return Participant(
        id=row.id,
        event=row.event,
        role=cast("Role", row.role),
        name=row.name,
        company=row.company,
        speaks=row.speaks,
        reads=row.reads,
        email=row.email,
        time_zone=row.time_zone,
        profile=_profile.validate_python(row.profile),
    )
