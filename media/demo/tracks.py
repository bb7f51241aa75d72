"""Microphone and camera of a demo speaker: packets encoded beforehand, on a clock."""

from __future__ import annotations

import asyncio
from collections import deque
from fractions import Fraction
from typing import Any

from aiortc import MediaStreamTrack
from av.packet import Packet

from media.demo.conversation import OPUS_FRAME_S, Clip, Line

OPUS_SILENCE = b"\xf8\xff\xfe"
"""20 ms of digital silence, mono (RFC 6716: CELT, fullband)."""
OPUS_TIME_BASE = Fraction(1, 48_000)
OPUS_FRAME_SAMPLES = 960
PICTURE_S = 0.1
PICTURE_TIME_BASE = Fraction(1, 90_000)
PICTURE_TICKS = 9_000


class Mouth:
    """What a speaker is saying; read by whichever tracks are connected at the moment."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()

    @property
    def talking(self) -> bool:
        return bool(self._waiting)

    def say(self, line: Line) -> None:
        """Replaces whatever had not been heard yet, which happens only while disconnected."""
        self._waiting = deque(line.packets)

    def next_packet(self) -> bytes:
        return self._waiting.popleft() if self._waiting else OPUS_SILENCE


class _Clocked(MediaStreamTrack):
    """Hands out one packet every `period_s`, late ones at once."""

    period_s: float
    ticks: int
    time_base: Fraction

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._started_s: float | None = None

    async def recv(self) -> Packet[Any]:
        now_s = asyncio.get_running_loop().time()
        if self._started_s is None:
            self._started_s = now_s
        await asyncio.sleep(max(0.0, self._started_s + self._count * self.period_s - now_s))
        packet: Packet[Any] = Packet(self.next_payload(self._count))
        packet.pts = self._count * self.ticks
        packet.time_base = self.time_base
        self._count += 1
        return packet

    def next_payload(self, number: int) -> bytes:
        """The payload of the packet that is due."""
        raise LookupError(number)


class VoiceTrack(_Clocked):
    kind = "audio"
    period_s, ticks, time_base = OPUS_FRAME_S, OPUS_FRAME_SAMPLES, OPUS_TIME_BASE

    def __init__(self, mouth: Mouth) -> None:
        super().__init__()
        self._mouth = mouth

    def next_payload(self, number: int) -> bytes:
        return self._mouth.next_packet()


class PictureTrack(_Clocked):
    kind = "video"
    period_s, ticks, time_base = PICTURE_S, PICTURE_TICKS, PICTURE_TIME_BASE

    def __init__(self, mouth: Mouth, idle: Clip, talking: Clip) -> None:
        super().__init__()
        self._mouth = mouth
        self._idle, self._talking = idle, talking
        self._clip = idle

    def next_payload(self, number: int) -> bytes:
        index = number % len(self._clip.frames)
        if index == 0:  # clips change only where both have their keyframe
            self._clip = self._talking if self._mouth.talking else self._idle
        return self._clip.frames[index]
