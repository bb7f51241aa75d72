"""First tables: settings, rooms, people, links, captions and their revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_at", _TIME),
        sa.Column("duration_min", sa.Integer(), nullable=False),
        sa.Column("opened_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("glossary", sa.JSON(), nullable=False),
        sa.Column("demo", sa.String()),
        sa.Column("schedule_key", sa.String()),
        sa.Column("schedule_digest", sa.String()),
        sa.Column("last_person", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.UniqueConstraint("schedule_key", name="uq_rooms_schedule_key"),
    )
    op.create_index("ix_rooms_starts_at", "rooms", ["starts_at"])
    _people()
    _captions()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("room_id", sa.String(), sa.ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("role", "name", "company")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("speaks", "reads")),
        sa.Column("link_serial", sa.Integer(), nullable=False),
        sa.Column("last_caption", sa.Integer(), nullable=False),
        sa.Column("removed_at", _TIME),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
        sa.ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )
    op.create_index("ix_links_person", "links", ["room_id", "person_number"])


def _captions() -> None:
    op.create_table(
        "captions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("room_id", sa.String(), sa.ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("spoken_at", _TIME, nullable=False),
    )
    op.create_index("ix_captions_room_id", "captions", ["room_id"])
    op.create_table(
        "caption_revisions",
        sa.Column(
            "caption_id", sa.String(), sa.ForeignKey("captions.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("rev", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author", sa.String()),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )
