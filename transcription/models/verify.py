"""Loading and running every model of a directory, as the worker does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from transcription.errors import ModelError
from transcription.models.errors import ModelDamaged
from transcription.models.store import ModelStore
from transcription.translator import TranslationItem
from wire.audio import SAMPLE_RATE_HZ

_SENTENCES = {"ko": "안녕하세요.", "zh": "你好。", "en": "Hello.", "ja": "こんにちは。", "vi": "Xin chào."}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    seconds: float


def verify(store: ModelStore) -> Iterator[Check]:
    """One check a model and route, each as soon as it is done. Raises ModelMissing where there is nothing."""
    models = store.model_set()
    yield _check(f"recogniser {models.recogniser.name}", lambda: _recognise(store))
    try:
        translator = store.load_translator()
    except ModelError as error:
        yield Check("translation packages", False, str(error), 0.0)
        return
    if not translator.routes():
        yield Check("translation packages", False, "there are none: nothing will be translated", 0.0)
    for route in translator.routes():
        sentence = _SENTENCES.get(route.source, "OK.")
        item = TranslationItem(sentence, route.source, (route.target,), {}, final=True)

        def translate(item: TranslationItem = item) -> str:
            text = translator.translate([item])[0][item.targets[0]].text
            if not text:
                raise ModelDamaged(f"{item.text} gave no translation")
            return f"{item.text} → {text}"

        yield _check(f"{route.source}→{route.target}", translate)


def _recognise(store: ModelStore) -> str:
    """Two seconds of faint noise through the whole model; what it makes of them does not matter."""
    model = store.load_recogniser()
    noise = np.random.default_rng(1).normal(0, 1e-3, 2 * SAMPLE_RATE_HZ).astype(np.float32)
    segments, info = model.transcribe(noise, language=store.model_set().recogniser.languages[0], beam_size=1)
    count = sum(1 for _ in segments)
    return f"{info.duration:.0f} s of noise gave {count} segments"


def _check(name: str, run: Callable[[], str]) -> Check:
    started = time.perf_counter()
    try:
        detail, ok = run(), True
    except (ModelError, RuntimeError, ValueError) as error:
        detail, ok = str(error), False
    return Check(name, ok, detail, time.perf_counter() - started)
