"""A player that is no page (WHEP): one sound and one picture of the room, chosen here, and its connection."""

from __future__ import annotations

import time
from functools import partial

from media import sdp
from media.bitrate import MAX_BPS
from media.connection import MediaConnection
from media.counters import Counters
from media.floor import Floor
from media.forwarding import StoredPacket
from media.programme import Ear, Programme
from media.receiver import Receiver
from media.sender import Sender
from media.subscription import Offered
from wire.links import Source


class Player:
    """The sound is the speaker's, the picture the screen that is shared or else the speaker's camera.

    `show` keeps both on one person; the cameras of `behind` are shown only when there is no other; those who
    are `silent` are not heard, and may well be seen speaking.
    """

    def __init__(
        self,
        connection: MediaConnection,
        counters: Counters,
        *,
        show: str | None,
        behind: tuple[str, ...] = (),
        silent: tuple[str, ...] = (),
    ) -> None:
        self.connection = connection
        self._counters = counters
        self._show = show
        self._behind = frozenset(behind)
        self._silent = frozenset(silent)
        self._voices = Floor()
        self._faces = Floor()
        self._programmes: dict[str, Programme] = {}
        """mid → what goes there."""
        self._offered: list[Offered] = []
        self._shown: dict[Programme, Receiver] = {}
        """The track that is on, or is to be; of a camera its whole encoding."""
        self._ears: dict[str, Ear] = {}
        """Person → what listens to how loud they are."""

    async def negotiate(self, offer_text: str) -> str:
        """The answer to the player's one offer. Raises BadSdp, TooManyTracks."""
        offer = sdp.read_play_offer(offer_text)
        used = sdp.one_of_each(offer, "recvonly")
        for section in used:
            codecs = [item.codec for item in section.formats]
            self._programmes[section.mid] = Programme(codecs[0], codecs, self._counters)
        return await self.connection.answer_player(offer, self._programmes, "room")

    def resync(self, offered: list[Offered]) -> None:
        """What the others send now."""
        self._offered = [item for item in offered if self._show in (None, item.person)]
        microphones = {item.person: item.receiver for item in self._offered if item.source == "microphone"}
        for person, ear in list(self._ears.items()):
            if microphones.get(person) is not ear.source:
                ear.close()
                del self._ears[person]
                self._voices.left(person)
                self._faces.left(person)
        for person, receiver in microphones.items():
            if person not in self._ears:
                self._ears[person] = Ear(receiver, partial(self._hear, person))

    def _hear(self, person: str, ear: Ear, stored: StoredPacket, level: int) -> None:
        now_s = time.monotonic()
        if person not in self._silent:
            self._voices.heard(person, level, now_s)
        if person not in self._behind:
            self._faces.heard(person, level, now_s)

    def silence(self, people: tuple[str, ...]) -> None:
        """Who is not heard from now on."""
        self._silent = frozenset(people)
        for person in people:
            self._voices.left(person)

    # --- time and end ---

    def choose(self, now_s: float) -> None:
        """Some dozen times a second: what is to be on. Never while packets are being passed on."""
        for programme in self._programmes.values():
            source = self._voice() if programme.kind == "audio" else self._picture(programme)
            self._want(programme, source)
            programme.show(None if source is None else source.flowing, now_s)

    def _want(self, programme: Programme, source: Receiver | None) -> None:
        """Whole, also where all others take the small encoding, or only that comes at present."""
        before = self._shown.get(programme)
        if source is before:
            return
        if before is not None:
            before.demand.forget(id(programme))
            del self._shown[programme]
        if source is not None:
            source.demand.wish(id(programme), MAX_BPS)
            self._shown[programme] = source

    def sending(self) -> list[tuple[Source, Sender]]:
        """What sends, and which source is on there at present."""
        screens = [item.receiver for item in self._offered if item.source == "screen"]
        found: list[tuple[Source, Sender]] = []
        for mid, programme in self._programmes.items():
            sender = self.connection.sender(mid)
            picture: Source = "screen" if self._shown.get(programme) in screens else "camera"
            if sender is not None:
                found.append(("microphone" if programme.kind == "audio" else picture, sender))
        return found

    def _voice(self) -> Receiver | None:
        speaker = self._voices.speaker
        return self._find("microphone", speaker) if speaker is not None else None

    def _picture(self, programme: Programme) -> Receiver | None:
        fitting = [item for item in self._offered if item.receiver.codec in programme.codecs]
        screens = [item for item in fitting if item.source == "screen"]
        cameras = [item for item in fitting if item.source == "camera"]
        in_front = [item for item in cameras if item.person not in self._behind] or cameras
        candidates = screens or in_front
        wanted = next((item for item in candidates if item.person == self._faces.face), None)
        if wanted is not None:
            return wanted.receiver
        # Nobody who has a picture is speaking: what is on stays, if it is still there.
        shown = self._shown.get(programme)
        kept = next((item for item in candidates if item.receiver is shown), None)
        return kept.receiver if kept is not None else candidates[0].receiver if candidates else None

    def _find(self, source: str, person: str) -> Receiver | None:
        return next(
            (item.receiver for item in self._offered if (item.source, item.person) == (source, person)), None
        )

    def tick(self, now_s: float) -> None:
        for programme in self._programmes.values():
            programme.tick(now_s)

    def each_second(self, now_s: float) -> None:
        for programme in self._programmes.values():
            programme.each_second(now_s)
        self.connection.check_alive(now_s)

    def close(self) -> None:
        for ear in self._ears.values():
            ear.close()
        self._ears.clear()
        for programme in self._programmes.values():
            self._want(programme, None)
            programme.close()
