"""Rooms that go on longer or were opened again, and who was in them when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("rooms", sa.Column("extended_min", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("rooms", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "visits",
        sa.Column("room_id", sa.String(), primary_key=True),
        sa.Column("person_number", sa.Integer(), primary_key=True),
        sa.Column("came_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )
