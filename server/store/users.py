"""Users, their sessions, and the log of what they did."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import LoginTaken, UserNotFound
from server.store.database import Database
from server.store.key import token_hash
from server.store.records import StaffRole
from server.store.tables import AuditRow, SessionRow, UserRow

MAX_AUDIT = 500
"""Entries in one answer."""


@dataclass(frozen=True, slots=True)
class User:
    """`totp` is the encrypted secret of one-time codes, `totp_step` that of the code used last."""

    id: str
    login: str
    name: str
    role: StaffRole
    password_hash: str
    totp: str | None
    totp_step: int
    created_at: datetime
    disabled_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class Session:
    token_hash: str
    user: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    number: int
    at: datetime
    who: str
    name: str
    action: str
    target: Mapping[str, Any]


class UserRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[User]:
        async with self._database.read() as session:
            return [_to_user(row) for row in await session.scalars(select(UserRow).order_by(UserRow.login))]

    async def create(self, login: str, name: str, role: StaffRole, password_hash: str) -> User:
        """`login` in small letters. Raises LoginTaken."""
        try:
            async with self._database.write() as session:
                row = UserRow(
                    id="u" + base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower(),
                    login=login,
                    name=name,
                    role=role,
                    password_hash=password_hash,
                    totp=None,
                    totp_step=0,
                    created_at=datetime.now(UTC),
                    disabled_at=None,
                )
                session.add(row)
                await session.flush()
                return _to_user(row)
        except IntegrityError:
            raise LoginTaken("somebody has this login already", field="login") from None

    async def change(self, user: str, values: Mapping[str, Any]) -> User:
        """`values` by the names of columns. Raises UserNotFound."""
        async with self._database.write() as session:
            row = await _find(session, user)
            for name, value in values.items():
                setattr(row, name, value)
            return _to_user(row)

    async def sessions(self, now: datetime) -> list[Session]:
        """Those that have not expired; others are forgotten."""
        async with self._database.write() as session:
            await session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
            rows = await session.scalars(select(SessionRow))
            return [Session(row.token_hash, row.user, row.expires_at) for row in rows]

    async def begin_session(self, user: str, token: str, expires_at: datetime) -> Session:
        made = Session(token_hash(token), user, expires_at)
        async with self._database.write() as session:
            session.add(
                SessionRow(
                    token_hash=made.token_hash, user=user, created_at=datetime.now(UTC), expires_at=expires_at
                )
            )
        return made

    async def end_sessions(self, user: str, *, but: str | None = None, only: str | None = None) -> None:
        """All of a user's, or by the hash of the token: all but one, or only one."""
        query = delete(SessionRow).where(SessionRow.user == user)
        if but is not None:
            query = query.where(SessionRow.token_hash != but)
        if only is not None:
            query = query.where(SessionRow.token_hash == only)
        async with self._database.write() as session:
            await session.execute(query)

    # --- what they did ---

    async def note(self, who: str, name: str, action: str, target: Mapping[str, Any]) -> None:
        async with self._database.write() as session:
            session.add(
                AuditRow(at=datetime.now(UTC), who=who, name=name, action=action, target=dict(target))
            )

    async def rooms_entered(self, user: str) -> set[str]:
        """Where they took the organiser's place."""
        query = select(AuditRow.target).where(AuditRow.who == user, AuditRow.action == "enter_room")
        async with self._database.read() as session:
            return {target["room"] for target in await session.scalars(query)}

    async def audit(self, *, before: int | None = None, limit: int = MAX_AUDIT) -> list[AuditEntry]:
        """The newest first; `before` is the number of the last one seen."""
        query = select(AuditRow).order_by(AuditRow.number.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditRow.number < before)
        async with self._database.read() as session:
            return [
                AuditEntry(row.number, row.at, row.who, row.name, row.action, row.target)
                for row in await session.scalars(query)
            ]


async def _find(session: AsyncSession, user: str) -> UserRow:
    row = await session.get(UserRow, user)
    if row is None:
        raise UserNotFound("there is nobody with this id")
    return row


def _to_user(row: UserRow) -> User:
    return User(
        row.id,
        row.login,
        row.name,
        cast("StaffRole", row.role),
        row.password_hash,
        row.totp,
        row.totp_step,
        row.created_at,
        row.disabled_at,
    )
