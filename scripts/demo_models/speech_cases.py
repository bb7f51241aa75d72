"""What a speech model is examined on: sentences and voices that it was not trained on, and nothing at all."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from demo_models import acoustics, clips, grammar
from demo_models.grammar import Sentence
from demo_models.tokens import text_of
from demo_models.voices import BASES, SAMPLE_RATE, Voice, plain_voice, random_voice

VOICES = ("plain", "seen", "unseen")
"""Kinds of voice: espeak's own, variants from training, variants held out of it."""


@dataclass(frozen=True, slots=True)
class Case:
    language: str
    text: str
    half: str
    """The first half of the text, as a prefix to be forced."""
    samples: NDArray[np.float32]
    """float32[n], 16 kHz mono."""


def case(sentence: Sentence, language: str, voice: Voice) -> Case:
    """Spoken with 0.2 s of silence before and 0.3 s after."""
    spoken, said = clips.segment(sentence, language, voice)
    samples = np.pad(spoken.samples, (SAMPLE_RATE // 5, SAMPLE_RATE * 3 // 10)) * np.float32(0.5)
    half, _ = text_of(said.pieces[: len(said.pieces) // 2], language)
    return Case(language, sentence.text(language), half, samples)


def held_out_cases(language: str, kind: str, count: int, *, seed: int) -> list[Case]:
    """Held-out sentences in one kind of voice."""
    rng = random.Random(f"{language} {kind} {seed}")
    names = grammar.templates(held_out=True)
    found = []
    for _ in range(count):
        sentence = grammar.sample(rng.choice(names), rng, held_out=True)
        if kind == "plain":
            voice = plain_voice(language, rng)
        else:
            voice = random_voice(language, rng, held_out=kind == "unseen")
        found.append(case(sentence, language, voice))
    return found


def fixed_cases(language: str, *, step: int = 1) -> list[Case]:
    """Every `step`-th fixed sentence and conversation line, in the plain and the demo speakers' voices."""
    names = {*BASES[language][:2], *clips.conversation_voices().get(language, ())}
    sentences = grammar.fixed()[::step]
    return [case(sentence, language, Voice(name)) for sentence in sentences for name in sorted(names)]


def in_noise(cases: Sequence[Case], snr: float) -> list[Case]:
    """With pink noise `snr` dB under the voice."""
    generator = np.random.default_rng(1)
    found = []
    for item in cases:
        level = item.samples[np.abs(item.samples) > 0.02].std() * 10 ** (-snr / 20)
        noise = acoustics.noise(len(item.samples), "pink", generator) * np.float32(level)
        found.append(replace(item, samples=item.samples + noise))
    return found


def through_opus(cases: Sequence[Case], bit_rate: int) -> list[Case]:
    return [replace(item, samples=acoustics.opus_round_trip(item.samples, bit_rate)) for item in cases]


def nothing(seconds: int) -> dict[str, NDArray[np.float32]]:
    """Sound in which nobody speaks, by name."""
    length = seconds * SAMPLE_RATE
    generator = np.random.default_rng(2)
    time = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    found = {"silence": np.zeros(length, np.float32)}
    for colour in acoustics.COLOURS:
        for level in (26, 46):
            noise = acoustics.noise(length, colour, generator) * np.float32(10 ** (-level / 20))
            found[f"{colour} noise, -{level} dB"] = noise
    found["hum"] = (0.05 * np.sin(2 * np.pi * 60 * time)).astype(np.float32)
    found["tone"] = (0.1 * np.sin(2 * np.pi * 800 * time)).astype(np.float32)
    found["clicks"] = (0.8 * (generator.random(length) < 2e-4)).astype(np.float32)
    return found
