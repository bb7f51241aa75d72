from typing import Any

import pytest

from server.corrections import LastCorrection, check_current, corrected, remarked, retranslated
from server.errors import CaptionChanged
from server.messages import Correct
from server.store.records import Person
from wire.captions import Caption, Translation
from wire.errors import BadMessage

PARK = Person("p3", "interpreter", "박 통역", "", "ko", "zh-Hans")
FINAL = Caption(
    id="r7k2-p1-41",
    rev=3,
    speaker="p1",
    state="final",
    lang="ko",
    text="약봉",
    stable=2,
    translations={"zh-Hans": Translation(text="药棒", stable=2)},
    confidence=0.4,
    flags=("low_confidence", "number", "no_route:vi"),
    start_ms=0,
    end_ms=900,
    lag_ms=700,
)


def correct(text: str, lang: str = "ko", rev: int = 3) -> Correct:
    return Correct(type="correct", id=FINAL.id, rev=rev, lang=lang, text=text)


def change(caption: Caption, *args: Any) -> Caption:
    return corrected(caption, correct(*args), PARK, ("ko", "zh-Hans", "vi"))


def test_the_original_is_corrected_and_its_doubts_are_settled() -> None:
    caption = change(FINAL, "약품")
    assert (caption.id, caption.rev, caption.state) == (FINAL.id, 4, "corrected")
    assert (caption.by, caption.by_id) == ("박 통역", "p3")
    assert (caption.text, caption.stable) == ("약품", 2)
    assert caption.translations == FINAL.translations
    assert caption.flags == ("no_route:vi",)


def test_a_translation_is_corrected_and_the_original_stays() -> None:
    caption = change(FINAL, "药剂", "zh-Hans")
    assert caption.text == FINAL.text
    assert caption.translations["zh-Hans"].text == "药剂"
    assert caption.flags == ("low_confidence", "no_route:vi")


def test_a_translation_that_no_machine_made_can_be_written() -> None:
    caption = change(FINAL, "thuốc", "vi")
    assert caption.translations["vi"].text == "thuốc"
    assert "no_route:vi" not in caption.flags


@pytest.mark.parametrize("lang", ["ru", "ko-KR"])
def test_a_language_that_nobody_reads_is_refused(lang: str) -> None:
    with pytest.raises(BadMessage) as refused:
        corrected(FINAL, correct("x", lang), PARK, ("ko-KR", "zh-Hans"))
    assert refused.value.field == "lang"


def test_only_another_persons_correction_is_a_conflict() -> None:
    check_current(correct("x"), "p3", None)
    check_current(correct("x", rev=3), "p3", LastCorrection(3, "p5"))
    check_current(correct("x", rev=3), "p3", LastCorrection(4, "p3"))
    with pytest.raises(CaptionChanged):
        check_current(correct("x", rev=3), "p3", LastCorrection(4, "p5"))


def test_new_translations_are_a_further_revision() -> None:
    base = change(FINAL, "약품")
    new = retranslated(base, base, {"zh-Hans": Translation(text="药品"), "vi": Translation(text="thuốc")})
    assert new is not None
    assert (new.rev, new.state, new.by) == (base.rev + 1, "corrected", "박 통역")
    assert {lang: line.text for lang, line in new.translations.items()} == {"zh-Hans": "药品", "vi": "thuốc"}
    assert new.flags == ()


def test_nothing_new_is_no_revision() -> None:
    assert retranslated(FINAL, FINAL, {}) is None
    assert retranslated(FINAL, FINAL, dict(FINAL.translations)) is None


def test_a_line_that_was_corrected_meanwhile_stays() -> None:
    base = change(FINAL, "약품")
    current = change(base, "药剂", "zh-Hans")
    assert retranslated(current, base, {"zh-Hans": Translation(text="药品")}) is None


def test_an_original_that_was_corrected_again_waits_for_its_own_translation() -> None:
    base = change(FINAL, "약품")
    current = change(base, "약품 둘")
    assert retranslated(current, base, {"zh-Hans": Translation(text="药品")}) is None


DISAGREEING = Translation(text="药棒", stable=2, marks=((0, 1),), original_marks=((0, 2),))


def test_a_corrected_original_takes_the_marks_off_until_the_numbers_were_compared_again() -> None:
    marked = FINAL.model_copy(update={"translations": {"zh-Hans": DISAGREEING}})
    caption = change(marked, "약품")
    assert caption.translations == FINAL.translations
    assert caption.flags == ("no_route:vi",)


def test_the_flag_stays_while_another_line_disagrees() -> None:
    lines = {"zh-Hans": DISAGREEING, "en": DISAGREEING.model_copy(update={"text": "stick"})}
    marked = FINAL.model_copy(update={"translations": lines})
    one = change(marked, "药剂", "zh-Hans")
    assert one.flags == ("low_confidence", "no_route:vi", "number")
    assert one.translations["zh-Hans"] == Translation(text="药剂", stable=2)
    assert "number" not in change(one, "agent", "en").flags


def test_new_translations_bring_their_own_marks_and_flag() -> None:
    base = change(FINAL, "약품")
    new = retranslated(base, base, {"zh-Hans": DISAGREEING})
    assert new is not None
    assert new.translations["zh-Hans"] == DISAGREEING
    assert new.flags == ("no_route:vi", "number")


def test_a_comparison_sets_and_clears_marks_and_flag() -> None:
    base = change(FINAL, "약품")
    found = remarked(base, "약품", {"zh-Hans": DISAGREEING})
    assert found is not None
    assert (found.rev, found.state, found.by) == (base.rev + 1, "corrected", "박 통역")
    assert found.flags == ("no_route:vi", "number")
    again = remarked(found, "약품", dict(FINAL.translations))
    assert again is not None
    assert again.flags == ("no_route:vi",)
    assert again.translations == FINAL.translations
    assert remarked(again, "약품", dict(FINAL.translations)) is None


def test_a_comparison_of_what_was_corrected_since_changes_nothing() -> None:
    base = change(FINAL, "약품")
    assert remarked(change(base, "약품 둘"), "약품", {"zh-Hans": DISAGREEING}) is None
    assert remarked(change(base, "药剂", "zh-Hans"), "약품", {"zh-Hans": DISAGREEING}) is None
    assert remarked(base, "약품", {"ru": DISAGREEING}) is None
