"""What one person receives: a connection on which this side offers everything the others send."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from media.connection import MediaConnection, Slot
from media.counters import Counters
from media.errors import BadSdp, ConnectionLost, NoFreePort
from media.quality import OnLevel, Quality, Shown
from media.receiver import Receiver
from wire.links import Source, SubscribedTrack

log = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 10.0
"""Then the offer is made again, unless it is the server that cannot be reached."""
NO_PORT_WAIT_S = 2.0
"""The browser waits for an offer, so it comes as soon as somebody's ports are free again."""
MAX_SLOTS = 48
"""What fits into 64 KiB of SDP with room to spare."""

SendOffer = Callable[[int, str, tuple[SubscribedTrack, ...]], None]


@dataclass(frozen=True, slots=True)
class Offered:
    """A source that somebody in the room sends."""

    person: str
    source: Source
    receiver: Receiver

    @property
    def key(self) -> tuple[str, Source]:
        return self.person, self.source

    @property
    def stream_id(self) -> str:
        """Camera and microphone share one, so that lips and voice stay together; the screen has its own."""
        return f"{self.person}-{'screen' if self.source == 'screen' else 'person'}"


class Subscription:
    """`run` is its one task: one offer at a time, changes that come meanwhile make one more afterwards."""

    def __init__(
        self,
        *,
        wanted: Callable[[], list[Offered]],
        send_offer: SendOffer,
        connect: Callable[[], MediaConnection],
        discard: Callable[[MediaConnection], None],
        is_linked: Callable[[], bool],
        on_level: OnLevel,
        counters: Counters,
    ) -> None:
        self.connection: MediaConnection | None = None
        self.generation = 0
        self._wanted = wanted
        self._send_offer = send_offer
        self._connect = connect
        self._discard = discard
        self._is_linked = is_linked
        self._counters = counters
        self._on_level = on_level
        self._quality = Quality(counters, on_level)
        self._slots: list[Slot] = []
        self._open: dict[tuple[str, Source], tuple[Slot, Receiver]] = {}
        self._changed = asyncio.Event()
        self._fresh = False
        self._unanswered = False
        self._answer: asyncio.Future[str | None] | None = None

    # --- called from outside ---

    def renew(self) -> None:
        """The browser has a fresh connection: the next offer starts over."""
        self._fresh = True
        self._stop_waiting()
        self._changed.set()

    def resync(self) -> None:
        """Somebody's sources may have changed."""
        self._changed.set()

    def answered(self, generation: int, text: str) -> None:
        if generation == self.generation and self._answer is not None and not self._answer.done():
            self._answer.set_result(text)
        else:
            self._counters.add("drop_answer_outdated")

    def shown(self) -> list[Shown]:
        return [
            Shown(person, source, receiver, slot.sender)
            for (person, source), (slot, receiver) in self._open.items()
            if slot.sender is not None
        ]

    def drop_connection(self) -> None:
        """The connection is of no use any more; `renew` makes the next."""
        for slot, _ in self._open.values():
            slot.close()
        self._open.clear()
        self._slots.clear()
        self._unanswered = False
        self._stop_waiting()
        if self._quality.level != "full":
            self._on_level("full", ())
        self._quality = Quality(self._counters, self._on_level)
        connection, self.connection = self.connection, None
        if connection is not None:
            self._discard(connection)

    def _stop_waiting(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def each_second(self, now_s: float, heard_s: float) -> None:
        """Sends as much as the network takes, and notices when nobody is there any more.

        `heard_s`: when this person was heard on another connection.
        """
        connection = self.connection
        if connection is None:
            return
        if connection.state == "connected":
            heard_s = max(heard_s, connection.heard_s)
            self._quality.each_second(self.shown(), connection.browser_limit, now_s, heard_s)
        connection.check_alive(now_s)

    # --- the task ---

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._fresh:
                self._fresh = False
                self.drop_connection()
                self.connection = self._connect()
            if self.connection is None:
                continue
            try:
                if self._apply(self._wanted()) or self._unanswered:
                    await self._negotiate(self.connection)
            except ConnectionLost:
                self._counters.add("offers_failed")
            except NoFreePort as error:
                log.warning("an offer has to wait: %s", error.message)
                self._counters.add("refused_no_free_port")
                await asyncio.sleep(NO_PORT_WAIT_S)
                self.renew()

    def _apply(self, wanted: list[Offered]) -> bool:
        """Opens and closes slots; whether there is anything to negotiate."""
        receivers = {offered.key: offered.receiver for offered in wanted}
        gone = [key for key, (_, receiver) in self._open.items() if receivers.get(key) is not receiver]
        for key in gone:
            self._open.pop(key)[0].close()
        changed = bool(gone)
        for offered in sorted(wanted, key=lambda offered: offered.receiver.kind):
            if offered.key in self._open:
                continue
            slot = self._free_slot(offered.receiver)
            if slot is None:
                self._counters.add("drop_subscribe_full")
                continue
            slot.open(offered.receiver, offered.stream_id, f"{offered.person}-{offered.source}")
            self._open[offered.key] = (slot, offered.receiver)
            changed = True
        return changed

    def _free_slot(self, receiver: Receiver) -> Slot | None:
        used = {id(slot) for slot, _ in self._open.values()}
        for slot in self._slots:
            if slot.codec == receiver.codec and slot.is_idle and id(slot) not in used:
                return slot
        if self.connection is None or len(self._slots) >= MAX_SLOTS:
            return None
        self._slots.append(self.connection.add_slot(receiver.codec))
        return self._slots[-1]

    async def _negotiate(self, connection: MediaConnection) -> None:
        self._answer = asyncio.get_running_loop().create_future()
        self._unanswered = True
        self.generation += 1
        text = await connection.offer()
        if connection is not self.connection or self._fresh:
            return
        mids = {key: slot.mid for key, (slot, _) in self._open.items()}
        tracks = [
            SubscribedTrack(mid=mid, person=person, source=source)
            for (person, source), mid in mids.items()
            if mid is not None
        ]
        self._send_offer(self.generation, text, tuple(tracks))
        answer = await self._wait_for_answer(self._answer)
        if answer is None or connection is not self.connection:
            return
        try:
            await connection.accept(answer)
        except BadSdp as error:
            self._counters.add("drop_answer_bad")
            log.warning("an answer could not be used: %s", error.message)
            connection.fail()

    async def _wait_for_answer(self, answer: asyncio.Future[str | None]) -> str | None:
        while True:
            done, _ = await asyncio.wait([answer], timeout=ANSWER_TIMEOUT_S)
            if done:
                self._unanswered = False
                return answer.result()
            if self._is_linked():
                self._counters.add("answers_missing")
                self._changed.set()
                return None
