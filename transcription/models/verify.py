"""Loading and running every model of a directory, as the worker does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from transcription.errors import ModelError
from transcription.m2m import ENGINE as M2M
from transcription.models.errors import ModelDamaged
from transcription.models.origin import Origin, changed_files, read_origin
from transcription.models.store import ModelSet, ModelStore
from transcription.translator import TranslationItem, Translator
from wire.audio import SAMPLE_RATE_HZ
from wire.links import Route

_SENTENCES = {
    "ko": "안녕하세요.",
    "zh": "你好。",
    "en": "Hello.",
    "ja": "こんにちは。",
    "vi": "Xin chào.",
    "ru": "Здравствуйте.",
    "fil": "Kumusta po kayo.",
    "th": "สวัสดีครับ",
}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    seconds: float


def verify(store: ModelStore) -> Iterator[Check]:
    """One check a set of digests, model and route, each as soon as it is done.

    Raises ModelMissing where there is nothing.
    """
    models = store.model_set()
    for directory, origin in _origins(models):
        yield _check(f"files of {directory.name}", partial(_unchanged, directory, origin))
    yield _check(f"recogniser {models.recogniser.name}", lambda: _recognise(store))
    try:
        translator = store.load_translator()
    except ModelError as error:
        yield Check("translation models", False, str(error), 0.0)
        return
    routes = tuple(tried(translator.routes()))
    if not routes:
        yield Check("translation models", False, "there are none: nothing will be translated", 0.0)
    for route in routes:
        name = f"{route.source}→{route.target} by {route.engine}"
        yield _check(name, partial(_translate, translator, route))


def tried(routes: Iterable[Route]) -> Iterator[Route]:
    """All but those of M2M-100, which has hundreds: one of them out of each language."""
    seen: set[str] = set()
    for route in routes:
        if route.engine == M2M:
            if route.source in seen:
                continue
            seen.add(route.source)
        yield route


def _origins(models: ModelSet) -> Iterator[tuple[Path, Origin]]:
    used = [models.recogniser.directory, *(package.path for package in models.packages)]
    if models.m2m:
        used.append(models.m2m.directory)
    for directory in used:
        origin = read_origin(directory)
        if origin is not None:
            yield directory, origin


def _unchanged(directory: Path, origin: Origin) -> str:
    changed = changed_files(directory, origin)
    if changed:
        raise ModelDamaged(f"{', '.join(changed)} in {directory} changed: copy or pull the model again")
    return f"{len(origin.sha256)} are as they came from {origin.source}"


def _translate(translator: Translator, route: Route) -> str:
    sentence = _SENTENCES.get(route.source, "OK.")
    item = TranslationItem(sentence, route.source, (route.target,), {}, final=True)
    text = translator.translate([item])[0][route.target].text
    if not text:
        raise ModelDamaged(f"{sentence} gave no translation")
    return f"{sentence} → {text}"


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
