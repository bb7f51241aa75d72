"""What the API asks of, and tells, the rooms that are going on right now (`server/hub.py` implements it)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Literal, Protocol

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.messages import HelpCall
    from server.network_row import NetworkRow
    from server.store.records import EventSettings, Room, Visit


class WorkerCounts(TypedDict):
    """Connected workers."""

    media: int
    transcription: int


class LoadedModels(TypedDict):
    """What one transcription worker has loaded."""

    recogniser: str
    languages: list[str]
    routes: list[dict[str, object]]
    demo: bool


class ProcessState(TypedDict):
    """A child process of `sangdam serve`."""

    name: str
    state: str
    """`running`, `starting`, `backing_off` or `stopped`."""
    restarts: int
    message: str | None
    """Why it is not running, in one sentence."""


class RecordingFacts(TypedDict):
    """What a room's recording does, and what came of it."""

    state: Literal["off", "asking", "refused", "recording", "failed"]
    code: str | None
    """Why it failed."""
    files: int
    making: bool
    unmade: Literal["disk_full", "disk_error", "no_packets", "failed"] | None
    """Why what was recorded could not be made into a file."""


class Live(Protocol):
    """The running rooms. The notices come after the database says the same."""

    def present(self, room: str) -> frozenset[str]:
        """Ids of the people who are inside."""

    def lag_ms(self, room: str) -> float | None:
        """Median lag of the last final captions."""

    def recording(self, room: str) -> RecordingFacts: ...

    def networks(self, room: str) -> dict[str, NetworkRow]:
        """By person, of those inside who send or receive something."""

    def help_calls(self, room: str) -> tuple[HelpCall, ...]:
        """Who inside calls the organiser."""

    def help_answered(self, room: str) -> None: ...

    def visits(self, room: str) -> Mapping[str, Sequence[Visit]]:
        """By person, of those who ever came, in the order of their coming."""

    def waiting(self, room: str) -> frozenset[str]:
        """Ids of the people who have the page of a room open that is yet to be opened."""

    def settings_of(self, event: str) -> EventSettings: ...

    def workers(self) -> WorkerCounts: ...

    def models(self) -> list[LoadedModels]: ...

    def processes(self) -> list[ProcessState]:
        """Supervised child processes; empty when the workers run elsewhere."""

    async def room_opened(self, room: Room) -> None: ...

    async def room_closed(self, room: Room) -> None:
        """Sends everybody away; the transcript stays."""

    async def room_changed(self, room: Room) -> None:
        """Title, times, people, glossary, or a room that is new."""

    async def event_changed(self, event: str) -> None:
        """The glossary or the settings of an event."""

    async def announce(self, room: str, text: str) -> None:
        """Writes to everybody inside. Raises RoomNotFound, RoomNotOpen."""

    async def room_removed(self, room: str) -> None: ...

    def rewriting(self, rooms: Iterable[str]) -> AbstractAsyncContextManager[None]:
        """Nobody corrects a caption of these rooms meanwhile; afterwards they are read anew."""

    async def link_revoked(self, room: str, person: str) -> None:
        """The person's page, if it is inside, is sent away."""

    async def day_link_revoked(self, participant: str) -> None:
        """Pages that follow the participant's rooms are sent away."""
