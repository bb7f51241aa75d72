"""The WebSocket to the transcription worker: every tapped microphone's frames over one connection."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from media.counters import Counters
from wire.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, AudioFrame

log = logging.getLogger(__name__)

MAX_BACKLOG_S = 30
MAX_FRAMES = MAX_BACKLOG_S * SAMPLE_RATE_HZ // FRAME_SAMPLES
"""Per track; beyond it the oldest is dropped and counted (`drop_audio_backlog`)."""
FIRST_DELAY_S = 0.2
MAX_DELAY_S = 2.0


class AudioLink:
    """`run` is its one task. Frames wait here while no transcription worker is known or reachable."""

    def __init__(self, secret: str, counters: Counters) -> None:
        self._secret = secret
        self._counters = counters
        self._url: str | None = None
        self._tracks: dict[str, deque[AudioFrame]] = {}
        self._filled = asyncio.Event()
        self._retargeted = asyncio.Event()

    def set_target(self, url: str | None) -> None:
        if url != self._url:
            self._url = url
            self._retargeted.set()

    def put(self, track: str, wall_us: int, samples: bytes) -> None:
        frames = self._tracks.setdefault(track, deque())
        if len(frames) >= MAX_FRAMES:
            frames.popleft()
            self._counters.add("drop_audio_backlog")
        frames.append(AudioFrame(track, wall_us, samples))
        self._filled.set()

    def forget(self, track: str) -> None:
        """The track has ended and what still waits is of no use."""
        self._tracks.pop(track, None)

    async def run(self) -> None:
        delay_s = FIRST_DELAY_S
        while True:
            self._retargeted.clear()
            if self._url is None:
                await self._retargeted.wait()
                continue
            try:
                if await self._serve(self._url):
                    delay_s = FIRST_DELAY_S
            except (OSError, ConnectionClosed, InvalidHandshake, InvalidURI, TimeoutError) as error:
                log.warning("link to the transcription worker lost (%s)", type(error).__name__)
                self._counters.add("audio_link_lost")
            try:
                async with asyncio.timeout(delay_s):
                    await self._retargeted.wait()
                delay_s = FIRST_DELAY_S
            except TimeoutError:
                delay_s = min(MAX_DELAY_S, 2 * delay_s)

    async def _serve(self, url: str) -> bool:
        """Sends until the link is lost or the target changes; whether it was up."""
        headers = {"Authorization": f"Bearer {self._secret}"}
        async with connect(
            url,
            additional_headers=headers,
            proxy=None,
            open_timeout=5,
            ping_interval=5,
            ping_timeout=10,
            compression=None,
            max_size=1 << 16,
        ) as socket:
            log.info("link to the transcription worker is up")
            writer = asyncio.create_task(self._write(socket))
            endings = [
                asyncio.create_task(self._retargeted.wait()),
                asyncio.create_task(socket.wait_closed()),
            ]
            try:
                await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (writer, *endings):
                    task.cancel()
                await asyncio.gather(writer, *endings, return_exceptions=True)
        return True

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            self._filled.clear()
            for track in list(self._tracks):
                await self._drain(socket, track)
            await self._filled.wait()

    async def _drain(self, socket: ClientConnection, track: str) -> None:
        """A frame is taken out once it was written, so that a lost link loses none."""
        for _ in range(len(self._tracks.get(track, ()))):
            frames = self._tracks.get(track)
            if not frames:
                return
            frame = frames[0]
            await socket.send(frame.pack())
            self._counters.add("audio_frames_out")
            if frames and frames[0] is frame:
                frames.popleft()
