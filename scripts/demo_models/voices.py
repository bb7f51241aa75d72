"""Speech from libespeak-ng, called in process: the waveform with the time of every phoneme and word.

The library keeps global state, so one process speaks one sentence at a time. About 4 ms a sentence. It lets
its voices flutter at random, so no two waveforms are quite alike.
"""

import ctypes
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Hertz; what speech models hear."""

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS = 2
_WORD, _CLAUSE_END, _PHONEME = 1, 5, 7
_RATE, _PITCH = 1, 3
_UTF8 = 1
_PHONEME_EVENTS = 1

BASES: dict[str, tuple[str, ...]] = {
    "ko": ("ko",),
    "zh": ("cmn-latn-pinyin",),
    "en": ("en-us", "gmw/en", "en-us", "gmw/en", "en-gb-x-rp", "en-029", "en-gb-scotland"),
}
"""espeak voices by language. `gmw/en` is the file behind en-gb; the voice `cmn` spells Hanzi and pinyin out
in English, so it is not here."""

VARIANTS: tuple[str, ...] = (
    "m1", "m2", "m3", "m4", "m6", "m7", "m8", "f1", "f2", "f4", "f5", "Andy", "Annie", "Alicia", "Andrea",
    "Gene", "Lee", "Michael", "Mike", "belinda", "john", "max", "paul", "robert", "sandro", "pablo", "victor",
    "anika", "antonio", "linda", "edward", "adam", "caleb",
)  # fmt: skip
HELD_OUT_VARIANTS: tuple[str, ...] = ("m5", "f3", "steph", "Denis", "norbert")
"""Never trained on, so that evaluation can hear voices the model has not."""


class EspeakError(RuntimeError):
    """libespeak-ng is missing, or it does not know the voice asked for."""


@dataclass(frozen=True, slots=True)
class Voice:
    name: str
    """As espeak-ng writes it: `ko`, `en-us+f2`."""
    rate: int = 175
    """Words a minute."""
    pitch: int = 50
    """0 to 99."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The moment at which the voice reaches a place in its text."""

    time: float
    """Seconds from the start of the waveform."""
    position: int
    """Character index in the text, from 0."""


@dataclass(frozen=True, slots=True)
class Spoken:
    samples: NDArray[np.float32]
    """float32[n], 16 kHz mono, peak 0.9, silence after the last phoneme cut off."""
    phonemes: tuple[tuple[float, str], ...]
    """(start in seconds, espeak mnemonic); pauses are mnemonics that start with `_`."""
    words: tuple[Mark, ...]
    clauses: tuple[Mark, ...]
    """Where a clause ends and the next begins: espeak gives no word event for some one-word clauses."""
    end: float
    """Seconds; end of the last phoneme."""


class _Value(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Value),
    ]


class _Espeak:
    """The library, its callback, and what the callback has collected so far."""

    def __init__(self) -> None:
        try:
            self._library: Any = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise EspeakError(f"{_LIBRARY} not found: install the package libespeak-ng1") from error
        self._chunks: list[NDArray[np.int16]] = []
        self._events: list[tuple[int, float, int, int, str]] = []
        callback_type = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._callback = callback_type(self._collect)
        self._native_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 200, None, _PHONEME_EVENTS))
        if self._native_rate <= 0:
            raise EspeakError("libespeak-ng found no voice data: install the package espeak-ng-data")
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != 0:
            event = events[index]
            name = ""
            if event.type == _PHONEME:
                raw = ctypes.string_at(ctypes.addressof(event.id), 8)
                name = raw.split(b"\0")[0].decode("utf-8", "replace")
            self._events.append(
                (event.type, event.audio_position / 1000, event.text_position, event.length, name)
            )
            index += 1
        return 0

    def speak(self, text: str, voice: Voice) -> Spoken:
        library = self._library
        if library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise EspeakError(f"espeak-ng has no voice named {voice.name!r}")
        library.espeak_SetParameter(_RATE, voice.rate, 0)
        library.espeak_SetParameter(_PITCH, voice.pitch, 0)
        self._chunks.clear()
        self._events.clear()
        data = text.encode() + b"\0"
        library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
        wave = np.concatenate(self._chunks) if self._chunks else np.zeros(0, np.int16)
        samples = resample(wave.astype(np.float32) / np.float32(32768), self._native_rate, SAMPLE_RATE)
        phonemes = tuple((time, name) for kind, time, _, _, name in self._events if kind == _PHONEME)
        words = tuple(Mark(t, at - 1) for kind, t, at, n, _ in self._events if kind == _WORD and n > 0)
        clauses = tuple(Mark(t, at) for kind, t, at, _, _ in self._events if kind == _CLAUSE_END)
        end = len(samples) / SAMPLE_RATE
        while phonemes and phonemes[-1][1].startswith("_"):
            end = min(end, phonemes[-1][0])
            phonemes = phonemes[:-1]
        samples = samples[: int((end + 0.03) * SAMPLE_RATE)]
        peak = float(np.abs(samples).max()) if len(samples) else 0.0
        if peak > 1e-3:
            samples = samples * np.float32(0.9 / peak)
        return Spoken(samples, phonemes, words, clauses, end)


@cache
def _espeak() -> _Espeak:
    return _Espeak()


def speak(text: str, voice: Voice) -> Spoken:
    """Raise EspeakError where the library or the voice is missing."""
    return _espeak().speak(text, voice)


def resample(samples: NDArray[np.float32], rate_in: int, rate_out: int) -> NDArray[np.float32]:
    """Band-limited change of rate through the spectrum (the whole signal at once)."""
    if not len(samples) or rate_in == rate_out:
        return samples
    divisor = int(np.gcd(rate_in, rate_out))
    blocks = -(-len(samples) * divisor // rate_in)
    blocks += -blocks % 32  # a length with small prime factors keeps the transform quick
    size_in, size_out = blocks * rate_in // divisor, blocks * rate_out // divisor
    spectrum = np.fft.rfft(samples, size_in)[: size_out // 2 + 1]
    if size_out > size_in:
        spectrum = np.pad(spectrum, (0, size_out // 2 + 1 - len(spectrum)))
    kept = len(samples) * rate_out // rate_in
    return (np.fft.irfft(spectrum, size_out)[:kept] * (size_out / size_in)).astype(np.float32)


def plain_voice(language: str, rng: random.Random) -> Voice:
    """A voice close to what espeak-ng gives somebody who sets nothing."""
    base = rng.choice(BASES[language][:2])
    if rng.random() < 0.35:
        return Voice(base)
    return Voice(base, rng.randint(150, 190), rng.randint(47, 53))


def random_voice(language: str, rng: random.Random, *, held_out: bool = False) -> Voice:
    """A variant at any likely speed and pitch."""
    variant = rng.choice(HELD_OUT_VARIANTS if held_out else VARIANTS)
    base = rng.choice(BASES[language])
    return Voice(f"{base}+{variant}", rng.randint(140, 215), rng.randint(25, 80))
