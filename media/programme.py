"""One sound or picture for a player, cut together from what several people send, as if it were one sender's.

Sequence numbers, timestamps and picture numbers go on over a cut; pictures are cut at keyframes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from media import rtcp, vp8
from media.counters import Counters
from media.fanout import Copy
from media.forwarding import StoredPacket
from media.keyframe import starts_keyframe
from media.receiver import Listener, Receiver
from media.rtptime import RtpClock
from media.sdp import Codec
from media.sender import Sender

LATE_PACKETS = 512
"""How far before a cut a packet may lie that is late and not the next round of sequence numbers."""
_NTP_EPOCH_S = 2_208_988_800
_KEYFRAME_S = 0.5


class _Nowhere:
    def send_rtcp(self, packet: bytes) -> None:
        """Nobody is behind a programme; feedback goes to whoever is on."""


class Ear:
    """Listens to one receiver: what it takes from there goes to `take`."""

    def __init__(self, source: Receiver, take: Callable[[Ear, Sequence[StoredPacket], int], None]) -> None:
        self.source = source
        self._take = take
        self.first: int | None = None
        """Source's sequence number at the cut; the shifts lead from its numbers to the programme's."""
        self.sequence_shift = 0
        self.timestamp_shift = 0
        self.picture_shift: vp8.PictureShift | None = None
        self.restarted = False
        """The source counts anew."""
        source.listen(self)

    def forward(self, packets: Sequence[StoredPacket], send_time: int, level: int) -> None:
        self._take(self, packets, level)

    def pass_report(self, report: rtcp.SenderReport) -> None:
        """Clocks differ between people: a programme makes reports of its own."""

    def restart(self) -> None:
        self.restarted = True

    def tick(self, now_s: float) -> None:
        """The programme has a clock of its own."""

    def close(self) -> None:
        self.source.unlisten(self)


class Programme(Receiver):
    """A source like a publisher's for the senders that are attached to it. `show` says what is on."""

    def __init__(self, kind: Codec, codecs: Iterable[Codec], counters: Counters) -> None:
        super().__init__("audio" if kind == "opus" else "video", _Nowhere(), counters)
        self.codecs = frozenset(codecs)
        self.live = True
        self._rate_hz = 48_000 if kind == "opus" else 90_000
        self._on: Ear | None = None
        self._next: Ear | None = None
        self._asked_s = 0.0
        self._sequence = -1
        self._timestamp = 0
        """Of the newest packet, extended: it does not wrap."""
        self._sent_s: float | None = None
        self._clock = RtpClock(self._rate_hz)
        self._pictures = vp8.NO_PICTURES
        """Of the newest packet."""

    @property
    def on(self) -> Receiver | None:
        return self._on.source if self._on is not None else None

    def fan(self, listener: Listener, copy: Copy) -> bool:
        """What it shows changes too often."""
        return False

    @property
    def newest(self) -> tuple[int, int] | None:
        return None if self._sent_s is None else (self._sequence & 0xFFFF, self._timestamp & 0xFFFFFFFF)

    def show(self, source: Receiver | None, now_s: float) -> None:
        """The cut to a picture is made when its next keyframe comes, to a sound at once."""
        if self._on is not None and (source is self._on.source or source is None):
            self._drop_next()
            if source is None:
                self._on.close()
                self._on = None
            return
        if source is None:
            self._drop_next()
            return
        if self._next is not None and self._next.source is source:
            return
        self._drop_next()
        self._next = Ear(source, self._take)
        self._ask(now_s)

    def close(self) -> None:
        self.show(None, 0.0)
        self._drop_next()
        self.live = False

    def _drop_next(self) -> None:
        if self._next is not None:
            self._next.close()
            self._next = None

    # --- packet path ---

    def _take(self, ear: Ear, packets: Sequence[StoredPacket], level: int) -> None:
        now_s = time.monotonic()
        taken = [held for stored in packets if (held := self._taken(ear, stored, now_s)) is not None]
        self._level = level
        if taken:
            self._deliver(taken, now_s)

    def _taken(self, ear: Ear, stored: StoredPacket, now_s: float) -> StoredPacket | None:
        """The packet as the programme's; None for what is not its."""
        sequence, timestamp, marker, padding, payload = stored
        if ear is self._next or (ear is self._on and ear.restarted):
            if self.kind == "video" and not starts_keyframe(ear.source.codec, payload):
                return None
            self._cut(ear, stored, now_s)
        elif ear is not self._on:
            return None
        if ear.first is not None:
            if 0 < (ear.first - sequence) & 0xFFFF <= LATE_PACKETS:
                return None
            if (sequence - ear.first) & 0xFFFF > LATE_PACKETS:
                ear.first = None
        outgoing = (sequence + ear.sequence_shift) & 0xFFFF
        moved = (timestamp + ear.timestamp_shift) & 0xFFFFFFFF
        if ear.picture_shift is not None:
            payload = vp8.shifted(payload, ear.picture_shift)
        held = (outgoing, moved, marker, padding, payload)
        self._note(held, now_s)
        if self.kind == "video":
            self._history.keep(held, now_s)
        return held

    def _cut(self, ear: Ear, first: StoredPacket, now_s: float) -> None:
        if self._on is not None and self._on is not ear:
            self._on.close()
        self._on = ear
        if self._next is ear:
            self._next = None
        sequence, timestamp = first[:2]
        ear.restarted = False
        elapsed_s = 0.0 if self._sent_s is None else max(now_s - self._sent_s, 0.001)
        ear.first = sequence
        ear.sequence_shift = self._sequence + 1 - sequence
        ear.timestamp_shift = self._timestamp + round(elapsed_s * self._rate_hz) - timestamp
        self.codec = ear.source.codec
        if self.codec == "vp8":
            ear.picture_shift = vp8.shift_after(self._pictures, vp8.pictures(first[4]))
        self._counters.add("programme_cuts")
        for sender in self.listeners:
            if isinstance(sender, Sender):
                sender.use(self.codec)

    def _note(self, held: StoredPacket, now_s: float) -> None:
        sequence, timestamp = held[:2]
        if (sequence - self._sequence) & 0xFFFF < 0x8000:
            self._sequence = sequence
            # Pictures may come in another order than they are shown in.
            self._timestamp += ((timestamp - self._timestamp + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
            self._sent_s = now_s
            if self.codec == "vp8":
                self._pictures = vp8.pictures(held[4])
            self._clock.observe(self._timestamp, now_s)

    # --- feedback ---

    def request_keyframe(self, now_s: float) -> None:
        for ear in (self._on, self._next):
            if ear is not None:
                ear.source.request_keyframe(now_s)

    def tick(self, now_s: float) -> None:
        if now_s - self._asked_s >= _KEYFRAME_S:
            self._ask(now_s)
        for sender in self.listeners:
            sender.tick(now_s)

    def _ask(self, now_s: float) -> None:
        self._asked_s = now_s
        for ear in (self._on, self._next):
            if ear is not None and (ear is self._next or ear.restarted):
                ear.source.request_keyframe(now_s)

    def each_second(self, now_s: float) -> None:
        """Sender reports on this machine's clock, the same for sound and picture whoever they are from."""
        if self._sent_s is None:
            return
        delay_s = now_s - self._clock.wall_s(self._timestamp)
        wall_s = time.time() - delay_s + _NTP_EPOCH_S
        report = rtcp.SenderReport(0, int(wall_s * (1 << 32)), self._timestamp & 0xFFFFFFFF)
        self.last_report = report
        for sender in self.listeners:
            sender.pass_report(report)
