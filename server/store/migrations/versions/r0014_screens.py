"""Screens that were bound to a booth, and whose places in rooms are theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "screens",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("token_hash", sa.String(), nullable=False, unique=True),
        sa.Column(
            "event",
            sa.String(),
            sa.ForeignKey("events.name", ondelete="CASCADE", onupdate="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("booth", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reads", sa.String(), nullable=False),
        sa.Column("sends", sa.String(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("people", sa.Column("screen", sa.String(), nullable=True))
    op.create_index("ix_people_screen", "people", ["screen"])
