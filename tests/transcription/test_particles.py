"""Korean particles, by table."""

import pytest

from transcription.particles import Sound, agree, last_sound, particle

V, R, C, U = Sound.VOWEL, Sound.RIEUL, Sound.CONSONANT, Sound.UNKNOWN


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("코팅제", V),
        ("교반", C),
        ("서울", R),
        ("GK-350", C),
        ("GK-201", R),
        ("GK-202", V),
        ("A3", C),
        ("A4", V),
        ("B-5", V),
        ("X6", C),
        ("X7", R),
        ("X8", R),
        ("X9", V),
        ("LED", V),
        ("OEM", C),
        ("USB", V),
        ("PVC", V),
        ("URL", R),
        ("DVR", R),
        ("FOB", V),
        ("10%", V),
        ("20kg", C),
        ("20 L", V),
        ("5m", V),
        ("30℃", V),
        ("NanoShield", V),
        ("EcoGlass", V),
        ("coating agent", V),
        ("skin care", V),
        ("anti-rust oil", R),
        ("serum", C),
        ("cushion", C),
        ("mask pack", C),
        ("chip", C),
        ("robot", C),
        ("kit", V),
        ("spring", C),
        ("나노실드(NanoShield)", V),
        ("교반(搅拌)", C),
        ("“교반”", C),
        ("GK-350®", C),
        ("纳米盾", U),
        ("", U),
    ],
)
def test_how_a_word_ends_when_it_is_read(word: str, sound: Sound) -> None:
    assert last_sound(word) is sound


@pytest.mark.parametrize(
    ("before", "word", "following", "expected"),
    [
        ("캐나다", "교반", "는 12시간입니다", "은 12시간입니다"),
        ("캐나다", "교반", "가", "이"),
        ("캐나다", "교반", "를 합니다", "을 합니다"),
        ("캐나다", "교반", "와", "과"),
        ("캐나다", "부산", "로 갑니다", "으로 갑니다"),
        ("캐나다", "서울", "로 갑니다", "로 갑니다"),
        ("캐나다", "서울", "는", "은"),
        ("캐나다", "GK-350", "를", "을"),
        ("캐나다", "GK-350", "로는", "으로는"),
        ("캐나다", "LED", "는", "는"),
        ("캐나다", "교반", "예요.", "이에요."),
        ("캐나다", "교반", "라고 합니다", "이라고 합니다"),
        ("캐나다", "교반", "였습니다", "이었습니다"),
        ("캐나다", "교반", "나", "이나"),
        ("캐나다", "교반", "랑", "이랑"),
        ("캐나다", "교반", "입니다.", "입니다."),
        ("캐나다", "교반", "의 가격", "의 가격"),
        ("캐나다", "교반", "에서", "에서"),
        ("캐나다", "교반", " 가격", " 가격"),
        ("캐나다", "교반", "가격", "가격"),
        ("캐나다", "교반", "나라", "나라"),
        ("홍삼", "나노실드", "을 만듭니다", "를 만듭니다"),
        ("홍삼", "나노실드", "은", "는"),
        ("홍삼", "나노실드", "이 있습니까?", "가 있습니까?"),
        ("홍삼", "나노실드", "과", "와"),
        ("홍삼", "나노실드", "으로", "로"),
        ("홍삼", "나노실드", "이라는 제품", "라는 제품"),
        ("홍삼", "나노실드", "이에요", "예요"),
        ("홍삼", "나노실드", "이상", "이상"),
        ("독일", "나노실드", "로", "로"),
        ("독일", "교반", "로", "으로"),
        ("독일", "나노실드", "이", "가"),
        ("캐나다", "纳米盾", "는", "은(는)"),
        ("캐나다", "纳米盾", "로", "(으)로"),
        ("캐나다", "纳米盾", "랑", "(이)랑"),
        ("纳米盾", "교반", "는", "는"),
    ],
)
def test_a_particle_agrees_with_the_new_word(before: str, word: str, following: str, expected: str) -> None:
    assert agree(before, word, following) == expected


def test_a_particle_by_its_name() -> None:
    assert [particle(word, "을") for word in ("교반", "나노실드", "서울")] == ["을", "를", "을"]
    assert [particle(word, "으로") for word in ("교반", "나노실드", "서울")] == ["으로", "로", "로"]
