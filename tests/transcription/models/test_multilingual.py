from pathlib import Path

import pytest

from tests.transcription.m2m_directory import made_up
from transcription.models.errors import ModelDamaged
from transcription.models.multilingual import LANGUAGES, m2m_directories, read_m2m
from wire.languages import same_language


def test_models_in_either_place_are_seen_but_not_those_still_arriving(tmp_path: Path) -> None:
    assert list(m2m_directories(tmp_path)) == []
    made_up(tmp_path / "m2m" / ".m2m100")
    one = made_up(tmp_path / "m2m" / "m2m100")
    assert list(m2m_directories(tmp_path)) == [("m2m100", one)]
    made_up(tmp_path / "m2m")
    assert [name for name, _ in m2m_directories(tmp_path)] == ["m2m", "m2m100"]


def test_pairs_are_those_of_the_languages_asked_for(tmp_path: Path) -> None:
    files = read_m2m("m2m", made_up(tmp_path))
    assert files.languages == ("fil", "ko", "nso", "zh")
    offers = {(offer.source, offer.target) for offer in files.offers(("ko", "fil", "sw"))}
    assert offers == {("ko", "fil"), ("fil", "ko")}
    assert {offer.engine for offer in files.offers(("ko", "fil"))} == {"m2m"}
    assert files.size_bytes > 0


def test_offered_languages_are_those_of_trade_and_few_enough_to_tell_every_page() -> None:
    assert {"ko", "zh", "vi", "en", "ja", "ru", "fil"} <= set(LANGUAGES)
    assert len(LANGUAGES) <= 25
    assert not any(same_language(one, other) for one in LANGUAGES for other in LANGUAGES if one != other)


def test_damage_is_named(tmp_path: Path) -> None:
    made_up(tmp_path)
    (tmp_path / "shared_vocabulary.json").unlink()
    with pytest.raises(ModelDamaged, match=r"shared_vocabulary\.json.*copy or pull"):
        read_m2m("m2m", tmp_path)
