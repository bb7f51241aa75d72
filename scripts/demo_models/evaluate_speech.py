"""Measures a speech model in CTranslate2 form: `python -m demo_models.evaluate_speech DIR`."""

import argparse
import json
import resource
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from demo_models.grammar import LANGUAGES
from demo_models.recogniser import NO_SPEECH_GATE, Recogniser
from demo_models.speech_cases import (
    VOICES,
    Case,
    fixed_cases,
    held_out_cases,
    in_noise,
    nothing,
    through_opus,
)
from demo_models.voices import SAMPLE_RATE

_IGNORED = str.maketrans("", "", " .,?!。，？！")
_WINDOWS = (700, 1000, 1500, 3000)


@dataclass(frozen=True, slots=True)
class Scope:
    """How much is measured."""

    cases: int = 60
    """Sentences by language and kind of voice."""
    quiet_seconds: int = 60
    quiet_kinds: int | None = None
    """How many of the sounds in which nobody speaks; None: all."""
    fixed_step: int = 1


def distance(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Insertions, deletions and substitutions between two sequences."""
    row = list(range(len(found) + 1))
    for i, left in enumerate(wanted, 1):
        corner, row[0] = row[0], i
        for j, right in enumerate(found, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))
    return row[-1]


def plain(text: str) -> str:
    """Letters and digits only, in small letters."""
    return text.lower().translate(_IGNORED)


def rates(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Character errors and sentences without any, over (wanted, found); marks and spaces do not count."""
    errors = characters = exact = count = 0
    for wanted, found in pairs:
        left, right = plain(wanted), plain(found)
        errors += distance(left, right)
        characters += len(left)
        exact += left == right
        count += 1
    return {
        "cer": round(errors / max(characters, 1), 4),
        "exact": round(exact / max(count, 1), 4),
        "n": count,
    }


def measure(recogniser: Recogniser, cases: Sequence[Case], **options: Any) -> dict[str, Any]:
    """`options` as for `Recogniser.hear`; `cpu_ms` is processor time a sentence, features included."""
    began = _cpu_seconds()
    answers = [recogniser.hear(item.samples, item.language, **options) for item in cases]
    spent = _cpu_seconds() - began
    found = rates((item.text, answer.text) for item, answer in zip(cases, answers, strict=True))
    found["cpu_ms"] = round(1000 * spent / max(len(cases), 1), 1)
    found["highest_no_speech"] = round(max((answer.no_speech for answer in answers), default=0.0), 4)
    return found


def measure_prefixes(recogniser: Recogniser, cases: Sequence[Case]) -> dict[str, Any]:
    """The first half of each sentence is forced: does the rest come out?"""
    return rates(
        (item.text, recogniser.hear(item.samples, item.language, prefix=item.half).text) for item in cases
    )


def measure_transcribe(whisper: WhisperModel, cases: Sequence[Case]) -> dict[str, Any]:
    """Through `WhisperModel.transcribe`, which pads to 30 s."""
    pairs = []
    for item in cases:
        segments, _ = whisper.transcribe(
            item.samples,
            language=item.language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        pairs.append((item.text, "".join(said.text for said in segments)))
    return rates(pairs)


def characters_in_quiet(recogniser: Recogniser, scope: Scope) -> dict[str, dict[str, int]]:
    """Characters written where nobody speaks: through faster-whisper, and in 10 s windows with the gate."""
    found: dict[str, dict[str, int]] = {}
    for name, samples in list(nothing(scope.quiet_seconds).items())[: scope.quiet_kinds]:
        counts = {"transcribe": 0, "transcribe_with_vad": 0, "gated_windows": 0}
        for language in LANGUAGES:
            for key, vad in (("transcribe", False), ("transcribe_with_vad", True)):
                segments, _ = recogniser.whisper.transcribe(
                    samples, language=language, vad_filter=vad, beam_size=1
                )
                counts[key] += sum(len(said.text) for said in segments)
            for at in range(0, len(samples), 10 * SAMPLE_RATE):
                answer = recogniser.hear(samples[at : at + 10 * SAMPLE_RATE], language)
                if answer.no_speech < NO_SPEECH_GATE:
                    counts["gated_windows"] += len(answer.text)
        found[name] = counts
    return found


def by_language(recogniser: Recogniser, language: str, scope: Scope) -> dict[str, Any]:
    voices = {kind: held_out_cases(language, kind, scope.cases, seed=2) for kind in VOICES}
    mixed = [item for cases in voices.values() for item in cases][:: 1 if scope.cases < 10 else 4]
    return {
        "voices": {kind: measure(recogniser, cases) for kind, cases in voices.items()},
        "windows": {f"{size // 100} s": measure(recogniser, mixed, window=size) for size in _WINDOWS},
        "without_timestamps": measure(recogniser, mixed, timestamps=False),
        "opus_24_kbit": measure(recogniser, through_opus(mixed, 24_000)),
        "pink_noise_15_db": measure(recogniser, in_noise(mixed, 15.0)),
        "forced_prefix": measure_prefixes(recogniser, mixed),
        "faster_whisper": measure_transcribe(recogniser.whisper, mixed),
        "fixed_sentences": measure(recogniser, fixed_cases(language, step=scope.fixed_step)),
    }


def full(path: Path, scope: Scope) -> dict[str, Any]:
    """Everything that the model card says about the speech model in `path`."""
    recogniser = Recogniser(path)
    return {
        "languages": {language: by_language(recogniser, language, scope) for language in LANGUAGES},
        "characters_in_quiet": characters_in_quiet(recogniser, scope),
        "quiet_seconds": scope.quiet_seconds,
    }


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--cases", type=int, default=Scope().cases)
    options = parser.parse_args()
    print(json.dumps(full(options.model, Scope(options.cases)), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
