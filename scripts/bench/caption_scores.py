"""What a viewer got, by the messages and the truth alone: lag, errors, erasure, broken promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.dialogue import Voicing
from wire.links import Hypothesis

_IGNORED = str.maketrans("", "", " .,?!。，？！、")
EARLY_S = 0.5
"""An utterance may begin this much before the speech, with the pre-roll."""
COVERED_SHARE = 0.5
"""Of a sentence that finals must cover, or it is lost."""
COVERED_S = 0.3
"""A final whose utterance ends this much before the end of the speech still covers it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message and when it was sent: seconds from the start of the audio."""

    at: float
    message: Hypothesis
    start: float
    end: float
    """Of its utterance, on the same clock."""


def quantiles_ms(values_s: Sequence[float]) -> dict[str, float | None]:
    if not values_s:
        return {"p50": None, "p95": None}
    p50, p95 = np.quantile(values_s, [0.5, 0.95])
    return {"p50": round(1000 * float(p50)), "p95": round(1000 * float(p95))}


def first_words_s(voice: Voicing, shown: Iterable[Shown]) -> list[float]:
    """From the onset of each run of speech to the first text of an utterance that begins in it."""
    texts = [one for one in shown if one.message.text]
    first = (
        min((one.at for one in texts if start - EARLY_S <= one.start < end), default=None)
        for start, end in voice.runs()
    )
    return [at - start for at, (start, _) in zip(first, voice.runs(), strict=True) if at is not None]


def final_lags_s(voice: Voicing, shown: Iterable[Shown]) -> list[float]:
    """From the end of each run of speech to the final that covers it."""
    return [lag for _, lag in final_lags_by_end_s(voice, shown)]


def final_lags_by_end_s(voice: Voicing, shown: Iterable[Shown]) -> list[tuple[float, float]]:
    """The same with the end of each run."""
    finals = [one for one in shown if one.message.state == "final" and one.message.text]
    lags = []
    for start, end in voice.runs():
        covering = [
            one.at for one in finals if one.end >= end - COVERED_S and one.start < end and one.end > start
        ]
        if covering:
            lags.append((end, min(covering) - end))
    return lags


def character_errors(
    voice: Voicing, shown: Iterable[Shown], text: Callable[[Shown], str] = lambda one: one.message.text
) -> tuple[int, int]:
    """(edits, characters of the truth) of the whole track's finals; marks, spaces and case don't count.

    `text`: what to read instead of a final's own text.
    """
    finals = sorted((one for one in shown if one.message.state == "final"), key=lambda one: one.start)
    wanted = _plain("".join(sentence.text for sentence in voice.said))
    return edit_distance(wanted, _plain("".join(map(text, finals)))), len(wanted)


def lost_finals(voice: Voicing, shown: Iterable[Shown]) -> int:
    """Sentences of which less than half lies within finals that say something."""
    spans = sorted((one.start, one.end) for one in shown if one.message.state == "final" and one.message.text)
    return sum(
        _overlap(sentence.start, sentence.end, spans) < COVERED_SHARE * (sentence.end - sentence.start)
        for sentence in voice.said
    )


def erased(messages: Sequence[Hypothesis], *, continuous: bool = False) -> tuple[int, int]:
    """(characters of shown text that were later changed, characters of the finals).

    `continuous`: a track's captions are one text, in which words may move to the next caption.
    """
    changed = final = 0
    for texts in _tracks(messages) if continuous else _texts(messages):
        changed += sum(_taken_back(before, after) for before, after in pairwise(texts))
        final += len(texts[-1])
    return changed, final


def translation_erased(messages: Sequence[Hypothesis]) -> tuple[int, int]:
    """The same of the translations, every target of an utterance a text of its own."""
    changed = final = 0
    for utterance in _utterances(messages):
        for target in sorted({target for message in utterance for target in message.translations}):
            texts = [line.text if (line := message.translations.get(target)) else "" for message in utterance]
            changed += sum(_taken_back(before, after) for before, after in pairwise(texts))
            final += len(texts[-1])
    return changed, final


def partials_per_utterance(messages: Sequence[Hypothesis]) -> float | None:
    utterances = list(_utterances(messages))
    partials = sum(message.state == "partial" for message in messages)
    return round(partials / len(utterances), 2) if utterances else None


def stable_violations(messages: Sequence[Hypothesis]) -> int:
    """Lines, original or translated, that took back what an earlier message had called stable."""
    violations = 0
    for utterance in _utterances(messages):
        promised: dict[str, str] = {}
        over = False
        for message in utterance:
            violations += over  # nothing may follow a final
            over = message.state == "final"
            lines = {"": (message.text, message.stable)} | {
                target: (line.text, line.stable) for target, line in message.translations.items()
            }
            for name, promise in promised.items():
                violations += not lines.get(name, ("", 0))[0].startswith(promise)
            for name, (text, stable) in lines.items():
                promised[name] = max(promised.get(name, ""), text[:stable], key=len)
    return violations


def edit_distance(wanted: str, found: str) -> int:
    """Insertions, deletions and substitutions."""
    row = list(range(len(found) + 1))
    for i, left in enumerate(wanted, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(found, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]


def _utterances(messages: Sequence[Hypothesis]) -> Iterable[list[Hypothesis]]:
    grouped: dict[tuple[str, int], list[Hypothesis]] = {}
    for message in messages:
        grouped.setdefault((message.track, message.utterance), []).append(message)
    return grouped.values()


def _overlap(start: float, end: float, spans: Iterable[tuple[float, float]]) -> float:
    """Seconds of start–end within `spans`, which are in order of their starts."""
    covered = 0.0
    for first, last in spans:
        first = max(first, start)
        if last > first:
            covered += max(0.0, min(last, end) - first)
            start = max(start, last)
    return covered


def _texts(messages: Sequence[Hypothesis]) -> Iterable[list[str]]:
    """What was shown of each utterance, in order."""
    return ([message.text for message in utterance] for utterance in _utterances(messages))


def _tracks(messages: Sequence[Hypothesis]) -> Iterable[list[str]]:
    """What was shown of each track after each of its messages: all its captions so far in one."""
    lines: dict[str, dict[int, str]] = {}
    whole: dict[str, list[str]] = {}
    for message in messages:
        captions = lines.setdefault(message.track, {})
        captions[message.utterance] = message.text
        text = " ".join(caption for _, caption in sorted(captions.items()) if caption)
        whole.setdefault(message.track, []).append(text)
    return whole.values()


def _taken_back(before: str, after: str) -> int:
    return len(before) - _common_prefix(before, after)


def _common_prefix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _plain(text: str) -> str:
    return text.translate(_IGNORED).lower()
