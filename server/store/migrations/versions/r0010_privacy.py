"""Which wording of an event's text people accepted, and when a room's contents were deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "notice_acceptances",
        sa.Column("room_id", sa.String(), primary_key=True),
        sa.Column("person_number", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )
    op.add_column("rooms", sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True))
