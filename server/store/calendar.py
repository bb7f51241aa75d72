"""What a participant's calendar was told last: each change gets a higher number (RFC 5545 §3.8.7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from server.store.database import Database
from server.store.tables import CalendarRow


@dataclass(frozen=True, slots=True)
class Appointment:
    """A consultation of a participant, as it is now."""

    room: str
    starts_at: datetime
    duration_min: int
    title: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """`sequence` grows with each change; a cancelled one stays, or calendars would keep it."""

    appointment: Appointment
    sequence: int
    cancelled: bool
    changed_at: datetime


class CalendarRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def tell(self, participant: str, appointments: Sequence[Appointment]) -> list[CalendarEntry]:
        """All that was ever told, by start: what is the same keeps its number, what is gone is cancelled."""
        async with self._database.write() as session:
            query = select(CalendarRow).where(CalendarRow.participant == participant)
            rows = {row.room: row for row in await session.scalars(query)}
            now = datetime.now(UTC)
            for appointment in appointments:
                row = rows.get(appointment.room)
                if row is None:
                    row = rows[appointment.room] = CalendarRow(
                        participant=participant, room=appointment.room, sequence=-1, cancelled=True
                    )
                    session.add(row)
                if row.cancelled or _appointment(row) != appointment:
                    _write(row, appointment, now)
            kept = {appointment.room for appointment in appointments}
            for room, row in rows.items():
                if room not in kept and not row.cancelled:
                    row.cancelled, row.sequence, row.changed_at = True, row.sequence + 1, now
            ordered = sorted(rows.values(), key=lambda row: (row.starts_at, row.room))
            return [
                CalendarEntry(_appointment(row), row.sequence, row.cancelled, row.changed_at)
                for row in ordered
            ]


def _write(row: CalendarRow, appointment: Appointment, now: datetime) -> None:
    row.starts_at, row.duration_min = appointment.starts_at, appointment.duration_min
    row.title, row.place = appointment.title, appointment.place
    row.cancelled, row.sequence, row.changed_at = False, row.sequence + 1, now


def _appointment(row: CalendarRow) -> Appointment:
    return Appointment(row.room, row.starts_at, row.duration_min, row.title, row.place)
