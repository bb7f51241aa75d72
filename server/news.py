"""What pages are told of a room: those of the people inside, and those that show the organiser's list."""

from __future__ import annotations

from collections.abc import Callable

from server import booth
from server.api.rows import room_row
from server.board import Board
from server.live import Live
from server.live_room import LiveRoom
from server.messages import PersonChanged
from server.store.records import Room


class News:
    """`on_interpreters(room)` after an interpreter came or went."""

    def __init__(self, board: Board, live: Live, *, on_interpreters: Callable[[LiveRoom], None]) -> None:
        self._board = board
        self._live = live
        self._on_interpreters = on_interpreters

    def person(self, room: LiveRoom, person_id: str, *, but: str | None = None) -> None:
        """Somebody came, went or changed; `but` themselves."""
        if (person := room.record.person(person_id)) is not None:
            view = PersonChanged(person=room.person_view(person))
            room.broadcast(view, key=f"person-{person_id}", but=but)
        self.row(room)

    def interpretation(self, room: LiveRoom, person_id: str) -> None:
        """Somebody came or went, which matters where they interpret."""
        person = room.record.person(person_id)
        if person is not None and person.role == "interpreter":
            booth.show(room)
            self._on_interpreters(room)

    def row(self, room: LiveRoom) -> None:
        self.record(room.record)

    def record(self, room: Room) -> None:
        """The row of a room that need not be in memory."""
        self._board.show(room_row(room, self._live))

    def networks(self, room: LiveRoom) -> None:
        self._board.show_networks(room.id, lambda: self._live.networks(room.id))
