"""Measures the translation models: how many sentences come out exactly as the grammar has them.

python -m demo_models.evaluate_translation transcription/models/demo
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo_models import conversations, grammar, packaged
from demo_models.direction import Direction
from demo_models.grammar import PUNCTUATION, Sentence
from demo_models.packaged import Translate
from demo_models.unfinished import cuts

MODELS = tuple(Direction(*codes) for codes in (("ko", "en"), ("en", "ko"), ("zh", "en"), ("en", "zh")))
ROUTES = (*MODELS, Direction("ko", "zh"), Direction("zh", "ko"))
"""Every way a text is translated by packages: the four models, and the two pivots through English."""
M2M_ROUTES = tuple(Direction(*codes) for codes in (("ko", "vi"), ("vi", "ko"), ("en", "vi"), ("vi", "en")))
"""What the many-to-many model has learnt."""

FIGURES = "translation-figures.json"
SEED = 20260101
ANY_NUMBER, CUT, THROUGH_ARGOS = 500, 500, 100
"""Sentences of each kind; of the held-out ones, all."""
LOOP = 3
"""A word or character pair this many times in a row is a loop."""

Figures = dict[str, float | int]


def held_out(count: int, seed: int = SEED) -> list[Sentence]:
    """Some of the sentences whose slot combinations no model was trained on."""
    return random.Random(seed).sample(grammar.held_out_sentences(), count)


def conversation_lines() -> list[Sentence]:
    """The lines of the sample conversations."""
    return [sentence for sentence in grammar.fixed() if sentence.template == "conversation"]


def evaluate(folder: Path) -> Mapping[str, Mapping[str, Figures]]:
    """Figures for every route: of M2M, of the packages by CTranslate2 directly and with Argos' defaults."""
    with tempfile.TemporaryDirectory() as temporary:
        direct = packaged.by_ctranslate2(folder, Path(temporary) / "unpacked", MODELS)
        argos = packaged.by_argos(folder, Path(temporary) / "argos", MODELS)
        m2m = packaged.by_m2m(folder)
        return {
            "m2m_int8_beam_1": {_name(route): _direct(m2m, route) for route in M2M_ROUTES},
            "ctranslate2_int8_beam_1": {_name(route): _direct(direct, route) for route in ROUTES},
            "argos_defaults": {_name(route): _through_argos(argos, route) for route in ROUTES},
        }


def exact(translate: Translate, route: Direction, sentences: Sequence[Sentence]) -> float:
    """Share of `sentences` whose translation is exactly the grammar's."""
    return _share(
        translate,
        route,
        [sentence.text(route.source) for sentence in sentences],
        [sentence.text(route.target) for sentence in sentences],
    )


def wrong(translate: Translate, route: Direction, sentences: Sequence[Sentence]) -> list[tuple[str, str]]:
    """Sources and translations of the sentences that don't come out exactly."""
    sources = [sentence.text(route.source) for sentence in sentences]
    results = translate(sources, route.source, route.target)
    return [
        (source, result)
        for source, result, sentence in zip(sources, results, sentences, strict=True)
        if result != sentence.text(route.target)
    ]


def loops(text: str) -> bool:
    """Whether some stretch of 2 to 24 characters comes three times in a row, digits apart."""
    for length in range(2, 25):
        for start in range(len(text) - LOOP * length + 1):
            part = text[start : start + length]
            if (
                not part.isdigit()
                and text.startswith(part * LOOP, start)
                and not set(part) <= set("0123456789,")
            ):
                return True
    return False


def _direct(translate: Translate, route: Direction) -> Figures:
    sentences, rng = grammar.held_out_sentences(), random.Random(SEED)
    names = grammar.templates()
    any_number = [grammar.sample_any_number(rng.choice(names), rng) for _ in range(ANY_NUMBER)]
    targets = [sentence.text(route.target) for sentence in sentences]
    unpunctuated = [sentence.text(route.source).rstrip(PUNCTUATION) for sentence in sentences]
    cut = [cut.example(route, rng) for cut in rng.choices(cuts(route), k=CUT)]
    cut_sources, cut_targets = [example.source for example in cut], [example.target for example in cut]
    started = time.process_time()
    for sentence in sentences[:THROUGH_ARGOS]:
        translate([sentence.text(route.source)], route.source, route.target)
    spent = time.process_time() - started
    figures: Figures = {
        "held_out_exact": exact(translate, route, sentences),
        "held_out_unpunctuated_exact": _share(translate, route, unpunctuated, targets),
        "any_number_exact": exact(translate, route, any_number),
        "phrases_exact": exact(translate, route, grammar.fixed()),
        "conversations_exact": exact(translate, route, conversation_lines()),
        "cut_looping": sum(map(loops, translate(cut_sources, route.source, route.target))) / CUT,
        "cpu_ms_per_sentence": round(1000 * spent / THROUGH_ARGOS, 2),
    }
    if route in (*MODELS, *M2M_ROUTES):  # a pivot's cut sentences end elsewhere than a direct model's would
        figures["cut_exact"] = _share(translate, route, cut_sources, cut_targets)
    return figures


def _through_argos(translate: Translate, route: Direction) -> Figures:
    sentences = held_out(THROUGH_ARGOS)
    return {
        "held_out_exact": exact(translate, route, sentences),
        "phrases_exact": exact(translate, route, grammar.fixed()),
        "conversations_exact": exact(translate, route, conversation_lines()),
    }


def _share(translate: Translate, route: Direction, sources: Sequence[str], targets: Sequence[str]) -> float:
    results = translate(sources, route.source, route.target)
    right = sum(result == target for result, target in zip(results, targets, strict=True))
    return round(right / len(targets), 4)


def _name(route: Direction) -> str:
    return f"{route.source}-{route.target}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures and writes them beside the models."""
    parser = argparse.ArgumentParser(description="Measure the demo translation models.")
    parser.add_argument("folder", type=Path, help="folder with the .argosmodel packages and m2m/")
    options = parser.parse_args(arguments)
    figures = {
        "templates": len(grammar.templates()),
        "conversation_lines": len(conversations.lines()),
        "held_out_sentences": len(grammar.held_out_sentences()),
        **evaluate(options.folder),
    }
    text = json.dumps(figures, indent=2)
    (options.folder / FIGURES).write_text(f"{text}\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
