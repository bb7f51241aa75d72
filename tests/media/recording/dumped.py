"""Dumps made by hand: what a browser's packets look like once they are on the disk."""

from __future__ import annotations

import random
from pathlib import Path

import av

from media import rtcp
from media.recording import rtpdump

START_MS = 1_790_000_000_000
PICTURES = Path(__file__).parents[3] / "media" / "demo" / "pictures" / "seller-talking.ivf"
OPUS_20_MS = b"\xf8\xff\xfe"


def vp8_pictures() -> list[bytes]:
    with av.open(str(PICTURES)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def vp8_packets(picture: bytes, picture_id: int, part_bytes: int = 900) -> list[tuple[bytes, bool]]:
    """(payload, marker) with a descriptor of a 15-bit picture id."""
    parts = [picture[at : at + part_bytes] for at in range(0, len(picture), part_bytes)]
    described = []
    for number, part in enumerate(parts):
        first = 0x90 if number == 0 else 0x80
        descriptor = bytes((first, 0x80, 0x80 | picture_id >> 8, picture_id & 0xFF))
        described.append((descriptor + part, number == len(parts) - 1))
    return described


class DumpFile:
    """Writes one; `delay_ms` is what each packet took on its way."""

    def __init__(
        self, path: Path, *, ssrc: int, rate_hz: int, sequence: int = 65_500, timestamp: int = 2**32 - 900
    ):
        self._file = path.open("wb")
        self._file.write(rtpdump.opening(START_MS))
        self.ssrc, self._rate_hz = ssrc, rate_hz
        self._sequence, self._timestamp = sequence, timestamp
        self._held: list[bytes] = []

    def packet(self, media_ms: float, payload: bytes, *, marker: bool = False, delay_ms: int = 30) -> int:
        """The packet's number from 0 on; `media_ms` since the start."""
        number = self._sequence
        self._file.write(self._record(number, media_ms, payload, marker, delay_ms))
        self._sequence += 1
        return number

    def skip(self) -> None:
        """A packet that was lost."""
        self._sequence += 1

    def again(self, number: int, media_ms: float, payload: bytes, *, marker: bool = False) -> None:
        self._file.write(self._record(number, media_ms, payload, marker, 90))

    def _record(self, number: int, media_ms: float, payload: bytes, marker: bool, delay_ms: int) -> bytes:
        timestamp = (self._timestamp + round(media_ms * self._rate_hz / 1000)) & 0xFFFFFFFF
        offset = int(media_ms) + delay_ms
        return rtpdump.rtp_record(
            offset, number & 0xFFFF, timestamp, 0x80 if marker else 0, 0, self.ssrc, payload
        )

    def report(self, media_ms: float, published_ms: float, *, delay_ms: int = 25) -> None:
        timestamp = (self._timestamp + round(media_ms * self._rate_hz / 1000)) & 0xFFFFFFFF
        ntp = int(published_ms * 2**32 / 1000)
        report = rtcp.sender_report(self.ssrc, ntp, timestamp, 0, 0, "-")
        self._file.write(rtpdump.rtcp_record(int(media_ms) + delay_ms, report))

    def close(self) -> None:
        self._file.close()


def noise(count: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(count)
