from server.history import MAX_STEPS, Change, History, Step, reverted
from server.replacements import Replacement
from wire.captions import Caption, Translation

FINAL = Caption(
    id="r-p1-1",
    rev=3,
    speaker="p1",
    state="final",
    lang="ko",
    text="약풍",
    stable=2,
    translations={"zh-Hans": Translation(text="药风", stable=2)},
    confidence=0.4,
    flags=("low_confidence",),
    start_ms=0,
    end_ms=900,
    lag_ms=700,
)


def revised(caption: Caption, lang: str, text: str, rev: int, by: str | None = "박") -> Caption:
    change: dict[str, object] = {"rev": rev, "state": "corrected", "by": by, "by_id": by and "p3"}
    if lang == caption.lang:
        change |= {"text": text, "flags": ()}
    else:
        change["translations"] = {**caption.translations, lang: Translation(text=text, stable=len(text))}
    return caption.model_copy(update=change)


def test_an_original_comes_back_with_its_translations_flags_and_state() -> None:
    corrected = revised(FINAL, "ko", "약품", 4)
    translated = revised(corrected, "zh-Hans", "药品", 5)
    back = reverted(translated, Change("ko", FINAL, corrected), {})
    assert back == FINAL.model_copy(update={"rev": 6})


def test_what_was_taken_back_is_done_again() -> None:
    corrected = revised(FINAL, "ko", "약품", 4)
    translated = revised(corrected, "zh-Hans", "药品", 5)
    back = reverted(translated, Change("ko", FINAL, corrected), {})
    assert back is not None
    again = reverted(back, Change("ko", translated, back), {})
    assert again == translated.model_copy(update={"rev": 7})


def test_a_line_that_somebody_wrote_since_stays() -> None:
    corrected = revised(FINAL, "ko", "약품", 4)
    written = revised(corrected, "zh-Hans", "化学品", 5, "김")
    back = reverted(written, Change("ko", FINAL, corrected), {(FINAL.id, "zh-Hans"): 5})
    assert back is not None
    assert (back.text, back.translations["zh-Hans"].text) == ("약풍", "化学品")
    assert (back.state, back.by) == ("corrected", "김")
    assert reverted(revised(corrected, "ko", "약품들", 5, "김"), Change("ko", FINAL, corrected), {}) is None


def test_a_translation_comes_back_alone() -> None:
    added = revised(FINAL, "vi", "thuốc", 4)
    other = revised(added, "zh-Hans", "药品", 5)
    back = reverted(other, Change("vi", FINAL, added), {})
    assert back is not None
    assert {lang: line.text for lang, line in back.translations.items()} == {"zh-Hans": "药品"}
    assert back.state == "corrected"


def test_steps_are_bounded_and_a_new_one_forgets_what_was_taken_back() -> None:
    history = History()
    for number in range(MAX_STEPS + 1):
        history = history.did(Step(rule_after=Replacement("ko", str(number), "x")))
    assert len(history.undo) == MAX_STEPS
    step = history.undo[-1]
    history = history.without_last(redo=False).undid(step.reversed(()))
    assert (len(history.undo), len(history.redo)) == (MAX_STEPS - 1, 1)
    assert history.redo[-1].rule_before == step.rule_after
    assert history.did(step).redo == ()
