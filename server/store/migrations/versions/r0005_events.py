"""Events with their booths and participants; people of rooms know which participant they are."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    events = op.create_table(
        "events",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "booths",
        sa.Column("event", sa.String(), _of_event(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("event", sa.String(), _of_event(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("role", "name", "company", "email")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("speaks", "reads")),
        sa.Column("time_zone", sa.String()),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
    )
    op.create_index("ix_participants_event", "participants", ["event"])
    op.create_table(
        "participant_links",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column(
            "participant", sa.String(), sa.ForeignKey("participants.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
    )
    op.create_index("ix_participant_links_participant", "participant_links", ["participant"])
    op.add_column("rooms", sa.Column("booth", sa.String(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("participant", sa.String()))
    op.create_index("ix_people_participant", "people", ["participant"])
    _adopt(events)


def _of_event() -> sa.ForeignKey:
    return sa.ForeignKey("events.name", ondelete="CASCADE", onupdate="CASCADE")


def _adopt(events: sa.Table) -> None:
    """Rooms named their events before there was a table of them."""
    connection = op.get_bind()
    names = connection.execute(sa.text("SELECT DISTINCT event FROM rooms WHERE event != ''")).scalars()
    rows = [
        {
            "name": name,
            "time_zone": "Asia/Seoul",
            "starts_on": None,
            "ends_on": None,
            "settings": {},
            "created_at": datetime.now(UTC),
        }
        for name in names
    ]
    if rows:
        op.bulk_insert(events, rows)
