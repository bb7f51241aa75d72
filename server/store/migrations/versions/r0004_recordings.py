"""Whether rooms may be recorded, and what people said to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "rooms", sa.Column("recording_allowed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "recording_consents",
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room_id", "person_number", "said_at"),
    )
