"""The running rooms as the API sees them, without anything running: it notes what it is told."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from server.live import LoadedModels, ProcessState, RecordingFacts, WorkerCounts
from server.messages import HelpCall
from server.network_row import NetworkRow
from server.store.records import EventSettings, Room, Visit


class RunningRooms:
    def __init__(self) -> None:
        self.inside: dict[str, set[str]] = {}
        self.lags: dict[str, float] = {}
        self.counts: WorkerCounts = {"media": 1, "transcription": 1}
        self.message: str | None = None
        self.visited: list[Visit] = []
        self.settings: dict[str, EventSettings] = {}
        self.notices: list[tuple[str, ...]] = []

    def present(self, room: str) -> frozenset[str]:
        return frozenset(self.inside.get(room, ()))

    def lag_ms(self, room: str) -> float | None:
        return self.lags.get(room)

    def recording(self, room: str) -> RecordingFacts:
        return {"state": "off", "code": None, "files": 0, "making": False, "unmade": None}

    def networks(self, room: str) -> dict[str, NetworkRow]:
        return {}

    def help_calls(self, room: str) -> tuple[HelpCall, ...]:
        return ()

    def help_answered(self, room: str) -> None:
        self.notices.append(("helped", room))

    def visits(self, room: str) -> Mapping[str, Sequence[Visit]]:
        return {
            person: [visit for visit in self.visited if (visit.room, visit.person) == (room, person)]
            for person in {visit.person for visit in self.visited if visit.room == room}
        }

    def waiting(self, room: str) -> frozenset[str]:
        return frozenset()

    def settings_of(self, event: str) -> EventSettings:
        return self.settings.get(event, EventSettings())

    def workers(self) -> WorkerCounts:
        return self.counts

    def models(self) -> list[LoadedModels]:
        return [{"recogniser": "demo", "languages": ["ko"], "routes": [], "demo": True}]

    def processes(self) -> list[ProcessState]:
        return [{"name": "media", "state": "running", "restarts": 0, "message": self.message}]

    async def room_opened(self, room: Room) -> None:
        self.notices.append(("opened", room.id, room.state))

    async def room_closed(self, room: Room) -> None:
        self.notices.append(("closed", room.id, room.state))

    async def room_changed(self, room: Room) -> None:
        self.notices.append(("changed", room.id, room.title))

    async def event_changed(self, event: str) -> None:
        self.notices.append(("event", event))

    async def announce(self, room: str, text: str) -> None:
        self.notices.append(("announced", room, text))

    def rewriting(self, rooms: Iterable[str]) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def room_removed(self, room: str) -> None:
        self.notices.append(("removed", room))

    async def link_revoked(self, room: str, person: str) -> None:
        self.notices.append(("revoked", room, person))

    async def day_link_revoked(self, participant: str) -> None:
        self.notices.append(("day_link_revoked", participant))
