"""Runs of `bench_captions`: made conversations, damaged or not, through one engine after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import caption_report, dialogue
from bench.caption_report import Decode, Figures, Setting
from bench.caption_scores import Shown
from bench.damage import BABBLE_VOICES, lossy, noisy
from bench.dialogue import Voicing
from bench.driven import driven
from bench.engines import ENGINES
from bench.engines.errors import EngineMissing
from bench.engines.faster_whisper import transcribe
from bench.unspoken import UNSPOKEN
from transcription.hardware import Hardware
from transcription.models.store import ModelStore
from transcription.track import pcm
from wire.audio import SAMPLE_RATE_HZ

SPOKEN = ("clean", "noise", "loss")
SCENARIOS = (*SPOKEN, *UNSPOKEN)
FIRST_BABBLE = 900
"""Number of the rooms whose talk is the babble of others: none that is captioned."""
CONTEXT_S = 0.3
"""Audio before and after an utterance that an offline recogniser hears, as Sangdam's does."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for."""

    engines: tuple[str, ...]
    sessions: int
    seconds: int
    speakers: int | None = None
    """Rooms of one speaker who talks all the time, in place of sessions."""
    join_at_s: int | None = None
    threads: int = 1

    @property
    def rooms(self) -> int:
        return self.speakers or self.sessions


def run(store: ModelStore, plan: Plan, scenario: str) -> Figures:
    """Raises TranscriptionError, EspeakError, EngineMissing, and ValueError for languages not known."""
    if scenario in UNSPOKEN:
        return asyncio.run(unspoken(store, scenario, plan.seconds, threads=plan.threads))
    voices = conversations(store, plan, scenario)
    setting = Setting(scenario, plan.rooms, plan.seconds, plan.join_at_s)
    decode = offline(store, plan.threads)
    reports = []
    for engine in plan.engines:
        try:
            outcome = asyncio.run(ENGINES[engine](store, voices, threads=plan.threads))
        except EngineMissing as error:
            if len(plan.engines) == 1:
                raise
            reports.append({"engine": engine, "scenario": scenario, "error": str(error)})
            continue
        reports.append(caption_report.report(engine, setting, voices, outcome, decode))
    if len(reports) == 1:
        return reports[0]
    return {"scenario": scenario, "engines": reports, "ratios": caption_report.ratios(reports)}


def conversations(store: ModelStore, plan: Plan, scenario: str) -> tuple[Voicing, ...]:
    languages = store.model_set().recogniser.languages
    make = dialogue.monologue if plan.speakers else dialogue.session
    voices: tuple[Voicing, ...] = ()
    for number in range(plan.rooms):
        if number and plan.join_at_s is not None:
            voices += dialogue.joining(make(number, plan.seconds - plan.join_at_s, languages), plan.join_at_s)
        else:
            voices += make(number, plan.seconds, languages)
    if scenario == "noise":
        others = [
            dialogue.monologue(FIRST_BABBLE + number, 30, languages)[0].samples
            for number in range(BABBLE_VOICES)
        ]
        return noisy(voices, others, seed=1)
    return lossy(voices, seed=1) if scenario == "loss" else voices


def offline(store: ModelStore, threads: int) -> Decode:
    """Plain faster-whisper on the utterances of an engine, after the fact and at its leisure."""
    model = store.load_recogniser(Hardware(threads=threads))

    def decode(voice: Voicing, shown: Shown) -> str:
        start, end = (
            max(0, round(second * SAMPLE_RATE_HZ))
            for second in (shown.start - CONTEXT_S, shown.end + CONTEXT_S)
        )
        return transcribe(model, pcm(voice.samples[start:end].tobytes()), voice.language)

    return decode


async def unspoken(store: ModelStore, scenario: str, seconds: float, *, threads: int) -> Figures:
    """Sound without a word in every language of the models, on a driven clock: captions must be none."""
    languages: Sequence[str] = store.model_set().recogniser.languages
    samples = UNSPOKEN[scenario](seconds, 1)
    tracks = {f"s0-p{number}": (language, languages[number - 1]) for number, language in enumerate(languages)}
    began, cpu = time.monotonic(), time.process_time()
    async with driven(store, tracks, threads=threads) as drive:
        await drive.play(dict.fromkeys(tracks, samples))
        for name in tracks:
            drive.pipeline.untrack(name)
        await drive.pipeline.drained()
        counters = drive.pipeline.stats().counters
    return {
        "engine": "sangdam",
        "scenario": scenario,
        "audio_s": seconds,
        "languages": list(languages),
        "took_s": round(time.monotonic() - began, 1),
        "cpu_s": round(time.process_time() - cpu, 2),
        "captions": len(drive.said),
        "texts": sorted(set(drive.said.values()))[:10],
        "utterances": counters.get("utterances", 0),
        "passes": counters.get("passes", 0),
    }
