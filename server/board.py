"""The organiser's list as it changes: `watch` on the WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from server.api.models import RoomRow
from server.live import WorkerCounts
from server.network_row import NetworkRow
from server.outbox import Outbox
from wire.message import Message


class BoardShown(Message):
    type: Literal["board"] = "board"
    rooms: tuple[RoomRow, ...]
    workers: WorkerCounts
    now_at: datetime


class BoardRoom(Message):
    type: Literal["board_room"] = "board_room"
    room: RoomRow


class BoardRoomRemoved(Message):
    type: Literal["board_room_removed"] = "board_room_removed"
    id: str


class BoardNetworks(Message):
    """Of everybody in a room who sends or receives something, by person."""

    type: Literal["board_networks"] = "board_networks"
    room: str
    people: dict[str, NetworkRow]


class BoardWorkers(Message):
    type: Literal["board_workers"] = "board_workers"
    workers: WorkerCounts


class Board:
    """The pages that show the list. Waiting rows are replaced by newer ones of the same room."""

    def __init__(self) -> None:
        self.watchers: set[Outbox] = set()

    def show(self, row: RoomRow) -> None:
        self._send(BoardRoom(room=row), f"board-{row.id}")

    def remove(self, room: str) -> None:
        self._send(BoardRoomRemoved(id=room), f"board-{room}")

    def show_networks(self, room: str, people: Callable[[], dict[str, NetworkRow]]) -> None:
        """Every few seconds for each room: made only where somebody looks."""
        if self.watchers:
            self._send(BoardNetworks(room=room, people=people()), f"board-networks-{room}")

    def show_workers(self, workers: WorkerCounts) -> None:
        self._send(BoardWorkers(workers=workers), "board-workers")

    def _send(self, message: Message, key: str) -> None:
        if self.watchers:
            text = message.model_dump_json()
            for watcher in self.watchers:
                watcher.put(text, key=key)
