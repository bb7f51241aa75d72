"""The text that the people of an event agree to before they join, and whether they did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from server.errors import NoticeNotAccepted
from server.messages import Join
from server.rights import ASKED
from server.store import Store
from server.store.records import Person, Room


def digest_of(texts: Mapping[str, str]) -> str | None:
    """Which wording it is, 32 hexadecimal digits; None where there is nothing to read."""
    written = {lang: text.strip() for lang, text in texts.items() if text.strip()}
    if not written:
        return None
    canonical = json.dumps(written, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


async def notice_of(store: Store, room: Room, person: Person) -> Mapping[str, str]:
    """By language tag; empty for those who are not asked, and where the event has none."""
    if not room.event or person.role not in ASKED:
        return {}
    return (await store.events.get(room.event)).settings.consent


async def is_accepted(store: Store, room: Room, person: Person) -> bool:
    """Whether there is nothing (any more) to agree to."""
    digest = digest_of(await notice_of(store, room, person))
    return digest is None or await store.notices.is_accepted(room.id, person.id, digest)


async def check_accepted(store: Store, room: Room, person: Person, join: Join) -> bool:
    """Keeps what the page says was agreed to; whether it was just now.

    Raises NoticeNotAccepted when the text as it is now was not.
    """
    digest = digest_of(await notice_of(store, room, person))
    if digest is None or await store.notices.is_accepted(room.id, person.id, digest):
        return False
    if join.notice != digest:
        raise NoticeNotAccepted("read and accept the text for participants first; it may have changed")
    await store.notices.accept(room.id, person.id, digest)
    return True
