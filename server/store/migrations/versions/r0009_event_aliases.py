"""Names that events had before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "event_aliases",
        sa.Column("alias", sa.String(), primary_key=True),
        sa.Column(
            "event",
            sa.String(),
            sa.ForeignKey("events.name", ondelete="CASCADE", onupdate="CASCADE"),
            nullable=False,
        ),
    )
    op.create_index("ix_event_aliases_event", "event_aliases", ["event"])
