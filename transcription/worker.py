"""The transcription worker's process: models loaded, link dialled, signals heard."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.audio_server import AudioServer
from transcription.errors import ConfigurationError
from transcription.inference import Translating
from transcription.models.store import ModelStore
from transcription.options import Options, parse
from transcription.pipeline import Emitted, Pipeline
from transcription.priority import step_back
from transcription.recogniser import Recogniser
from transcription.unkept import Unkept
from wire.dial import WorkerLink
from wire.errors import LinkRefused
from wire.links import (
    Compare,
    Hypothesis,
    Kept,
    Models,
    Track,
    TranscriptionHello,
    Translate,
    Untrack,
    server_to_transcription,
)

log = logging.getLogger(__name__)

EX_CONFIG = 78
"""The supervisor need not start it again at once (sysexits.h)."""
STATS_INTERVAL_S = 5.0
ANNOUNCE_S = 30.0
"""After the link came back: tracks that the server has not announced again by then are no longer wanted."""


@dataclass(frozen=True, slots=True)
class Loaded:
    models: Models
    recogniser: Recogniser
    translator: Translating


def load(options: Options) -> Loaded:
    """Raises ModelError."""
    store = ModelStore(options.models)
    models = store.model_set().describe()
    return Loaded(
        models,
        Recogniser(store.load_recogniser(options.hardware), models.languages),
        store.load_translator(options.hardware),
    )


class Worker:
    """One life of the process: `instance` tells the server this one from the last."""

    def __init__(self, options: Options, loaded: Loaded) -> None:
        self._options = options
        self._models = loaded.models
        self._instance = secrets.token_hex(8)
        self._audio_url = ""
        self._unkept = Unkept()
        self._unannounced: frozenset[str] = frozenset()
        self._linked_at = 0.0
        self._pipeline = Pipeline(
            loaded.recogniser,
            loaded.translator,
            self._emit,
            prompted=not loaded.models.demo,
            workers=options.hardware.workers,
            detect_languages=options.detect_languages,
        )
        self._audio = AudioServer(options.secret, self._pipeline.feed)
        self._link: WorkerLink = WorkerLink(
            options.server,
            options.secret,
            hello=self._hello,
            codec=server_to_transcription,
            handle=self._handle,
        )

    async def run(self) -> None:
        """Until cancelled. Raises LinkRefused, and OSError where the audio port is taken."""
        async with self._audio.listening(self._options.audio_host, self._options.audio_port) as url:
            self._audio_url = url
            languages = ", ".join(self._models.languages)
            log.info("recogniser %s for %s, %s", self._models.recogniser, languages, self._options.hardware)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pipeline.run())
                tasks.create_task(self._link.run())
                tasks.create_task(self._report())

    def _emit(self, message: Emitted) -> None:
        partial = isinstance(message, Hypothesis) and message.state == "partial"
        if isinstance(message, Hypothesis) and not partial:
            self._unkept.add(message)
        self._link.send(message, droppable=partial)

    def _hello(self) -> TranscriptionHello:
        self._unannounced = self._pipeline.tracks
        self._linked_at = asyncio.get_running_loop().time()
        for final in self._unkept.all():
            if final not in self._link.outbox:
                self._link.send(final)
        return TranscriptionHello(
            name=self._options.name,
            instance=self._instance,
            audio_url=self._audio_url,
            models=self._models,
        )

    async def _handle(self, message: Track | Untrack | Kept | Translate | Compare) -> None:
        match message:
            case Track():
                self._unannounced -= {message.track}
                self._pipeline.track(message)
            case Untrack():
                self._pipeline.untrack(message.track)
            case Kept():
                self._unkept.kept(message.track, message.utterance)
            case Translate():
                self._pipeline.translate(message)
            case Compare():
                self._pipeline.compare(message)

    async def _report(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(STATS_INTERVAL_S)
            if (
                self._unannounced
                and self._link.outbox.connected
                and loop.time() - self._linked_at > ANNOUNCE_S
            ):
                for track in self._unannounced:
                    self._pipeline.untrack(track)
                self._unannounced = frozenset()
            stats = self._pipeline.stats()
            counters = {**stats.counters, **self._audio.counters}
            counters |= {"unkept_finals": len(self._unkept), "forgotten_finals": self._unkept.forgotten}
            self._link.send(stats.model_copy(update={"counters": counters}), droppable=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 after SIGTERM or SIGINT, 78 for a configuration that starting again does not heal."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))  # while models are loading
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments, os.environ)
        logging.basicConfig(
            level=options.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            stream=sys.stderr,
        )
        step_back()
        asyncio.run(_until_told(options, load(options)))
    except ConfigurationError as error:
        print(f"transcription worker: {error}", file=sys.stderr)
        return EX_CONFIG
    return 0


async def _until_told(options: Options, loaded: Loaded) -> None:
    """Raises ConfigurationError."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    worker = asyncio.create_task(Worker(options, loaded).run())
    stop = asyncio.create_task(told.wait())
    try:
        await asyncio.wait((worker, stop), return_when=asyncio.FIRST_COMPLETED)
        if not told.is_set():
            await worker
    except* LinkRefused as refused:
        explanation = f"{_first(refused)}: check the worker secret and --server"
    except* OSError as error:
        place = f"{options.audio_host} port {options.audio_port}"
        explanation = f"cannot listen for audio on {place}: {_first(error)}"
    else:
        return
    finally:
        for task in (worker, stop):
            task.cancel()
        await asyncio.gather(worker, stop, return_exceptions=True)
    raise ConfigurationError(explanation)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
