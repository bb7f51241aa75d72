"""One room's recording while it runs: what every track receives, on its way to the disk."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from media import rtcp
from media.forwarding import StoredPacket
from media.receiver import Receiver
from media.recording import rtpdump
from media.recording.storage import RecordingStopped, Storage

MAX_DUMP_MS = 3 * 3_600_000
"""Then another file begins: 32 bits of a picture's clock are 13 hours."""
OnStopped = Callable[[RecordingStopped], None]


class TrackDump:
    """What a receiver writes into; drained by its take."""

    __slots__ = ("_buffer", "_receiver", "_start_ms", "path")

    def __init__(self, path: Path, receiver: Receiver) -> None:
        self.path = path
        self._receiver = receiver
        self._start_ms = _wall_ms()
        self._buffer = bytearray(rtpdump.opening(self._start_ms))

    @property
    def age_ms(self) -> int:
        return _wall_ms() - self._start_ms

    def packet(self, stored: StoredPacket) -> None:
        sequence, timestamp, marker, padding, payload = stored
        offset_ms = max(0, _wall_ms() - self._start_ms)
        ssrc = self._receiver.ssrc or 0
        self._buffer += rtpdump.rtp_record(offset_ms, sequence, timestamp, marker, padding, ssrc, payload)

    def report(self, report: rtcp.SenderReport) -> None:
        offset_ms = max(0, _wall_ms() - self._start_ms)
        packet = rtcp.sender_report(report.ssrc, report.ntp, report.rtp_timestamp, 0, 0, "-")
        self._buffer += rtpdump.rtcp_record(offset_ms, packet)

    def take(self) -> bytes:
        taken, self._buffer = bytes(self._buffer), bytearray()
        return taken


class Take:
    """From start to stop; another one follows after a pause. `on_stopped` is called in the disk's thread."""

    def __init__(self, name: str, directory: Path, storage: Storage, on_stopped: OnStopped) -> None:
        self.name = name
        self.bytes = 0
        self.error: RecordingStopped | None = None
        """The first that the disk made; nothing is written after it."""
        self._directory = directory
        self._storage = storage
        self._on_stopped = on_stopped
        self._dumps: dict[tuple[str, str], tuple[Receiver, TrackDump]] = {}
        self._ended: list[TrackDump] = []
        self._files = 0
        self._started_ms = _wall_ms()

    def follow(self, tracks: dict[tuple[str, str], Receiver], now_s: float) -> None:
        """`tracks` by person and source: new ones are recorded from a keyframe on, ended ones no more."""
        for key, (receiver, dump) in list(self._dumps.items()):
            if tracks.get(key) is not receiver or dump.age_ms > MAX_DUMP_MS:
                self._let_go(key, receiver, dump)
        for (person, source), receiver in tracks.items():
            if (person, source) in self._dumps:
                continue
            self._files += 1
            # By time, and no other worker's: a room may go on elsewhere.
            path = self._directory / f"{self._started_ms}-{self._files:03d}-{person}-{source}.rtp"
            dump = TrackDump(path, receiver)
            if receiver.last_report is not None:
                dump.report(receiver.last_report)
            receiver.recorder = dump
            receiver.request_keyframe(now_s)
            self._dumps[person, source] = receiver, dump

    def _let_go(self, key: tuple[str, str], receiver: Receiver, dump: TrackDump) -> None:
        del self._dumps[key]
        if receiver.recorder is dump:
            receiver.recorder = None
        self._ended.append(dump)

    def flush(self) -> None:
        """Hands what has come to the disk; raises RecordingStopped."""
        dumps = [*self._ended, *(dump for _, dump in self._dumps.values())]
        self._ended.clear()
        writes = [(dump.path, data) for dump in dumps if (data := dump.take())]
        if writes:
            self.bytes += sum(len(data) for _, data in writes)
            self._storage.append(writes, self._on_stopped)

    def stop(self) -> None:
        """Nothing more is taken; `flush` brings the last of it to the disk."""
        for key, (receiver, dump) in list(self._dumps.items()):
            self._let_go(key, receiver, dump)


def _wall_ms() -> int:
    return int(time.time() * 1000)
