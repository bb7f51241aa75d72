"""The queue of mails, kept so that none is lost or sent twice when the server ends."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy import select, update

from server.store.database import Database
from server.store.tables import MailRow, ParticipantRow

MailState = Literal["waiting", "sending", "sent", "refused", "unsure"]
"""`unsure`: the server ended, or the connection, before it was known whether the mail was taken."""


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    participant: str
    base_url: str
    second: str
    note: str
    whole: bool
    state: MailState
    kind: str
    address: str
    told: Mapping[str, int]
    tries: int
    due_at: datetime
    reason: str
    made_at: datetime
    ended_at: datetime | None


class MailRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, participants: Sequence[str], base_url: str, second: str, note: str, *, whole: bool
    ) -> int:
        """Queues one for each who has none waiting; how many."""
        now = datetime.now(UTC)
        async with self._database.write() as session:
            query = select(MailRow.participant).where(MailRow.state.in_(("waiting", "sending")))
            busy = set(await session.scalars(query))
            wanted = [one for one in dict.fromkeys(participants) if one not in busy]
            for participant in wanted:
                session.add(
                    MailRow(
                        id=secrets.token_hex(12),
                        participant=participant,
                        base_url=base_url,
                        second=second,
                        note=note,
                        whole=whole,
                        state="waiting",
                        kind="",
                        address="",
                        told={},
                        tries=0,
                        due_at=now,
                        reason="",
                        made_at=now,
                        ended_at=None,
                    )
                )
            return len(wanted)

    async def of_event(self, event: str) -> dict[str, list[Mail]]:
        """By participant, the oldest first."""
        query = (
            select(MailRow)
            .join(ParticipantRow, ParticipantRow.id == MailRow.participant)
            .where(ParticipantRow.event == event)
            .order_by(MailRow.made_at, MailRow.id)
        )
        found: dict[str, list[Mail]] = {}
        async with self._database.read() as session:
            for row in await session.scalars(query):
                found.setdefault(row.participant, []).append(_to_mail(row))
        return found

    async def of_participant(self, participant: str) -> list[Mail]:
        """The oldest first."""
        query = select(MailRow).where(MailRow.participant == participant)
        async with self._database.read() as session:
            rows = await session.scalars(query.order_by(MailRow.made_at, MailRow.id))
            return [_to_mail(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """When the next one is to be sent."""
        query = select(MailRow.due_at).where(MailRow.state == "waiting").order_by(MailRow.due_at).limit(1)
        async with self._database.read() as session:
            return await session.scalar(query)

    async def take(self, now: datetime) -> Mail | None:
        """The next one that is due, marked as being sent."""
        query = select(MailRow).where(MailRow.state == "waiting", MailRow.due_at <= now)
        async with self._database.write() as session:
            row = (await session.scalars(query.order_by(MailRow.due_at, MailRow.id).limit(1))).first()
            if row is None:
                return None
            row.state, row.tries = "sending", row.tries + 1
            return _to_mail(row)

    async def end(
        self,
        id: str,
        state: Literal["sent", "refused", "unsure"],
        *,
        reason: str = "",
        kind: str = "",
        address: str = "",
        told: Mapping[str, int] | None = None,
    ) -> None:
        values = {"state": state, "reason": reason, "ended_at": datetime.now(UTC)}
        values |= {"kind": kind, "address": address, "told": dict(told or {})}
        async with self._database.write() as session:
            await session.execute(update(MailRow).where(MailRow.id == id).values(values))

    async def put_off(self, id: str, due_at: datetime, reason: str) -> None:
        async with self._database.write() as session:
            values = {"state": "waiting", "due_at": due_at, "reason": reason}
            await session.execute(update(MailRow).where(MailRow.id == id).values(values))

    async def stop(self, participants: Sequence[str]) -> int:
        """Those that wait are not sent; how many."""
        async with self._database.write() as session:
            waiting = MailRow.state == "waiting", MailRow.participant.in_(participants)
            rows = list(await session.scalars(select(MailRow).where(*waiting)))
            for row in rows:
                await session.delete(row)
            return len(rows)

    async def recover(self) -> None:
        """After a start: of those that were being sent nobody knows."""
        async with self._database.write() as session:
            lost = update(MailRow).where(MailRow.state == "sending")
            values = {
                "state": "unsure",
                "reason": "the server ended meanwhile",
                "ended_at": datetime.now(UTC),
            }
            await session.execute(lost.values(values))


def _to_mail(row: MailRow) -> Mail:
    return Mail(
        id=row.id,
        participant=row.participant,
        base_url=row.base_url,
        second=row.second,
        note=row.note,
        whole=row.whole,
        state=cast("MailState", row.state),
        kind=row.kind,
        address=row.address,
        told=row.told,
        tries=row.tries,
        due_at=row.due_at,
        reason=row.reason,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
