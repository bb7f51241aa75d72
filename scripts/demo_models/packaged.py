"""Translation with the finished models: by CTranslate2 directly, through Argos, by Sangdam's own engine."""

import os
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import ctranslate2
import sentencepiece

from demo_models.direction import Direction

PIVOT = "en"
NAME = "m2m"
"""The folder of the many-to-many model."""

Translate = Callable[[Sequence[str], str, str], list[str]]
"""Texts, from this language, into that one."""


def package_path(folder: Path, direction: Direction) -> Path:
    """Where the package of `direction` lies in `folder`."""
    return folder / f"translate-{direction.source}_{direction.target}.argosmodel"


def steps(source: str, target: str) -> tuple[Direction, ...]:
    """The models between two languages: one, or two with English between them."""
    if PIVOT in (source, target):
        return (Direction(source, target),)
    return Direction(source, PIVOT), Direction(PIVOT, target)


def by_ctranslate2(folder: Path, unpacked: Path, directions: Iterable[Direction]) -> Translate:
    """Unpacks the packages of `folder` into `unpacked`; they run in int8, on one thread, beam 1."""
    models = {}
    for direction in directions:
        path = package_path(folder, direction)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(unpacked / path.stem)
        (root,) = (unpacked / path.stem).iterdir()
        models[direction] = (
            ctranslate2.Translator(str(root / "model"), compute_type="int8", intra_threads=1),
            sentencepiece.SentencePieceProcessor(model_file=str(root / "sentencepiece.model")),
        )

    def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
        translated = list(texts)
        for direction in steps(source, target):
            translator, tokenizer = models[direction]
            results = translator.translate_batch(
                tokenizer.encode(translated, out_type=str), beam_size=1, max_batch_size=32
            )
            translated = [tokenizer.decode_pieces(result.hypotheses[0]) for result in results]
        return translated

    return translate


def by_m2m(folder: Path) -> Translate:
    """The many-to-many model of `folder`, as the transcription worker runs it."""
    from transcription.m2m import M2MModel
    from transcription.translator import PairRequest

    model = M2MModel(folder / NAME)

    def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
        translated: list[str] = []
        for start in range(0, len(texts), 32):
            translated += model.settled(
                [PairRequest((source, target), text) for text in texts[start : start + 32]]
            )
        return translated

    return translate


def by_argos(folder: Path, home: Path, directions: Iterable[Direction]) -> Translate:
    """Installs the packages of `folder` into Argos with its defaults and an own data folder, `home`.

    Argos reads its environment once, when it's imported, so one process can do this once.
    """
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[variable] = str(home / variable.lower())
    os.environ["ARGOS_PACKAGES_DIR"] = str(home / "packages")
    from argostranslate import package, translate

    for direction in directions:
        package.install_from_path(package_path(folder, direction))

    def run(texts: Sequence[str], source: str, target: str) -> list[str]:
        return [translate.translate(text, source, target) for text in texts]

    return run
