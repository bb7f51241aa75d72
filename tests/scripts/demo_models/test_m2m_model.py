"""The many-to-many model that is shipped, through the engine that runs it."""

import json
from pathlib import Path

import pytest
from demo_models import packaged
from demo_models.direction import Direction
from demo_models.evaluate_translation import M2M_ROUTES, conversation_lines, exact, held_out, wrong
from demo_models.grammar import fixed
from demo_models.packaged import Translate

PACKAGES = Path(__file__).parents[3] / "transcription" / "models" / "demo"
MODEL = PACKAGES / "m2m"
MAX_BYTES = 4_000_000


@pytest.fixture(scope="module")
def translate() -> Translate:
    return packaged.by_m2m(PACKAGES)


def test_it_has_the_form_that_the_converter_gives_m2m_100() -> None:
    assert {path.name for path in MODEL.iterdir()} == {
        "config.json",
        "model.bin",
        "sentencepiece.bpe.model",
        "shared_vocabulary.json",
    }
    config = json.loads((MODEL / "config.json").read_text())
    assert config["decoder_start_token"] == config["eos_token"] == "</s>"
    assert not config["add_source_bos"]
    assert not config["add_source_eos"]
    tokens = json.loads((MODEL / "shared_vocabulary.json").read_text(encoding="utf-8"))
    assert tokens[:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert tokens[-3:] == ["__ko__", "__vi__", "__en__"]


def test_it_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= MAX_BYTES


@pytest.mark.models
@pytest.mark.parametrize("route", M2M_ROUTES, ids=str)
def test_every_line_of_the_sample_conversations_is_exact(translate: Translate, route: Direction) -> None:
    assert wrong(translate, route, conversation_lines()) == []


@pytest.mark.models
@pytest.mark.parametrize("route", M2M_ROUTES, ids=str)
def test_every_fixed_phrase_is_exact(translate: Translate, route: Direction) -> None:
    assert wrong(translate, route, fixed()) == []


@pytest.mark.models
@pytest.mark.parametrize("route", M2M_ROUTES, ids=str)
def test_sentences_never_trained_on_are_nine_in_ten_exact(translate: Translate, route: Direction) -> None:
    assert exact(translate, route, held_out(200)) >= 0.9


@pytest.mark.models
def test_numbers_are_copied_and_written_as_the_reader_writes_them(translate: Translate) -> None:
    assert translate(["총액은 47,350달러입니다."], "ko", "vi") == ["Tổng số tiền là 47.350 đô la."]
    assert translate(["Số lượng đặt hàng tối thiểu là 1.750 thùng."], "vi", "ko") == [
        "최소 주문 수량은 1,750박스입니다."
    ]


@pytest.mark.models
def test_text_without_its_last_mark_is_translated_too(translate: Translate) -> None:
    assert translate(["최소 주문 수량은 500박스입니다"], "ko", "vi") == [
        "Số lượng đặt hàng tối thiểu là 500 thùng."
    ]
