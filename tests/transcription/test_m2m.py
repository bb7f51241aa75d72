"""The many-to-many engine: layouts of a directory, then the demo model as the translator uses it."""

import json
import math
from pathlib import Path

import pytest

from tests.transcription.m2m_directory import made_up
from transcription import decoder
from transcription.m2m import M2MModel, M2MPair, is_m2m, pairs_between, read_layout
from transcription.translator import PairRequest

LINE = "안녕하세요, 저희는 울산의 코팅제 제조사입니다."
VIETNAMESE = "Xin chào, chúng tôi là nhà sản xuất chất phủ ở Ulsan."


@pytest.mark.parametrize("sentencepiece", ["sentencepiece.bpe.model", "spm.128k.model", "source.spm"])
@pytest.mark.parametrize("vocabulary", ["shared_vocabulary.json", "shared_vocabulary.txt"])
def test_layouts_of_both_converters(tmp_path: Path, vocabulary: str, sentencepiece: str) -> None:
    place = made_up(tmp_path, vocabulary=vocabulary, sentencepiece=sentencepiece)
    assert is_m2m(place)
    layout = read_layout(place)
    assert layout.sentencepiece.name == sentencepiece
    assert layout.languages == ("fil", "ko", "nso", "zh")
    assert not layout.adds_end
    (place / "config.json").write_text(json.dumps({"add_source_eos": True}))
    assert read_layout(place).adds_end


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("sentencepiece.bpe.model", None, "SentencePiece"),
        ("shared_vocabulary.json", None, "vocabulary"),
        ("shared_vocabulary.json", "{}", "no list"),
        ("shared_vocabulary.json", '["a", 3, "__ko__"]', "no languages"),
        ("shared_vocabulary.json", "[", "Expecting"),
        ("config.json", "[]", "no JSON object"),
        ("config.json", "{", "Expecting"),
    ],
)
def test_what_is_missing_or_damaged_is_named(
    tmp_path: Path, file: str, content: str | None, message: str
) -> None:
    place = made_up(tmp_path)
    (place / file).unlink()
    if content is not None:
        (place / file).write_text(content)
    with pytest.raises(ValueError, match=message):
        read_layout(place)


def test_other_models_are_not_taken_for_one(tmp_path: Path) -> None:
    assert not is_m2m(tmp_path)
    place = made_up(tmp_path)
    (place / "shared_vocabulary.json").write_text('["<s>", "▁a"]')
    assert not is_m2m(place)
    (place / "shared_vocabulary.json").write_bytes(b"\xff\xfe[")
    assert not is_m2m(place)


def test_pairs_are_between_different_languages() -> None:
    assert pairs_between(["vi", "ko", "zh", "zh-Hant"]) == tuple(
        (source, target)
        for source in ("ko", "vi", "zh", "zh-Hant")
        for target in ("ko", "vi", "zh", "zh-Hant")
        if source != target and {source, target} != {"zh", "zh-Hant"}
    )


@pytest.fixture(scope="module")
def model(models_directory: Path) -> M2MModel:
    return M2MModel(models_directory / "m2m")


def pair(model: M2MModel, source: str, target: str) -> M2MPair:
    return next(one for one in model.pairs(model.languages) if (one.source, one.target) == (source, target))


@pytest.mark.models
def test_one_model_serves_pairs_both_ways(model: M2MModel) -> None:
    assert {(one.source, one.target) for one in model.pairs(["ko", "vi", "ru"])} == {
        ("ko", "vi"),
        ("vi", "ko"),
    }
    assert pair(model, "ko", "vi").settled([LINE]) == [VIETNAMESE]
    assert pair(model, "vi", "ko").settled([VIETNAMESE]) == [LINE]


@pytest.mark.models
def test_a_batch_of_different_languages_gives_what_single_sentences_give(model: M2MModel) -> None:
    requests = [
        PairRequest(("ko", "vi"), LINE),
        PairRequest(("vi", "ko"), "Xin cảm ơn."),
        PairRequest(("en", "vi"), "Thank you."),
        PairRequest(("vi", "en"), VIETNAMESE),
        PairRequest(("ko", "vi"), "가"),
        PairRequest(("ko", "vi"), ""),
    ]
    assert model.settled(requests) == [model.settled([request])[0] for request in requests]
    assert model.open(requests) == model.settled(requests)
    assert model.settled(requests)[1:3] == ["감사합니다.", "Xin cảm ơn."]
    assert model.settled(requests)[-1] == ""
    assert model.settled([]) == model.open([]) == []


@pytest.mark.models
def test_shown_translation_stays_while_the_model_agrees(
    model: M2MModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_vietnamese = pair(model, "ko", "vi")
    shown = [VIETNAMESE[: len(VIETNAMESE) // 2], "Tạm biệt zzz"]
    assert to_vietnamese.open([LINE, LINE], shown) == [VIETNAMESE, VIETNAMESE]
    monkeypatch.setattr(decoder, "SHOWN_LOG_PROBABILITY", -math.inf)
    [kept] = to_vietnamese.open([LINE], ["Xin chào quý vị"])
    assert kept.startswith("Xin chào quý vị")


@pytest.mark.models
def test_nothing_loops_and_no_token_of_the_model_gets_out(model: M2MModel) -> None:
    texts = ["네 네 네 네 네 네", "벼벼벼벼벼벼벼벼", "zzzz ♥♥♥ __ko__", "가" * 900, "</s>"]
    for text, line in zip(texts, pair(model, "ko", "vi").settled(texts), strict=True):
        assert len(line) <= 400 + 8 * len(text)
        assert not any(f"{word} {word} {word} {word}" in line for word in line.split())
        assert "__" not in line
        assert "</s>" not in line
