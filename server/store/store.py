"""The store: opens the database, brings its tables up to date, and hands out the repositories."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.errors import DataDirUnusable, KeyFileDamaged
from server.store.calendar import CalendarRepository
from server.store.captions import CaptionRepository
from server.store.consents import ConsentRepository
from server.store.database import Database, create_engine
from server.store.desks import DeskRepository
from server.store.edits import EditRepository
from server.store.events import EventRepository
from server.store.glossaries import GlossaryRepository
from server.store.key import Key, load_key
from server.store.links import LinkRepository
from server.store.mails import MailRepository
from server.store.matchings import MatchingRepository
from server.store.meetings import MeetingRepository
from server.store.notices import NoticeRepository
from server.store.participants import ParticipantRepository
from server.store.personal_data import PersonalDataRepository
from server.store.rooms import RoomRepository
from server.store.schema import upgrade
from server.store.screens import ScreenRepository
from server.store.settings import SettingRepository
from server.store.users import UserRepository
from server.store.visits import VisitRepository

DATABASE_FILE = "sangdam.db"
KEY_FILE = "key"


class Store:
    """Repositories over one database. Use `Store.in_directory` or `Store.open`."""

    def __init__(self, database: Database, key: Key) -> None:
        self.key = key
        self.rooms = RoomRepository(database, key)
        self.events = EventRepository(database)
        self.participants = ParticipantRepository(database, key)
        self.edits = EditRepository(database)
        self.matchings = MatchingRepository(database)
        self.glossaries = GlossaryRepository(database)
        self.links = LinkRepository(database, key)
        self.meetings = MeetingRepository(database)
        self.calendar = CalendarRepository(database)
        self.captions = CaptionRepository(database)
        self.desks = DeskRepository(database)
        self.consents = ConsentRepository(database)
        self.mails = MailRepository(database)
        self.notices = NoticeRepository(database)
        self.personal_data = PersonalDataRepository(database)
        self.screens = ScreenRepository(database, key)
        self.users = UserRepository(database)
        self.settings = SettingRepository(database)
        self.visits = VisitRepository(database)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, key: Key) -> AsyncIterator[Store]:
        """Raises StoreError: SchemaTooNew, KeyFileDamaged when the key is not this database's."""
        engine = create_engine(url)
        try:
            await upgrade(engine)
            store = cls(Database(engine), key)
            await store._check_key()
            await store.participants.enrol_all()
            yield store
        finally:
            await engine.dispose()

    @classmethod
    @asynccontextmanager
    async def in_directory(cls, data_dir: Path) -> AsyncIterator[Store]:
        """The data directory's database and key file, made when missing. Raises StoreError."""
        _check_writable(data_dir)
        key = load_key(data_dir / KEY_FILE)
        async with cls.open(f"sqlite+aiosqlite:///{(data_dir / DATABASE_FILE).resolve()}", key) as store:
            yield store

    async def _check_key(self) -> None:
        known = await self.settings.get("key_fingerprint")
        if known is None:
            await self.settings.set("key_fingerprint", self.key.fingerprint())
        elif known != self.key.fingerprint():
            raise KeyFileDamaged(
                f"the key file does not belong to this database; restore the `{KEY_FILE}` kept with it"
            )


def _check_writable(data_dir: Path) -> None:
    try:
        # Transcripts are the participants' business, not every user's of the machine.
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirUnusable(f"the data directory {data_dir} cannot be made: {error.strerror}") from None
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise DataDirUnusable(f"the data directory {data_dir} cannot be written to; give --data another one")
    database = data_dir / DATABASE_FILE
    if database.exists() and not os.access(database, os.R_OK | os.W_OK):
        raise DataDirUnusable(f"the database {database} cannot be written to")
