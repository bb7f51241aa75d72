"""Interpreters' pages that follow all of their open rooms at once, without being in any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from server.day import places
from server.desk_work import DeskWork
from server.errors import NotAllowed, NotInRoom
from server.live_room import LiveRoom
from server.messages import (
    Correct,
    ErrorNotice,
    Following,
    FromOutside,
    Joined,
    Unfollowed,
    of_room,
)
from server.notice import is_accepted
from server.outbox import FATAL, GOING_AWAY, Outbox
from server.rights import INTERPRETERS, may_send
from server.rooms import Rooms
from server.store import Store
from server.store.records import Person, Room
from wire.captions import Caption
from wire.message import Message

MAX_PAGES = 4
"""Of one participant; one more takes the place of the oldest."""
MAX_ROOMS = 20
"""Open at the same time; nobody reads more."""
FOLLOWED_CAPTIONS = 40
"""How many captions of each room a page is shown when it begins to follow it."""

Shown = Callable[[LiveRoom, Person, tuple[Caption, ...]], Joined]


@dataclass(slots=True, eq=False)
class Follower:
    """One page. `places`: room id → who its reader is there."""

    participant: str
    outbox: Outbox
    places: dict[str, str] = field(default_factory=dict)


class Followers:
    """`shown(room, you, captions)` is a room as somebody who comes sees it."""

    def __init__(self, store: Store, rooms: Rooms, desk: DeskWork, shown: Shown) -> None:
        self._store = store
        self._rooms = rooms
        self._desk = desk
        self._shown = shown
        self._pages: list[Follower] = []
        """The oldest first."""

    async def add(self, token: str, outbox: Outbox) -> Follower:
        """The token is that of a participant's own page.

        Raises UnknownLink, RevokedLink; NotAllowed to those who do not interpret.
        """
        async with self._rooms.changing:
            participant = await self._store.participants.resolve(token)
            if participant.role not in INTERPRETERS:
                raise NotAllowed("only interpreters follow their rooms")
            follower = Follower(participant.id, outbox)
            self._make_room(participant.id)
            self._pages.append(follower)
            outbox.put(Following(now_at=datetime.now(UTC)).model_dump_json())
            for place in await places(self._store, participant):
                open_to_them = place.room.state == "open" and place.token is not None
                if open_to_them and await is_accepted(self._store, place.room, place.you):
                    await self._follow(follower, place.room, place.you)
        return follower

    def discard(self, follower: Follower) -> None:
        if follower in self._pages:
            self._pages.remove(follower)
        for room in list(follower.places):
            self._leave(follower, room)

    async def refresh(self, room: Room) -> None:
        """It was opened, closed, somebody's place in it changed, or they agreed to its text.

        For who holds `rooms.changing`.
        """
        for follower in list(self._pages):
            you = next((one for one in room.people if one.participant == follower.participant), None)
            wanted = (
                you is not None
                and room.state == "open"
                and await self._store.links.url_token(room.id, you.id) is not None
                and await is_accepted(self._store, room, you)
            )
            before = follower.places.get(room.id)
            if before is not None and (not wanted or you is None or you.id != before):
                self._unfollow(follower, room.id)
            if wanted and you is not None and room.id not in follower.places:
                await self._follow(follower, room, you)

    def room_removed(self, room: str) -> None:
        for follower in self._pages:
            if room in follower.places:
                self._unfollow(follower, room)

    def link_revoked(self, participant: str) -> None:
        for follower in list(self._of(participant)):
            self._dismiss(follower, "revoked_link", "the organiser withdrew this link")

    async def say(self, follower: Follower, room: str, message: FromOutside) -> None:
        """As at the desk in the room. Raises NotInRoom, and whatever the desk raises."""
        live = self._rooms.live.get(room)
        person = live.record.person(follower.places[room]) if live and room in follower.places else None
        if live is None or person is None:
            raise NotInRoom("this room is not open to you", field="room")
        if not may_send(person.role, message):
            raise NotAllowed(f"your role may not send {message.type}")
        if isinstance(message, Correct):
            await self._desk.correct(live, person.id, message)
        else:
            await self._desk.handle(live, person.id, message)

    def send(self, text: str, key: str) -> None:
        for follower in self._pages:
            follower.outbox.put(text, key=key)

    def close(self) -> None:
        for follower in self._pages:
            follower.outbox.close(GOING_AWAY)

    def _of(self, participant: str) -> Iterator[Follower]:
        return (follower for follower in self._pages if follower.participant == participant)

    def _make_room(self, participant: str) -> None:
        pages = list(self._of(participant))
        for follower in pages[: max(0, len(pages) - MAX_PAGES + 1)]:
            self._dismiss(follower, "replaced", "this page was opened in other windows")

    def _dismiss(self, follower: Follower, code: str, message: str) -> None:
        self.discard(follower)
        follower.outbox.put(ErrorNotice(code=code, message=message, fatal=True).model_dump_json())
        follower.outbox.close(FATAL)

    async def _follow(self, follower: Follower, room: Room, you: Person) -> None:
        if len(follower.places) >= MAX_ROOMS:
            return
        live = await self._rooms.load(room.id)
        captions = live.book.latest()[-FOLLOWED_CAPTIONS:] if live.book is not None else ()
        follower.places[room.id] = you.id
        live.followers.add(follower.outbox)
        _put(follower, room.id, self._shown(live, you, captions), "joined")
        for person, quality in live.qualities.items():
            _put(follower, room.id, quality, f"quality-{person}")

    def _unfollow(self, follower: Follower, room: str) -> None:
        self._leave(follower, room)
        text = Unfollowed(room=room).model_dump_json()
        follower.outbox.put(text, key=(room, "joined"))

    def _leave(self, follower: Follower, room: str) -> None:
        follower.places.pop(room, None)
        if (live := self._rooms.live.get(room)) is not None:
            live.followers.discard(follower.outbox)


def _put(follower: Follower, room: str, message: Message, key: str) -> None:
    follower.outbox.put(of_room(room, message.model_dump_json()), key=(room, key))
