"""A transcription worker whose words come from the test: the real link, no models."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from wire.audio import unpack
from wire.captions import Translation
from wire.dial import WorkerLink
from wire.links import (
    Compare,
    Compared,
    Hypothesis,
    Models,
    Route,
    Track,
    TranscriptionHello,
    Translate,
    Translated,
    Untrack,
    server_to_transcription,
)

MODELS = Models(
    recogniser="test",
    languages=("ko", "zh", "en"),
    routes=tuple(
        Route(source=source, target=target, engine="test")
        for source in ("ko", "zh", "en")
        for target in ("ko", "zh", "en")
        if source != target
    ),
    demo=True,
)


class Recogniser:
    """Runs its own loop in a thread, `inside` its network; `say` may be called from the test's thread."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        inside: Callable[[], AbstractContextManager[None]] = nullcontext,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._inside = inside
        self._tracks: dict[str, Track] = {}
        self._announced = threading.Condition()
        self._utterances = 0
        self.heard: Counter[str] = Counter()
        """Samples that came, by track; 16,000 a second."""
        self._audio_url = ""
        self._loop = asyncio.new_event_loop()
        self._link = WorkerLink(
            url,
            secret,
            hello=lambda: TranscriptionHello(
                name="test", instance="t1", audio_url=self._audio_url, models=MODELS
            ),
            codec=server_to_transcription,
            handle=self._handle,
            tls=tls,
        )
        self._thread = threading.Thread(target=self._run, name="recogniser", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._serve())
        try:
            with self._inside():
                self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        async with serve(self._hear, "127.0.0.1", 0) as audio:
            port = next(iter(audio.sockets)).getsockname()[1]
            self._audio_url = f"ws://127.0.0.1:{port}/audio"
            await self._link.run()

    async def _hear(self, voices: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for data in voices:
                if isinstance(data, bytes):
                    frame = unpack(data)
                    self.heard[frame.track] += len(frame.samples) // 2

    async def _handle(self, message: Track | Untrack | Translate | Compare) -> None:
        if isinstance(message, Track):
            with self._announced:
                self._tracks[message.track] = message
                self._announced.notify_all()
        elif isinstance(message, Compare):
            self._link.send(Compared(request=message.request, lines=message.lines))
        elif isinstance(message, Translate):
            made = {target: Translation(text=f"«{message.text}»", stable=0) for target in message.targets}
            self._link.send(Translated(request=message.request, translations=made))

    def told(self, track: str, wanted: Callable[[Track], bool]) -> Track:
        """Waits until the track was announced like this."""
        with self._announced:
            assert self._announced.wait_for(
                lambda: track in self._tracks and wanted(self._tracks[track]), timeout=15
            )
            return self._tracks[track]

    def utterance(self) -> int:
        self._utterances += 1
        return self._utterances

    def say(self, track: str, text: str, translations: dict[str, Any], **more: Any) -> int:
        """Sends a hypothesis, a final one unless `more` says otherwise; returns its utterance."""
        now_ms = int(time.time() * 1000)
        utterance = more.pop("utterance", None) or self.utterance()
        values: dict[str, Any] = {
            "rev": 1,
            "state": "final",
            "lang": "ko",
            "stable": len(text),
            "confidence": 0.9,
            "start_wall_ms": now_ms - 1200,
            "end_wall_ms": now_ms - 400,
            "lag_ms": 400,
        }
        lines = {tag: Translation.model_validate(line) for tag, line in translations.items()}
        hypothesis = Hypothesis(
            track=track, utterance=utterance, text=text, translations=lines, **(values | more)
        )
        done: Future[None] = Future()

        def send() -> None:
            self._link.send(hypothesis)
            done.set_result(None)

        self._loop.call_soon_threadsafe(send)
        done.result(5)
        return utterance

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(5)
