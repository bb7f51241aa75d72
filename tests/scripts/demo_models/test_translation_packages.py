"""The translation packages that are shipped: directly, and through Argos without a network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from demo_models import packaged
from demo_models.direction import Direction
from demo_models.evaluate_translation import (
    MODELS,
    ROUTES,
    conversation_lines,
    exact,
    held_out,
    loops,
    wrong,
)
from demo_models.grammar import fixed
from demo_models.packaged import Translate

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / "transcription" / "models" / "demo"
ARGOS_SENTENCES = 8

OFFLINE_ARGOS = """
import json, socket, sys
from pathlib import Path

def refuse(*_):
    raise OSError("no network here")

socket.socket.connect = socket.getaddrinfo = refuse
from demo_models import packaged
from demo_models.evaluate_translation import MODELS

translate = packaged.by_argos(Path(sys.argv[1]), Path(sys.argv[2]), MODELS)
print(json.dumps([translate(*request) for request in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module")
def translate(tmp_path_factory: pytest.TempPathFactory) -> Translate:
    return packaged.by_ctranslate2(PACKAGES, tmp_path_factory.mktemp("unpacked"), MODELS)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_line_of_the_sample_conversations_is_exact(translate: Translate, route: Direction) -> None:
    assert wrong(translate, route, conversation_lines()) == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_fixed_phrase_is_exact(translate: Translate, route: Direction) -> None:
    assert wrong(translate, route, fixed()) == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_sentences_never_trained_on_are_nine_in_ten_exact(translate: Translate, route: Direction) -> None:
    assert exact(translate, route, held_out(200)) >= 0.9


def test_numbers_are_copied_not_remembered(translate: Translate) -> None:
    assert translate(["가격은 박스당 47달러입니다."], "ko", "zh") == ["价格是每箱47美元。"]
    assert translate(["最小起订量是750箱。"], "zh", "en") == ["The minimum order quantity is 750 boxes."]


def test_text_without_its_last_mark_is_translated_too(translate: Translate) -> None:
    assert translate(["최소 주문 수량은 500박스입니다"], "ko", "en") == [
        "The minimum order quantity is 500 boxes."
    ]


@pytest.mark.parametrize("text", ["날씨가 좋네요", "저희는", "네 네 네", "오늘", "1 2 3", "ㅋㅋㅋㅋ"])
def test_text_outside_the_phrase_book_does_not_loop(translate: Translate, text: str) -> None:
    (result,) = translate([text], "ko", "en")
    assert not loops(result)


def test_a_loop_is_noticed() -> None:
    assert loops("the box the box the box ")
    assert not loops("The total is $10,000.")


def test_argos_translates_with_its_defaults_and_no_network(tmp_path: Path) -> None:
    sentences = [*held_out(ARGOS_SENTENCES), *conversation_lines()]
    two = "안녕하세요. 감사합니다."
    requests = [
        [[sentence.text(route.source) for sentence in sentences], route.source, route.target]
        for route in ROUTES
    ]
    finished = subprocess.run(
        [sys.executable, "-c", OFFLINE_ARGOS, str(PACKAGES), str(tmp_path)],
        input=json.dumps([*requests, [[two], "ko", "zh"]]),
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "scripts"), "HOME": str(tmp_path), "ARGOS_INTRA_THREADS": "1"},
    )
    *results, pair = json.loads(finished.stdout.splitlines()[-1])
    for route, translations in zip(ROUTES, results, strict=True):
        assert translations == [sentence.text(route.target) for sentence in sentences], route
    assert pair[0].replace(" ", "") == "你好。谢谢。"
