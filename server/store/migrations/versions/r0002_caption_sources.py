"""Which utterance a caption was made of, so that a final that is sent again is not stored twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("captions", sa.Column("source", sa.String(), nullable=True))
    op.create_index("ix_captions_source", "captions", ["source"], unique=True)
