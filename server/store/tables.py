"""The database's tables. Changing them needs a migration in `migrations/versions`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    TypeDecorator,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; SQLite itself has no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - read once by SQLAlchemy


class SettingRow(Base):
    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class UserRow(Base):
    """Somebody who signs in with a password."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    """Argon2id, as argon2-cffi writes it."""
    totp: Mapped[str | None]
    """The secret of one-time codes, encrypted with the key file; NULL where none are asked for."""
    totp_step: Mapped[int] = mapped_column(server_default="0")
    """Of the code used last, which is not taken again."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AuditRow(Base):
    """What somebody who signed in did."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str]
    """A user's id, `key` for the organiser's key, `token` for the API token."""
    name: Mapped[str]
    action: Mapped[str]
    target: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoomRow(Base):
    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    event: Mapped[str]
    state: Mapped[str]
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    duration_min: Mapped[int]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    glossary: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    demo: Mapped[str | None]
    schedule_key: Mapped[str | None] = mapped_column(unique=True)
    schedule_digest: Mapped[str | None]
    booth: Mapped[str] = mapped_column(server_default="")
    """Name of one of the event's booths, or empty."""
    recording_allowed: Mapped[bool] = mapped_column(server_default=false())
    extended_min: Mapped[int] = mapped_column(server_default="0")
    """Added to the time by the organiser."""
    reopened_at: Mapped[datetime | None]
    last_person: Mapped[int]
    """Number of the person added last; ids are never given twice."""
    created_at: Mapped[datetime]
    emptied_at: Mapped[datetime | None]
    """When what was said in it was deleted last."""


class EventRow(Base):
    """A trade mission. It is known by its name, which rooms and glossaries carry too."""

    __tablename__ = "events"

    name: Mapped[str] = mapped_column(primary_key=True)
    time_zone: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


def _of_event() -> ForeignKey:
    return ForeignKey("events.name", ondelete="CASCADE", onupdate="CASCADE")


class EventAliasRow(Base):
    """A name that an event had before, by which lists may still call it."""

    __tablename__ = "event_aliases"

    alias: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(_of_event(), index=True)


class EditRow(Base):
    """An edit of an event that can be taken back."""

    __tablename__ = "edits"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event: Mapped[str] = mapped_column(_of_event(), index=True)
    at: Mapped[datetime]
    who: Mapped[str]
    """As in the log of what was done."""
    name: Mapped[str]
    action: Mapped[str]
    label: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Kind and id of each thing, and what it was before and after."""
    undone_at: Mapped[datetime | None]


class BoothRow(Base):
    __tablename__ = "booths"

    event: Mapped[str] = mapped_column(_of_event(), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    venue: Mapped[str]
    position: Mapped[int]


class ParticipantRow(Base):
    """Somebody of an event: the same seller, buyer or interpreter in all of its rooms."""

    __tablename__ = "participants"

    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(_of_event(), index=True)
    role: Mapped[str]
    name: Mapped[str]
    company: Mapped[str]
    email: Mapped[str]
    speaks: Mapped[str]
    reads: Mapped[str]
    time_zone: Mapped[str | None]
    profile: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_serial: Mapped[int]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ParticipantLinkRow(Base):
    """Every link ever made to a participant's own page."""

    __tablename__ = "participant_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"), index=True)
    serial: Mapped[int]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WishRow(Base):
    """Of `participant`, about another one or, where `about` is NULL, about a category of products."""

    __tablename__ = "wishes"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event: Mapped[str] = mapped_column(_of_event(), index=True)
    participant: Mapped[str] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"), index=True)
    about: Mapped[str | None] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"), index=True)
    category: Mapped[str]
    level: Mapped[str]


class MatchingRow(Base):
    """An event's slots and rules, and the draft of its timetable."""

    __tablename__ = "matchings"

    event: Mapped[str] = mapped_column(_of_event(), primary_key=True)
    revision: Mapped[int]
    """Grows with every change, so that nobody writes over what they have not seen."""
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    draft: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changed_at: Mapped[datetime]


class MailRow(Base):
    """A mail to a participant. What it says is written when it is sent, for it holds a link."""

    __tablename__ = "mails"

    id: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"), index=True)
    base_url: Mapped[str]
    """Where the reader finds the server."""
    second: Mapped[str]
    note: Mapped[str]
    whole: Mapped[bool]
    """Whether it tells all again, or what is new."""
    state: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    address: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Once sent: room → sequence of its calendar entry."""
    tries: Mapped[int]
    due_at: Mapped[datetime]
    reason: Mapped[str]
    """What the mail server said last."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CalendarRow(Base):
    """What a participant's calendar was told of a room, which may be gone since."""

    __tablename__ = "calendar_entries"

    participant: Mapped[str] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    room: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    cancelled: Mapped[bool]
    starts_at: Mapped[datetime]
    duration_min: Mapped[int]
    title: Mapped[str]
    place: Mapped[str]
    changed_at: Mapped[datetime]


class EventGlossaryRow(Base):
    """Terms that the rooms of one event share; the event is known by its name."""

    __tablename__ = "event_glossaries"

    event: Mapped[str] = mapped_column(primary_key=True)
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class PersonRow(Base):
    """Removed people stay as rows: their captions still need their names."""

    __tablename__ = "people"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """1 for `p1`."""
    position: Mapped[int]
    role: Mapped[str]
    name: Mapped[str]
    company: Mapped[str]
    speaks: Mapped[str]
    reads: Mapped[str]
    link_serial: Mapped[int]
    """Which of the links made for the person is the current one."""
    last_caption: Mapped[int]
    """Highest caption number given to the person."""
    removed_at: Mapped[datetime | None]
    participant: Mapped[str | None] = mapped_column(index=True)
    """Who this is among the event's participants."""
    sends: Mapped[str] = mapped_column(default="nothing", server_default="nothing")
    """Of a venue: what its room's devices may send."""
    screen: Mapped[str | None] = mapped_column(index=True)
    """Which of the event's screens has this place."""


class ScreenRow(Base):
    """A screen in a hall, bound to a booth; unbinding removes it."""

    __tablename__ = "screens"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str] = mapped_column(_of_event(), index=True)
    booth: Mapped[str]
    name: Mapped[str]
    reads: Mapped[str]
    sends: Mapped[str]
    bound_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class LinkRow(Base):
    """Every link ever made, so that an old one is told apart from an invented one."""

    __tablename__ = "links"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
        Index("ix_links_person", "room_id", "person_number"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256, hexadecimal."""
    room_id: Mapped[str]
    person_number: Mapped[int]
    serial: Mapped[int]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DeskRow(Base):
    """What interpreters set at a room's desk."""

    __tablename__ = "desks"

    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class ConsentRow(Base):
    """Every answer to the question whether one may be recorded; the latest holds."""

    __tablename__ = "recording_consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )

    room_id: Mapped[str] = mapped_column(primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)
    said_at: Mapped[datetime] = mapped_column(primary_key=True)
    agreed: Mapped[bool]


class NoticeAcceptanceRow(Base):
    """Who agreed to which wording of the event's text for participants."""

    __tablename__ = "notice_acceptances"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )

    room_id: Mapped[str] = mapped_column(primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    """`server.notice.digest_of`"""
    said_at: Mapped[datetime]


class VisitRow(Base):
    """Somebody was in a room; `left_at` is NULL while they are."""

    __tablename__ = "visits"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "person_number"], ["people.room_id", "people.number"], ondelete="CASCADE"
        ),
    )

    room_id: Mapped[str] = mapped_column(primary_key=True)
    person_number: Mapped[int] = mapped_column(primary_key=True)
    came_at: Mapped[datetime] = mapped_column(primary_key=True)
    left_at: Mapped[datetime | None]


class CaptionRow(Base):
    __tablename__ = "captions"

    id: Mapped[str] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    rev: Mapped[int]
    """The newest revision."""
    start_ms: Mapped[int]
    spoken_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(index=True, unique=True)
    """Worker's life, track and number of the utterance; NULL where nobody said it aloud."""


class CaptionRevisionRow(Base):
    __tablename__ = "caption_revisions"

    caption_id: Mapped[str] = mapped_column(ForeignKey("captions.id", ondelete="CASCADE"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    author: Mapped[str | None]
    """Who corrected it; NULL when recognition or translation wrote it."""
    saved_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole caption as sent."""
