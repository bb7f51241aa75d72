"""One demo package as the translator uses it."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from transcription import decoder
from transcription.argos import ArgosPair, language_tag
from transcription.models.packages import unpack

ROOT = Path(__file__).parents[2]
LINE = "안녕하세요, 저희는 울산의 코팅제 제조사입니다."


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, models_directory: Path) -> ArgosPair:
    archive = next(models_directory.glob("*ko_en*.argosmodel"))
    return ArgosPair(unpack(archive, tmp_path_factory.mktemp("argos")))


@pytest.mark.models
def test_languages_come_from_the_metadata(pair: ArgosPair) -> None:
    assert (pair.source, pair.target) == ("ko", "en")
    assert language_tag("zt") == "zh-Hant"


@pytest.mark.models
def test_a_batch_gives_what_single_sentences_give(pair: ArgosPair) -> None:
    sentences = [LINE, "네, 맞습니다.", "감사합니다.", "가"]
    assert pair.settled(sentences) == [pair.settled([sentence])[0] for sentence in sentences]
    assert pair.open(sentences, ["", "", "", ""]) == pair.settled(sentences)
    assert pair.settled([]) == pair.open([], []) == []


@pytest.mark.models
def test_shown_translation_stays_while_the_model_agrees(
    pair: ArgosPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    [free] = pair.settled([LINE])
    assert pair.open([LINE, LINE], [free[: len(free) // 2], "Goodbye zzz"]) == [free, free]
    monkeypatch.setattr(decoder, "SHOWN_LOG_PROBABILITY", -math.inf)
    [kept] = pair.open([LINE], ["Hello, you"])
    assert kept.startswith("Hello, you")


@pytest.mark.models
def test_no_directory_is_made_in_the_home(tmp_path: Path, models_directory: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    program = (
        "import os, sys, pathlib, json\n"
        "from transcription.models.store import ModelStore\n"
        "from transcription.translator import TranslationItem\n"
        "before = dict(os.environ)\n"
        "translator = ModelStore(pathlib.Path(sys.argv[1])).load_translator()\n"
        "item = TranslationItem('감사합니다.', 'ko', ('en',), {}, True)\n"
        "text = translator.translate([item])[0]['en'].text\n"
        "heavy = sorted({'torch', 'stanza', 'spacy'} & set(sys.modules))\n"
        "print(json.dumps([text, heavy, before == dict(os.environ)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(models_directory)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    text, heavy, same_environment = json.loads(done.stdout)
    assert text
    assert heavy == []
    assert same_environment
    assert list(tmp_path.rglob("*")) == [home]
