"""Wishes, and the draft of an event's timetable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _participant(name: str, *, nullable: bool) -> sa.Column[str]:
    key = sa.ForeignKey("participants.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(), key, nullable=nullable, index=True)


def _event() -> sa.ForeignKey:
    return sa.ForeignKey("events.name", ondelete="CASCADE", onupdate="CASCADE")


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("event", sa.String(), _event(), nullable=False, index=True),
        _participant("participant", nullable=False),
        _participant("about", nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
    )
    op.create_table(
        "matchings",
        sa.Column("event", sa.String(), _event(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
