"""Final captions and every revision of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError

from server.errors import CaptionOutdated, RoomNotFound
from server.store.database import Database
from server.store.people import find_person
from server.store.records import StoredCaption
from server.store.tables import CaptionRevisionRow, CaptionRow
from wire.captions import Caption


class CaptionRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_number(self, room: str, person: str, *, count: int = 1) -> int:
        """The first of `count` caption numbers that were never given to the person before, restarts included.

        Raises PersonNotFound.
        """
        async with self._database.write() as session:
            row = await find_person(session, room, person)
            first = row.last_caption + 1
            row.last_caption += count
            return first

    async def save(self, stored: StoredCaption) -> None:
        """A new caption, or a newer revision of one. Saving the same revision again changes nothing.

        Raises CaptionOutdated when that or a newer revision is stored already with something else in it,
        RoomNotFound when the room was removed meanwhile.
        """
        try:
            await self._save(stored)
        except IntegrityError:
            if stored.source is not None and await self.has_source(stored.source):
                return  # the same utterance, stored under another id
            raise RoomNotFound("the room of the caption is not there any more") from None

    async def _save(self, stored: StoredCaption) -> None:
        caption = stored.caption
        body = caption.model_dump(mode="json")
        async with self._database.write() as session:
            row = await session.get(CaptionRow, caption.id)
            if row is None:
                row = CaptionRow(
                    id=caption.id,
                    room_id=stored.room,
                    rev=caption.rev,
                    start_ms=caption.start_ms,
                    spoken_at=stored.spoken_at,
                    source=stored.source,
                )
                session.add(row)
                await session.flush()
            elif caption.rev <= row.rev:
                same = await session.get(CaptionRevisionRow, (caption.id, caption.rev))
                if same is not None and Caption.model_validate(same.body) == caption:
                    return
                raise CaptionOutdated("the caption was changed meanwhile")
            else:
                row.rev = caption.rev
            session.add(
                CaptionRevisionRow(
                    caption_id=caption.id,
                    rev=caption.rev,
                    state=caption.state,
                    author=caption.by,
                    saved_at=stored.saved_at or datetime.now(UTC),
                    body=body,
                )
            )

    async def has_source(self, source: str) -> bool:
        """Whether a caption was made of the utterance."""
        async with self._database.read() as session:
            return await session.scalar(select(CaptionRow.id).where(CaptionRow.source == source)) is not None

    async def get(self, caption_id: str) -> StoredCaption | None:
        """Its newest revision."""
        newest = await self._select(CaptionRow.id == caption_id, newest=True)
        return newest[0] if newest else None

    async def of_room(self, room: str) -> list[StoredCaption]:
        """Newest revisions, in the order they were spoken."""
        return await self._select(CaptionRow.room_id == room, newest=True)

    async def last_of_room(self, room: str, count: int) -> list[StoredCaption]:
        """As `of_room`, only the `count` that were spoken last."""
        return await self._select(CaptionRow.room_id == room, newest=True, last=count)

    async def saved_since(self, room: str, since: datetime, *, limit: int) -> list[StoredCaption]:
        """Newest revisions saved at `since` or later, the last `limit` in the order they were spoken."""
        changed = and_(CaptionRow.room_id == room, CaptionRevisionRow.saved_at >= since)
        return await self._select(changed, newest=True, last=limit)

    async def revisions(self, room: str) -> list[StoredCaption]:
        """All revisions of all captions, in the order they were spoken and then written."""
        return await self._select(CaptionRow.room_id == room, newest=False)

    async def _select(
        self, condition: ColumnElement[bool], *, newest: bool, last: int | None = None
    ) -> list[StoredCaption]:
        joined = CaptionRevisionRow.caption_id == CaptionRow.id
        if newest:
            joined = and_(joined, CaptionRevisionRow.rev == CaptionRow.rev)
        order = (CaptionRow.start_ms, CaptionRow.id, CaptionRevisionRow.rev)
        query = select(CaptionRow, CaptionRevisionRow).join(CaptionRevisionRow, joined).where(condition)
        if last is None:
            query = query.order_by(*order)
        else:
            query = query.order_by(*(column.desc() for column in order)).limit(last)
        async with self._database.read() as session:
            rows = list((await session.execute(query)).all())
        if last is not None:
            rows.reverse()
        return [
            StoredCaption(
                room=caption.room_id,
                caption=Caption.model_validate(revision.body),
                spoken_at=caption.spoken_at,
                saved_at=revision.saved_at,
            )
            for caption, revision in rows
        ]
