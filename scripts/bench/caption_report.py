"""One engine's run told in figures, and several engines' against Sangdam's."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench import caption_scores as scores
from bench.caption_scores import Shown
from bench.dialogue import Voicing
from bench.engines.outcome import Outcome

Figures = dict[str, Any]
Decode = Callable[[Voicing, Shown], str]
"""What an offline recogniser makes of an utterance."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run was like, whatever the engine."""

    scenario: str
    sessions: int
    seconds: float
    join_at_s: float | None = None


def report(
    engine: str, setting: Setting, voices: Sequence[Voicing], outcome: Outcome, decode: Decode | None = None
) -> Figures:
    """The keys that programs rely on first; docs/performance.md says what each means."""
    by_track = {
        voice.name: [one for one in outcome.shown if one.message.track == voice.name] for voice in voices
    }
    messages = [one.message for one in outcome.shown]
    audio_s = setting.sessions * setting.seconds
    speech_s = sum(sentence.end - sentence.start for voice in voices for sentence in voice.said)
    cer = _error_rate([scores.character_errors(voice, by_track[voice.name]) for voice in voices])
    return {
        "engine": engine,
        "scenario": setting.scenario,
        "sessions": setting.sessions,
        "audio_s": audio_s,
        "speech_s": round(speech_s, 1),
        "cpu_s": round(outcome.cpu_s, 2),
        "cpu_per_audio_s": round(outcome.cpu_s / audio_s, 4),
        "cpu_per_speech_s": round(outcome.cpu_s / max(0.1, speech_s), 4),
        **_lags(voices, by_track),
        "cer": cer,
        **_offline(voices, by_track, cer, decode if not outcome.continuous else None),
        "erasure": _share(scores.erased(messages, continuous=outcome.continuous)),
        "translation_erasure": _share(scores.translation_erased(messages)),
        "stable_violations": 0 if outcome.continuous else scores.stable_violations(messages),
        "dropped_partials": outcome.dropped_partials,
        "partials_per_utterance": scores.partials_per_utterance(messages),
        "sentences": sum(len(voice.said) for voice in voices),
        "lost_finals": sum(scores.lost_finals(voice, by_track[voice.name]) for voice in voices),
        **outcome.load,
        "rooms": _rooms(voices, by_track),
        **_join(setting, voices, by_track),
    }


def ratios(reports: Sequence[Figures]) -> Figures:
    """Sangdam's processor time, first words and final lag as shares of each other engine's, in one run."""
    own = next((one for one in reports if one["engine"] == "sangdam" and "cpu_s" in one), None)
    if own is None:
        return {}
    return {
        other["engine"]: {
            "cpu": _ratio(own["cpu_s"], other["cpu_s"]),
            "cpu_recognition": _ratio(own.get("recognition_cpu_s"), other["cpu_s"]),
            "first_partial": _ratio(own["first_partial_ms"]["p50"], other["first_partial_ms"]["p50"]),
            "final_lag": _ratio(own["final_lag_ms"]["p50"], other["final_lag_ms"]["p50"]),
            "passes": _ratio(own.get("passes"), other.get("passes")),
        }
        for other in reports
        if other is not own and "cpu_s" in other
    }


def _lags(voices: Sequence[Voicing], by_track: Mapping[str, Sequence[Shown]]) -> Figures:
    first = [lag for voice in voices for lag in scores.first_words_s(voice, by_track[voice.name])]
    final = [lag for voice in voices for lag in scores.final_lags_s(voice, by_track[voice.name])]
    return {"first_partial_ms": scores.quantiles_ms(first), "final_lag_ms": scores.quantiles_ms(final)}


def _rooms(voices: Sequence[Voicing], by_track: Mapping[str, Sequence[Shown]]) -> Figures:
    return {
        room: _lags([voice for voice in voices if voice.room == room], by_track)
        for room in sorted({voice.room for voice in voices})
    }


def _join(setting: Setting, voices: Sequence[Voicing], by_track: Mapping[str, Sequence[Shown]]) -> Figures:
    """The first room's final lag before and after the others came."""
    at = setting.join_at_s
    if at is None:
        return {}
    before: list[float] = []
    after: list[float] = []
    for voice in (voice for voice in voices if voice.room == voices[0].room):
        for end, lag in scores.final_lags_by_end_s(voice, by_track[voice.name]):
            (after if end >= at else before).append(lag)
    medians = [1000 * statistics.median(lags) if lags else None for lags in (before, after)]
    return {
        "join_at_s": at,
        "first_room_median_before": _rounded(medians[0]),
        "first_room_median_after": _rounded(medians[1]),
        "first_room_change": _ratio(medians[1], medians[0]),
    }


def _offline(
    voices: Sequence[Voicing], by_track: Mapping[str, Sequence[Shown]], cer: float, decode: Decode | None
) -> Figures:
    if decode is None:
        return {"offline_cer": None, "cer_gap": None}
    offline = _error_rate(
        [scores.character_errors(voice, by_track[voice.name], partial(decode, voice)) for voice in voices]
    )
    return {"offline_cer": offline, "cer_gap": round(cer - offline, 4)}


def _error_rate(errors: Sequence[tuple[int, int]]) -> float:
    return _share((sum(edits for edits, _ in errors), sum(length for _, length in errors)))


def _share(counts: tuple[int, int]) -> float:
    return round(counts[0] / max(1, counts[1]), 4)


def _ratio(one: float | None, other: float | None) -> float | None:
    return round(one / other, 3) if one is not None and other else None


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
