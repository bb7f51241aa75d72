"""Glossaries that the rooms of one event share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "event_glossaries",
        sa.Column("event", sa.String(), primary_key=True),
        sa.Column("terms", sa.JSON(), nullable=False),
    )
